"""A crowd of customers can be played against any host."""

import json
import signal
import subprocess
import sys
from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils.module_loading import import_string

from omnichannel import amb
from simulator import crowd
from simulator.management.commands import simulate as command
from simulator.models import Business, Phone, Provider
from tests.factories.conversations import MessageFactory, OutboundFactory
from tests.journeys.running import ROOT, eventually
from tests.simulator.apple import IDENTITIES, FakeApple
from tests.simulator.provider import serving

CREDENTIALS = amb.Credentials(IDENTITIES["msp_id"], IDENTITIES["secret_base64"])


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for no messages to arrive: no worker runs here."""
    monkeypatch.setattr(command, "ARRIVE_SECONDS", 0)


@pytest.fixture
def business(apple: FakeApple) -> Business:
    """The business that the crowd writes to."""
    return Business.objects.get(business_id=IDENTITIES["business_id"])


def simulate(**options: Any) -> str:
    out = StringIO()
    call_command("simulate", stdout=out, **({"stderr": StringIO()} | options))
    return out.getvalue()


def test_each_customer_writes_in_turn_and_in_order() -> None:
    with serving() as hook:
        target = crowd.Target(hook.url, CREDENTIALS, IDENTITIES["business_id"])

        result = crowd.play(target, ["urn:mbid:A", "urn:mbid:B"], rate=200, seconds=0.1)

    words = [call.content["body"] for call in hook.calls if call.headers["source-id"] == "urn:mbid:A"]
    assert result.statuses == {"200": 20}
    assert words == [f"Message {number} of the crowd" for number in range(1, 21, 2)]
    assert {call.headers["content-encoding"] for call in hook.calls} == {"gzip"}
    amb.verify_from_apple(hook.calls[0].headers["authorization"], CREDENTIALS)


def test_what_is_not_taken_is_counted() -> None:
    with serving() as hook:
        hook.statuses = [200, 404, 500]
        target = crowd.Target(hook.url, CREDENTIALS, IDENTITIES["business_id"])
        result = crowd.play(target, ["urn:mbid:A"], rate=300, seconds=0.01)
    silent = crowd.play(
        crowd.Target("http://127.0.0.1:9", CREDENTIALS, IDENTITIES["business_id"]), ["x"], rate=100, seconds=0.01
    )

    assert result.statuses == {"200": 1, "404": 1, "500": 1}
    assert (silent.statuses, silent.latency(0.5)) == ({"no answer": 1}, 0.0)


def test_latencies_are_shares_of_what_was_answered() -> None:
    result = crowd.Result([crowd.Call(200, n / 1000) for n in range(1, 101)] + [crowd.Call(None, 30)], 1)

    assert [round(result.latency(share)) for share in (0.5, 0.95, 1.0)] == [51, 96, 100]


def test_the_command_plays_here_with_phones_that_get_answers(apple: FakeApple) -> None:
    with serving() as hook:
        Provider.objects.update(webhook_url=hook.url)

        told = simulate(customers=3, rate=100, seconds=0.06)

    assert "messages               6 in" in told
    assert "answered 200           6" in told
    assert "answers on the phones  0" in told
    assert {call.headers["source-id"] for call in hook.calls} == set(Phone.objects.values_list("opaque_id", flat=True))


def test_the_command_plays_elsewhere_without_touching_rows(db: None) -> None:
    with serving() as hook:
        told = simulate(
            customers=2,
            rate=100,
            seconds=0.02,
            url=hook.url + "/",
            msp_id=IDENTITIES["msp_id"],
            secret=IDENTITIES["secret_base64"],
            business_id=IDENTITIES["business_id"],
        )

    assert "answered 200           2" in told
    assert (hook.calls[0].path, Phone.objects.count()) == ("/hook/message", 0)


def elsewhere(url: str, **changes: Any) -> dict[str, Any]:
    """Return the options for another host."""
    return {
        "customers": 1,
        "rate": 100,
        "seconds": 0.03,
        "url": url,
        "msp_id": IDENTITIES["msp_id"],
        "secret": IDENTITIES["secret_base64"],
        "business_id": IDENTITIES["business_id"],
    } | changes


def test_the_report_is_json_for_scripts_and_says_what_arrived(apple: FakeApple) -> None:
    with serving() as hook:
        Provider.objects.update(webhook_url=hook.url)
        hook.statuses = [500]

        told = json.loads(simulate(customers=1, rate=100, seconds=0.03, json=True, stderr=StringIO()))

    assert (told["messages"], told["statuses"], told["stopped_early"]) == (3, {"200": 2, "500": 1}, False)
    assert (told["answers_on_the_phones"], set(told["latency_ms"])) == (0, {"p50", "p95", "p99", "max"})
    assert told["arrived_as_messages"] == 0


def test_messages_that_arrived_here_are_counted(apple: FakeApple, business: Business) -> None:
    phone = business.phones.create()
    MessageFactory.create(conversation__customer__customer_id=phone.opaque_id)
    OutboundFactory.create(conversation__customer__customer_id=phone.opaque_id)
    MessageFactory.create()

    assert import_string(settings.SIMULATOR_COUNTS_ARRIVED_BY)([phone.opaque_id]) == 1


@pytest.mark.parametrize(("status", "to_check"), [(403, "--msp-id and --secret"), (404, "--business-id")])
def test_whoever_is_refused_learns_what_to_check(db: None, status: int, to_check: str) -> None:
    errors = StringIO()
    with serving() as hook:
        hook.statuses = [status] * 3
        with pytest.raises(CommandError, match="None of the messages was taken"):
            simulate(**elsewhere(hook.url), stderr=errors)

    assert f"The webhook answered {status}: No, thank you. Check {to_check}" in errors.getvalue()


def test_a_crowd_that_is_stopped_tells_how_far_it_came() -> None:
    def interrupt(result: crowd.Result) -> None:
        if result.calls:
            raise KeyboardInterrupt

    with serving() as hook:
        target = crowd.Target(hook.url, CREDENTIALS, IDENTITIES["business_id"])
        result = crowd.play(target, ["urn:mbid:A", "urn:mbid:B"], rate=10, seconds=3600, watch=interrupt)

    assert result.was_stopped
    assert 0 < len(result.calls) == len(hook.calls) < 100


@pytest.mark.timeout(60)
def test_a_crowd_that_nobody_can_watch_goes_home() -> None:
    def fail(_result: crowd.Result) -> None:
        raise BrokenPipeError

    with serving() as hook:
        target = crowd.Target(hook.url, CREDENTIALS, IDENTITIES["business_id"])
        with pytest.raises(BrokenPipeError):
            crowd.play(target, ["urn:mbid:A"], rate=1, seconds=3600, watch=fail)


def test_ctrl_c_ends_the_command_early_with_its_report(db: None) -> None:
    with serving() as hook:
        words = ["--rate=50", "--seconds=3600", "--json", f"--url={hook.url}", "--customers=3"]
        words += [f"--{name}={value}" for name, value in elsewhere("").items() if name.endswith("secret")]
        words += [f"--msp-id={IDENTITIES['msp_id']}", f"--business-id={IDENTITIES['business_id']}"]
        line = [sys.executable, str(ROOT / "manage.py"), "simulate", *words]
        with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as process:
            eventually(lambda: len(hook.calls) > 2, 60)
            process.send_signal(signal.SIGINT)
            said, _ = process.communicate(timeout=60)

    told = json.loads(said)
    assert (process.returncode, told["stopped_early"], told["messages"]) == (0, True, len(hook.calls))


class Terminal(StringIO):
    """A place that is watched."""

    def isatty(self) -> bool:
        return True


def test_a_terminal_shows_one_line_that_is_rewritten(db: None) -> None:
    terminal = Terminal()
    with serving() as hook:
        simulate(**elsewhere(hook.url), stderr=terminal)

    shown = terminal.getvalue()
    assert "3 of 3 messages" in shown.split("\r\x1b[K")[-2]
    assert ("\n" in shown, shown.endswith("\r\x1b[K")) == (False, True)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"customers": "0"}, "--customers must be a whole number above 0 and at most 100,000, not 0."),
        ({"customers": "2.5"}, "--customers must be a whole number, not 2.5."),
        ({"customers": "-3"}, "--customers must be a whole number above 0 and at most 100,000, not -3."),
        ({"customers": "9" * 400}, "--customers must be a whole number, not " + "9" * 400 + "."),
        ({"rate": "nan"}, "--rate must be a number above 0 and at most 10,000, not nan."),
        ({"rate": "inf"}, "--rate must be a number above 0 and at most 10,000, not inf."),
        ({"rate": "much"}, "--rate must be a number, not much."),
        ({"seconds": "-1"}, "--seconds must be a number above 0 and at most 86,400, not -1."),
        ({"rate": "9000", "seconds": "9000"}, "--rate times --seconds must not be above 5,000,000 messages."),
        ({"url": "http://127.0.0.1:9"}, "Another host needs --url, --msp-id, --secret and --business-id."),
        (elsewhere("http://127.0.0.1:9", secret="%%"), "--secret cannot be used: "),
        (elsewhere("ftp://x.example/a"), "--url is not a web address: ftp://x.example/a"),
        (elsewhere("no address"), "--url is not a web address: no address"),
        (elsewhere("http://127.0.0.1:9"), "Nothing answers at 127.0.0.1:9 (Connection refused). Check --url"),
        ({"business_id": "x"}, "--business-id must be a UUID, not x."),
        ({"business_id": str(uuid4())}, "No such business is registered at the simulator. Load the demo data first."),
        ({}, "No such business is registered at the simulator. Load the demo data first."),
    ],
)
def test_a_wrong_command_says_so_in_one_line(db: None, options: dict[str, Any], said: str) -> None:
    with pytest.raises(CommandError) as told:
        simulate(**options)

    assert str(told.value).startswith(said)
    assert "\n" not in str(told.value)


def test_a_business_that_nobody_knows_is_answered_with_those_that_are_known(business: Business) -> None:
    with pytest.raises(CommandError, match=f"Known: {business.business_id}."):
        simulate(business_id=str(uuid4()))
