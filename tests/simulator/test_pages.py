"""The phone in the browser, as its server sends it."""

import asyncio
import base64
import re
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from omnichannel import amb
from omnichannel.common import redis
from simulator.fault_kinds import FaultKind
from simulator.models import Delivery, Fault, Phone, PhoneMessage
from simulator.phone import events
from simulator.services import faults, live, phones
from tests.simulator.apple import FakeApple, FakePhone
from tests.simulator.conftest import Send

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


@pytest.fixture
def here(phone: FakePhone) -> str:
    return f"/simulator/phones/{phone.row.pk}/"


def quiet(client: Client, address: str, data: Any = None) -> tuple[int, str]:
    answer = client.post(address, data or {}, headers={"X-Quiet": "1"})
    return answer.status_code, answer.content.decode()


def words(client: Client, here: str) -> list[str]:
    content = client.get(here + "parts").content.decode()
    return [
        found.strip()
        for found in re.findall(r'<p class="bubble (?:ours|theirs)" dir="auto">(.*?)</p>', content, re.DOTALL)
    ]


def test_a_conversation_is_started(client: Client, apple: FakeApple) -> None:
    details = {
        "business": apple.business.pk,
        "intent": "order",
        "group": "",
        "locale": "de_DE",
        "capabilities": ["LIST"],
    }

    answer = client.post("/simulator/", details)

    row = Phone.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/simulator/phones/{row.pk}/")
    assert (row.intent, row.group, row.locale, row.capabilities) == ("order", "", "de_DE", ["LIST"])


def test_a_wrong_language_is_marked_at_its_field(client: Client, apple: FakeApple) -> None:
    answer = client.post("/simulator/", {"business": apple.business.pk, "locale": "German, please"})

    assert (answer.status_code, Phone.objects.count()) == (422, 0)
    assert "Write it like en_GB." in answer.content.decode()


def test_without_a_business_the_page_says_what_to_do(client: Client, db: None) -> None:
    content = client.get("/simulator/").content.decode()

    assert "Load the demo data, or register a business." in content
    assert "Open the phone" not in content


def test_phones_are_listed_with_their_last_line(client: Client, phone: FakePhone, send: Send) -> None:
    send({"body": "We open at nine."})

    assert "We open at nine." in client.get("/simulator/").content.decode()
    assert "We open at nine." in client.get("/simulator/phones/").content.decode()


def test_what_is_written_is_on_the_page(client: Client, here: str, send: Send) -> None:
    status = quiet(client, here + "write", {"text": "Hello\r\nthere <b>"})
    send({"body": "Good morning"})

    assert status == (204, "")
    assert words(client, here) == ["Hello<br>there &lt;b&gt;", "Good morning"]


def test_without_scripts_the_page_comes_back(client: Client, here: str) -> None:
    answer = client.post(here + "write", {"text": "Hello"})
    refused = client.post(here + "write", {"text": " "}, follow=True)

    assert (answer.status_code, answer["Location"]) == (302, here)
    assert "There is nothing to send." in refused.content.decode()


def test_what_cannot_be_sent_is_told(client: Client, here: str) -> None:
    assert quiet(client, here + "write", {"text": " "}) == (409, "There is nothing to send.")


def test_files_stand_where_their_placeholders_stand(client: Client, here: str, phone: FakePhone) -> None:
    draft = phones.Draft("a.txt", "text/plain", [b"x"], 1)
    message = phone.write("before", files=(draft,))
    PhoneMessage.objects.filter(pk=message.pk).update(body="before \ufffc after \ufffc")

    content = client.get(here).content.decode()

    assert content.index("before") < content.index("a.txt") < content.rindex(" after")


def test_a_file_that_could_do_harm_is_never_shown_in_place(client: Client, here: str, phone: FakePhone) -> None:
    script = b"<script>alert(1)</script>"
    message = phone.write("", files=(phones.Draft("x.html", "text/html", [script], len(script)),))

    answer = client.get(here + f"files/{message.attachments.get().pk}")

    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("application/octet-stream", "nosniff")
    assert answer["Content-Disposition"].startswith("attachment")


def test_a_file_with_an_odd_name_is_still_served(client: Client, here: str, phone: FakePhone) -> None:
    message = phone.write("", files=(phones.Draft("two\r\nlines.txt", "text/plain", [b"x"], 1),))

    answer = client.get(here + f"files/{message.attachments.get().pk}")

    assert answer["Content-Disposition"] == 'attachment; filename="twolines.txt"'


@pytest.mark.parametrize("address", ["phones/{}/", "api/phones/{}"])
def test_a_phone_takes_the_same_queries_for_any_length(
    client: Client, apple: FakeApple, phone: FakePhone, address: str
) -> None:
    url = "/simulator/" + address.format(phone.row.opaque_id if "api" in address else phone.row.pk)

    def queries() -> int:
        phone.write("Look", files=(phones.Draft("a.txt", "text/plain", [b"x"], 1),))
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    few = queries()
    for kind in list(FaultKind)[:5]:
        faults.arm(kind, phone=phone.row)

    assert queries() == few


def test_a_file_of_another_phone_is_not_found(client: Client, apple: FakeApple, here: str) -> None:
    other = apple.phone("urn:mbid:AQAAYw==")
    message = other.write("", files=(phones.Draft("a.txt", "text/plain", [b"x"], 1),))

    assert client.get(here + f"files/{message.attachments.get().pk}").status_code == 404


def test_a_rich_link_shows_title_picture_and_host(client: Client, here: str, send: Send) -> None:
    image = base64.b64encode(PNG).decode()
    link = {
        "url": "https://www.shop.example/54",
        "title": "Frame 54",
        "assets": {"image": {"data": image, "mimeType": "image/png"}},
    }
    send({"type": "richLink", "body": None, "richLinkData": link})

    content = client.get(here).content.decode()

    assert "Frame 54" in content
    assert ">shop.example<" in content
    assert f'src="data:image/png;base64,{image}"' in content


def arrived(phone: FakePhone, type_: str, payload: dict[str, Any]) -> None:
    """Have the phone show what the gateway would refuse."""
    phone.row.messages.create(side="business", type=type_, payload=payload, body="Trap")


@pytest.mark.parametrize("url", ["javascript:alert(1)", 5, None])
def test_a_link_that_leads_nowhere_on_the_web_is_no_link(client: Client, here: str, phone: FakePhone, url: Any) -> None:
    arrived(phone, "richLink", {"url": url, "title": "Trap"})

    content = client.get(here).content.decode()

    assert "Trap" in content
    assert "javascript:" not in content


@pytest.mark.parametrize(
    "images", [None, "x", [5], [{"identifier": "i", "data": "%%"}], [{"identifier": "i", "data": 5}]]
)
def test_an_interactive_bubble_survives_broken_images(client: Client, here: str, phone: FakePhone, images: Any) -> None:
    data = {
        "bid": amb.BUSINESS_BID,
        "data": {"images": images, "listPicker": {}},
        "receivedMessage": {"title": "Which size?", "subtitle": "Tap", "imageIdentifier": "i"},
    }
    arrived(phone, "interactive", data)

    content = client.get(here).content.decode()

    assert "Which size?" in content
    assert "data:image" not in content


def test_a_reaction_hangs_at_its_bubble(client: Client, here: str, phone: FakePhone, send: Send) -> None:
    send()
    target = phone.shown[0].pk

    status = quiet(client, here + "react", {"message": target, "kind": "love"})

    assert status == (204, "")
    assert "❤️" in re.findall(r'class="marks".*?</span>', client.get(here).content.decode(), re.DOTALL)[0]


@pytest.mark.parametrize(
    "data", [{"kind": "hug"}, {}, {"emoji": "hello"}, {"emoji": "🚲" * 17}, {"kind": "love", "emoji": "🚲"}]
)
def test_a_wrong_reaction_is_refused(
    client: Client, here: str, phone: FakePhone, send: Send, data: dict[str, str]
) -> None:
    send()

    status, _ = quiet(client, here + "react", data | {"message": phone.shown[0].pk})

    assert (status, Delivery.objects.count()) == (409, 0)


@pytest.mark.parametrize("number", ["", "x", "0", "9" * 30])
def test_a_reaction_to_nothing_is_refused(client: Client, here: str, number: str) -> None:
    assert quiet(client, here + "react", {"message": number, "kind": "love"})[0] == 409


def test_not_delivered_is_shown_and_tried_again(client: Client, here: str, phone: FakePhone) -> None:
    message = phone.write("Hello")
    PhoneMessage.objects.update(state="not delivered", reason="The webhook answered 500.")
    before = client.get(here).content.decode()

    status = quiet(client, here + "try-again", {"message": message.pk})

    assert "Not Delivered" in before
    assert "The webhook answered 500." in before
    assert (status, phone.shown[0].state) == ((204, ""), "sending")


def test_only_the_last_own_bubble_says_delivered(client: Client, here: str, phone: FakePhone) -> None:
    phone.write("One")
    phone.write("Two")
    PhoneMessage.objects.update(state="delivered")

    assert client.get(here).content.decode().count("Delivered</p>") == 1


@pytest.mark.parametrize("block", [False, True])
def test_deleting_empties_the_phone(client: Client, here: str, phone: FakePhone, block: bool) -> None:
    phone.write("Hello")

    quiet(client, here + "close", {"block": "on"} if block else {})

    row = Phone.objects.get()
    assert (row.is_closed, row.is_blocked, words(client, here)) == (True, block, [])
    assert "You deleted this conversation" in client.get(here).content.decode()


def test_typing_is_told_once(client: Client, here: str) -> None:
    for value in ("1", "1", "0"):
        quiet(client, here + "typing", {"typing": value})

    assert Delivery.objects.count() == 2


def test_the_device_is_changed(client: Client, here: str) -> None:
    status = quiet(client, here + "device", {"locale": "fr_CA", "capabilities": ["QUICK", "TIME"]})

    assert (status, Phone.objects.values_list("locale", "capabilities").get()) == (
        (204, ""),
        ("fr_CA", ["QUICK", "TIME"]),
    )


def test_a_wrong_device_is_refused(client: Client, here: str) -> None:
    assert quiet(client, here + "device", {"locale": "fr_CA", "capabilities": ["TELEPATHY"]})[0] == 409


def test_every_fault_stands_on_the_panel(client: Client, here: str) -> None:
    content = client.get(here).content.decode()

    assert [kind for kind in FaultKind if f'id="fault-{kind.value}"' not in content] == []


def test_a_fault_is_switched_on_and_off(client: Client, here: str, phone: FakePhone) -> None:
    on = quiet(client, here + "fault", {"kind": "gateway_429", "on": "1", "times": "3", "value": "7"})
    armed = list(Fault.objects.values_list("kind", "phone", "remaining", "value"))
    content = client.get(here).content.decode()
    quiet(client, here + "fault", {"kind": "gateway_429", "on": "0"})

    assert (on, armed) == ((204, ""), [("gateway_429", phone.row.pk, 3, 7)])
    assert "3 more times" in content
    assert Fault.objects.count() == 0


def test_a_fault_of_storage_is_for_the_business(client: Client, here: str, apple: FakeApple) -> None:
    quiet(client, here + "fault", {"kind": "strict_profile", "on": "1"})

    row = Fault.objects.get()
    assert (row.phone, row.business) == (None, apple.business)


def test_a_fault_for_everybody_is_shown_as_such(client: Client, here: str) -> None:
    faults.arm(FaultKind.DUPLICATE)

    assert "Armed for more than this phone" in client.get(here).content.decode()


@pytest.mark.parametrize(
    "data", [{"kind": "rain"}, {"kind": "duplicate", "times": "-1"}, {"kind": "duplicate", "times": "0"}, {}]
)
def test_a_wrong_fault_is_refused(client: Client, here: str, data: dict[str, str]) -> None:
    assert quiet(client, here + "fault", data | {"on": "1"})[0] == 409


def test_forms_of_other_sites_are_refused(here: str) -> None:
    strict = Client(enforce_csrf_checks=True)

    assert strict.post(here + "write", {"text": "Hello"}).status_code == 403
    assert Delivery.objects.count() == 0


def test_no_page_needs_inline_script_or_style(client: Client, here: str, send: Send) -> None:
    send()
    for address in ("/simulator/", here):
        answer = client.get(address)
        content = answer.content.decode()
        assert answer.status_code == 200
        assert re.findall(r"\sstyle=|\son[a-z]+=\"|<style|<script(?![^>]*\ssrc=)", content) == []


@pytest.mark.parametrize("name", ["phone", "parts", "write"])
def test_a_phone_that_is_not_there_is_not_found(client: Client, db: None, name: str) -> None:
    address = reverse(f"simulator:{name}", args=[123])

    assert (client.post if name == "write" else client.get)(address).status_code == 404


def test_the_stream_tells_of_its_own_phone_only() -> None:
    """The stream begins with a look at everything, then passes what concerns its phone."""

    async def told() -> list[str]:
        response = await events.phone_events(RequestFactory().get("/"), 7)
        stream: Any = response.streaming_content
        lines = [await anext(stream), await anext(stream)]

        async def keep_ringing() -> None:
            while True:
                for number in (8, 7):
                    await asyncio.to_thread(redis.client().publish, live.CHANNEL, f'{{"phone": {number}}}')
                await asyncio.sleep(0.05)

        ringing = asyncio.create_task(keep_ringing())
        lines.append(await asyncio.wait_for(anext(stream), 10))
        ringing.cancel()
        await stream.aclose()
        return [line.decode() for line in lines]

    change = 'event: changed\ndata: {"phone": 7}\n\n'
    assert async_to_sync(told)() == ["retry: 1000\n", change, change]
