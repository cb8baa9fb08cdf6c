"""The phone's page draws rich messages, opens their sheets, and sends what was filled in."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from simulator.models import PhoneMessage
from tests.device import prompts
from tests.simulator.apple import FakePhone
from tests.simulator.test_answers import CHOICES, FILLED, shown

Fields = dict[str, Any]
FIELDS: dict[str, Fields] = {
    "quick_reply": {"chosen": "tue"},
    "list_picker": {"section-1": ["brake"], "section-2": "courier"},
    "time_picker": {"slot": "early"},
    "form": {f"page-{name}": value for name, value in FILLED.items()},
    "payment": {"chosen": "cancel"},
    "sign_in": {"chosen": "cancel"},
    "app": {"parameter-job": "7731", "parameter-step": "3"},
}


@pytest.fixture
def here(phone: FakePhone) -> str:
    """The address of the phone's page."""
    return f"/simulator/phones/{phone.row.pk}/"


def answer(client: Client, here: str, message: PhoneMessage, fields: Fields) -> Any:
    """Send a sheet in the background."""
    return client.post(f"{here}answer", {"message": message.pk} | fields, headers={"X-Quiet": "1"})


@pytest.mark.parametrize("kind", prompts.PROMPTS)
def test_a_rich_message_is_drawn_and_says_how_it_is_answered(
    client: Client, here: str, phone: FakePhone, kind: str
) -> None:
    message = shown(phone, prompts.PROMPTS[kind])

    page = client.get(here).content.decode()

    assert (f'data-sheet="{here}messages/{message.pk}/sheet"' in page) == (kind != "quick_reply")
    assert ('name="chosen"' in page) == (kind == "quick_reply")


@pytest.mark.parametrize("kind", set(prompts.PROMPTS) - {"quick_reply"})
def test_a_sheet_can_be_sent(client: Client, here: str, phone: FakePhone, kind: str) -> None:
    message = shown(phone, prompts.PROMPTS[kind])

    sheet = client.get(f"{here}messages/{message.pk}/sheet")

    assert sheet.status_code == 200
    assert 'type="submit"' in sheet.content.decode()
    assert f'name="message" value="{message.pk}"' in sheet.content.decode()


@pytest.mark.parametrize("kind", prompts.PROMPTS)
def test_what_is_filled_in_is_what_scripts_would_choose(client: Client, here: str, phone: FakePhone, kind: str) -> None:
    message = shown(phone, prompts.PROMPTS[kind])

    status = answer(client, here, message, FIELDS[kind]).status_code

    assert status == 204
    by_hand = phone.shown[-1].payload
    phone.choose(message, CHOICES[kind])
    assert by_hand == phone.shown[-1].payload


def test_every_field_of_a_form_has_its_page(client: Client, here: str, phone: FakePhone) -> None:
    message = shown(phone, prompts.FORM)

    sheet = client.get(f"{here}messages/{message.pk}/sheet").content.decode()

    assert set(re.findall(r'name="(page-\w+)"', sheet)) == FIELDS["form"].keys()


def test_lines_are_sent_as_they_were_typed(client: Client, here: str, phone: FakePhone) -> None:
    message = shown(phone, prompts.FORM)

    answer(client, here, message, FIELDS["form"] | {"page-words": "One\r\nTwo"})

    payload: Any = phone.shown[-1].payload
    assert payload["data"]["dynamic"]["selections"][-1]["items"][0]["value"] == "One\nTwo"


@pytest.mark.parametrize(
    ("kind", "fields", "reason"),
    [
        ("list_picker", {}, "Choose at least one."),
        ("time_picker", {}, "Choose a time."),
        ("form", {}, "Answer the questions of the form."),
        ("form", FIELDS["form"] | {"page-motor": ""}, "“Motor serial number” needs an answer."),
    ],
)
def test_the_phone_says_what_a_sheet_still_needs(
    client: Client, here: str, phone: FakePhone, kind: str, fields: Fields, reason: str
) -> None:
    message = shown(phone, prompts.PROMPTS[kind])

    refused = answer(client, here, message, fields)

    assert (refused.status_code, refused.content.decode()) == (409, reason)
    assert phone.shown == [message]


def test_an_answered_quick_reply_shows_its_summary_and_stays(client: Client, here: str, phone: FakePhone) -> None:
    message = shown(phone, prompts.QUICK_REPLY)
    before = client.get(here).content.decode()

    answer(client, here, message, {"chosen": "tue"})

    after = client.get(here).content.decode()
    summary = '<p class="device-summary" dir="auto">Drop-off day</p>'
    assert (summary in before, summary in after) == (False, True)
    assert 'value="mon"' in after


@pytest.mark.parametrize("address", ["messages/{own}/sheet", "messages/{quick}/sheet", "messages/999999/sheet"])
def test_only_a_bubble_with_a_sheet_opens(client: Client, here: str, phone: FakePhone, address: str) -> None:
    rows = {"own": phone.write("Hello").pk, "quick": shown(phone, prompts.QUICK_REPLY).pk}

    assert client.get(here + address.format(**rows)).status_code == 404


def test_a_message_that_no_device_knows_is_a_note(client: Client, here: str, phone: FakePhone) -> None:
    shown(phone, {"data": {"hologram": {}}})

    assert "This device cannot show this message." in client.get(here).content.decode()


def test_a_long_conversation_takes_no_more_queries(client: Client, here: str, phone: FakePhone) -> None:
    counts = []
    for _ in range(2):
        shown(phone, prompts.LIST_PICKER)
        with CaptureQueriesContext(connection) as queries:
            client.get(here)
        counts.append(len(queries))

    assert counts[0] == counts[1]
