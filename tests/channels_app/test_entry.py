"""The link that opens a conversation: what it says, its QR code, and the phone that follows it."""

import re
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import LazySettings
from django.utils import timezone

from channels_app.entry import qr
from channels_app.entry.links import Entry
from simulator.models import Phone
from tests.factories.channels_app import AccountFactory
from tests.portal.visitors import Visitor
from tests.simulator.apple import FakeApple, apple

__all__ = ["apple"]

BUSINESS_ID = "31c6a1ea-0000-4000-8000-0000000013b5"
WORDS = "Où est ma commande n° 7+1? 50 % & mehr 🚲"


def link_on(page: str) -> str:
    """The link that the page has a button to copy."""
    return unescape(re.findall(r'data-copy="(https://bcrw[^"]+)"', page)[0])


def test_the_link_alone_names_the_business() -> None:
    assert Entry(BUSINESS_ID).url == f"https://bcrw.apple.com/urn:biz:{BUSINESS_ID}"


def test_the_link_says_intent_group_and_first_words_encoded() -> None:
    url = Entry(BUSINESS_ID, intent="order status", group="paris", body=WORDS).url

    assert url.startswith(
        f"https://bcrw.apple.com/urn:biz:{BUSINESS_ID}?biz-intent-id=order%20status&biz-group-id=paris&"
    )
    assert "+" not in url
    assert url.isascii()
    assert parse_qs(urlsplit(url).query) == {
        "biz-intent-id": ["order status"],
        "biz-group-id": ["paris"],
        "body": [WORDS],
    }


def test_the_account_page_leads_to_the_page_of_the_link(administrator: Visitor) -> None:
    account = AccountFactory.create()

    page = administrator.opens("channels_app_account_change", account.pk).content.decode()
    linked = administrator.opens("channels_app_account_entry", account.pk).content.decode()

    assert f'href="/admin/entry-links/{account.pk}/"' in page
    assert link_on(page) == link_on(linked) == Entry(account.business_id).url


def test_the_page_shows_what_is_typed_beside_it(administrator: Visitor) -> None:
    account = AccountFactory.create()
    typed = {"intent": "order-status", "group": "paris", "body": WORDS}

    page = administrator.opens("channels_app_account_entry", account.pk, **typed).content.decode()

    assert link_on(page) == Entry(account.business_id, **typed).url
    assert 'data-apple-business-intent-id="order-status"' in unescape(page)
    assert "<script async" not in page
    assert 'hx-trigger="input delay:250ms, submit"' in page


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"intent": "x" * 129}, "Ensure this value has at most 128 characters (it has 129)."),
        ({"group": "x" * 129}, "Ensure this value has at most 128 characters (it has 129)."),
        ({"body": "x" * 501}, "Ensure this value has at most 500 characters (it has 501)."),
        ({"intent": "a/b&c"}, "Leave out / &amp;: Apple advises against it."),
        ({"group": "[a]"}, "Leave out [ ]: Apple advises against it."),
    ],
)
def test_what_is_too_long_or_reserved_makes_no_link(
    administrator: Visitor, typed: dict[str, str], sentence: str
) -> None:
    account = AccountFactory.create()

    page = administrator.opens("channels_app_account_entry", account.pk, **typed).content.decode()

    assert page.count(sentence) == 2
    assert "data-copy" not in page
    assert administrator.opens("channels_app_account_code_svg", account.pk, **typed).status_code == 404


@pytest.mark.parametrize(
    ("ending", "content_type", "begins"), [("svg", "image/svg+xml", b"<?xml"), ("png", "image/png", b"\x89PNG")]
)
def test_the_qr_code_can_be_loaded(administrator: Visitor, ending: str, content_type: str, begins: bytes) -> None:
    account = AccountFactory.create(name="Velo shop")

    answer = administrator.opens(f"channels_app_account_code_{ending}", account.pk, intent="repairs")

    assert (answer.status_code, answer["Content-Type"]) == (200, content_type)
    assert answer["Content-Disposition"] == f'inline; filename="velo-shop-qr.{ending}"'
    assert answer.content.startswith(begins)
    assert answer.content == getattr(qr, ending)(Entry(account.business_id, intent="repairs").url)


def test_a_link_that_no_code_can_hold_is_said_to_be_too_long(administrator: Visitor) -> None:
    account = AccountFactory.create()

    page = administrator.opens("channels_app_account_entry", account.pk, body="車" * 400).content.decode()

    assert "This is too long for a QR code." in page
    assert "code.svg" not in page
    assert link_on(page).count("%E8%BB%8A") == 400


def test_the_simulated_phone_follows_the_link(administrator: Visitor, apple: FakeApple, settings: LazySettings) -> None:
    account = AccountFactory.create(business_id=apple.business_id)
    typed = {"intent": "order-status", "group": "paris", "body": WORDS}
    page = administrator.opens("channels_app_account_entry", account.pk, **typed).content.decode()
    [address] = {unescape(found) for found in re.findall(r'href="(/simulator/\?business_id[^"]+)"', page)}

    form: Any = administrator.client.get(address).context["form"]
    entries = {name: form[name].value() for name in form.fields}
    phone = administrator.client.post("/simulator/", entries, follow=True)

    row = Phone.objects.get()
    assert (row.business, row.intent, row.group) == (apple.business, "order-status", "paris")
    assert WORDS in unescape(phone.content.decode())
    settings.SIMULATOR = False
    assert b"simulated phone" not in administrator.opens("channels_app_account_entry", account.pk).content


def test_a_retired_account_and_a_supervisor_get_no_link(administrator: Visitor, supervisor: Visitor) -> None:
    retired = AccountFactory.create(retired_at=timezone.now())

    assert administrator.opens("channels_app_account_entry", retired.pk).status_code == 404
    assert supervisor.opens("channels_app_account_entry", AccountFactory.create().pk).status_code == 403
