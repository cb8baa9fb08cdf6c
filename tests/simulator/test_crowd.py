"""A crowd of customers can be played against any host."""

from io import StringIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command

from omnichannel import amb
from simulator import crowd
from simulator.models import Phone, Provider
from tests.simulator.apple import IDENTITIES, FakeApple
from tests.simulator.provider import serving

CREDENTIALS = amb.Credentials(IDENTITIES["msp_id"], IDENTITIES["secret_base64"])


def simulate(**options: Any) -> str:
    out = StringIO()
    call_command("simulate", stdout=out, **options)
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


@pytest.mark.parametrize(
    "options",
    [
        {"customers": 0},
        {"rate": 0.0},
        {"url": "http://127.0.0.1:9"},
        {"url": "http://127.0.0.1:9", "msp_id": "x", "secret": "%%", "business_id": "y"},
        {"business_id": str(uuid4())},
        {"business_id": "x"},
        {},
    ],
)
def test_a_wrong_command_says_so(db: None, options: dict[str, Any]) -> None:
    with pytest.raises(CommandError):
        simulate(**options)
