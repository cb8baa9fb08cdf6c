"""Links that open an App Clip are sent as Apple makes them, and as any link where there is none."""

from typing import Any

import pytest
from django.conf import LazySettings

from conversations.models import Conversation, Customer, Message
from conversations.outbound import links
from conversations.outbound.send import send_text
from omnichannel import amb
from richmessages.links.preview import Preview, bare
from simulator.fault_kinds import FaultKind
from simulator.services.faults import arm
from tests.portal_of import Portal
from tests.simulator.apple import FakePhone


@pytest.fixture(autouse=True)
def pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages that say nothing of themselves, and are on no network."""

    def read(url: str) -> Preview:
        return bare(url)

    monkeypatch.setattr(links, "read_preview", read)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Each address that Apple was asked about, and for which country's store."""
    seen: list[tuple[str, str]] = []
    construct = amb.Gateway.construct_payload

    def watched(self: amb.Gateway, business_id: str, url: str, *, store_region: str) -> amb.DataReference:
        seen.append((url, store_region))
        return construct(self, business_id, url, store_region=store_region)

    monkeypatch.setattr(amb.Gateway, "construct_payload", watched)
    return seen


def sent(portal: Portal, conversation: Conversation, url: str) -> Message:
    """Send an address and return its row."""
    message = send_text(conversation, url, by=portal.agent)
    portal.send()
    message.refresh_from_db()
    return message


@pytest.mark.accepts("R13")
def test_an_app_clip_s_address_arrives_as_apple_makes_it(
    portal: Portal, phone: FakePhone, conversation: Conversation, asked: list[tuple[str, str]]
) -> None:
    url = "https://appclip.apple.com/id?p=example.shop.Clip"

    message = sent(portal, conversation, url)

    assert message.delivery == "sent"
    assert asked == [(url, "DE")]
    assert phone.shown[-1].body == "App Clip of appclip.apple.com"


@pytest.mark.accepts("R13")
def test_the_company_s_own_hosts_are_asked_about(
    portal: Portal, phone: FakePhone, conversation: Conversation, settings: LazySettings, asked: list[tuple[str, str]]
) -> None:
    settings.APP_CLIP_HOSTS = ["*.shop.example"]
    Customer.objects.update(locale="")

    sent(portal, conversation, "https://go.shop.example/clip/54")

    assert asked == [("https://go.shop.example/clip/54", "US")]
    assert phone.shown[-1].body == "App Clip of go.shop.example"


def test_an_address_without_an_app_clip_goes_as_any_link(
    portal: Portal, phone: FakePhone, conversation: Conversation, settings: LazySettings, asked: list[tuple[str, str]]
) -> None:
    settings.APP_CLIP_HOSTS = ["shop.example"]

    message = sent(portal, conversation, "https://shop.example/frames")

    assert (message.delivery, len(asked)) == ("sent", 1)
    payload: Any = phone.shown[-1].payload
    assert payload["assets"]["image"]["mimeType"] == "image/png"


def test_nobody_asks_about_other_addresses(
    portal: Portal, conversation: Conversation, asked: list[tuple[str, str]]
) -> None:
    assert sent(portal, conversation, "https://shop.example/clip/54").delivery == "sent"
    assert asked == []


def test_a_gateway_that_cannot_say_keeps_no_link_waiting(
    portal: Portal, phone: FakePhone, conversation: Conversation, asked: list[tuple[str, str]]
) -> None:
    arm(FaultKind.GATEWAY_503, business=portal.apple.business, times=1)

    message = sent(portal, conversation, "https://appclip.apple.com/id?p=example.shop.Clip")

    assert (message.delivery, phone.shown[-1].body) == ("sent", "appclip.apple.com")


def test_a_worn_out_token_is_replaced_and_the_link_sent_once(
    portal: Portal, phone: FakePhone, conversation: Conversation, asked: list[tuple[str, str]]
) -> None:
    arm(FaultKind.GATEWAY_403, business=portal.apple.business, times=1)

    message = sent(portal, conversation, "https://appclip.apple.com/id?p=example.shop.Clip")

    assert message.delivery == "sent"
    assert len([shown for shown in phone.shown if shown.type == "richLink"]) == 1
