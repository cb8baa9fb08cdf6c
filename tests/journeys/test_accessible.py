"""Pages as axe sees them: by light and in the dark, wide and on a phone, with nothing serious or critical.

None breaks the content security policy either, which has no exception: the browser's console stays silent.

A new page is one line in ``PAGES``; ``{message}`` and its like stand for rows that the fixture has made.
"""

import re
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect
from psycopg.rows import dict_row

from tests.journeys.axe import WIDTHS, faults_of
from tests.journeys.people import in_path, sign_in
from tests.journeys.running import Running, eventually

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

PAGES = (
    "/admin/",
    "/admin/automated-messages/",
    "/admin/automated-messages/agent_joined/",
    "/admin/automated-messages/edit/?trigger=greeting&trigger=holiday",
    "/admin/automated-messages/instances/1/",
    "/admin/channels_app/account/",
    "/admin/channels_app/account/add/",
    "/admin/channels_app/account/{account}/delete/",
    "/admin/channels_app/channelinstance/",
    "/admin/channels_app/channelinstance/add/",
    "/admin/channels_app/channelinstance/{instance}/change/?tab=behaviors",
    "/admin/channels_app/channelinstance/{instance}/change/?tab=features",
    "/admin/channels_app/mspconnection/",
    "/admin/workstreams/apitoken/",
    "/admin/workstreams/queue/",
    "/admin/workstreams/user/",
    "/admin/workstreams/user/3/change/",
    "/admin/workstreams/workstream/",
    "/admin/workstreams/workstream/{workstream}/rules/?try=on&intent=order",
    "/admin/workstreams/workstream/{workstream}/rules/add/",
    "/admin/workstreams/skill/",
    "/admin/workstreams/capacityprofile/",
    "/admin/workstreams/presence/",
    "/admin/workstreams/presence/add/",
    "/admin/workstreams/quickreply/add/",
    "/admin/richmessages/richmessage/",
    "/admin/richmessages/richmessage/?q=nothing+of+the+kind",
    "/admin/richmessages/richmessage/add/",
    "/admin/richmessages/richmessage/{list_picker}/change/",
    "/admin/richmessages/richmessage/{form}/change/?details=on",
    "/admin/richmessages/richmessage/{time_picker}/change/",
    "/admin/richmessages/richmessage/{form}/properties/",
    "/admin/richmessages/richmessage/{form}/workstreams/",
    "/admin/payments/paymentprofile/add/",
    "/admin/authsettings/authenticationsetting/add/",
    "/admin/channels_app/survey/",
    "/admin/people/",
    "/admin/people/?view=all&q=nobody",
    "/admin/workstreams/workstream/add/",
    "/admin/workstreams/workstream/{workstream}/change/",
    "/admin/workstreams/workstream/{workstream}/set-up/",
    "/admin/ledger/",
    "/admin/ledger/from-apple/",
    "/admin/ledger/from-apple/?state=waiting&account=nonsense",
    "/admin/ledger/to-apple/",
    "/admin/ledger/to-apple/?state=failed",
    "/admin/ledger/to-apple/{message}/",
    "/admin/ledger/from-apple/{delivery}/",
    "/admin/ledger/find/?q=conversation+{conversation}",
    "/admin/ledger/find/?q=nothing",
    "/admin/search/?q=velo",
    "/admin/search/?q=nothing+of+the+kind",
    "/admin/operating-hours/",
    "/admin/richmessages/richmessage/{rich}/change/?details=on&_case=dark",
    "/admin/richmessages/richmessage/{rich}/change/?_case=fallback&_case=rtl&checked=on",
    "/admin/workstreams/workstream/{workstream}/rich-messages/",
    "/admin/workstreams/workstream/{workstream}/rich-messages/add/",
    "/admin/files/",
    "/admin/audit/",
    "/admin/audit/?action=customer_erased",
    "/admin/configuration/",
    "/admin/prerequisites/",
    "/admin/regions/",
    "/admin/entry-links/{account}/",
    "/admin/entry-links/{account}/?intent=a/b",
    "/admin/doctor/",
    "/admin/doctor/accounts/{account}/",
    "/admin/customers/",
    "/admin/customers/{customer}/",
    "/admin/customers/{customer}/erase/",
)
# Those that the manual shows, and the names of their pictures.
MANUAL = {
    "/admin/": "home",
    "/admin/search/?q=velo": "search",
    "/admin/channels_app/mspconnection/": "connections",
    "/admin/prerequisites/": "prerequisites",
    "/admin/regions/": "regions",
    "/admin/files/": "files",
    "/admin/configuration/": "configuration",
    "/admin/channels_app/account/": "accounts",
    "/admin/channels_app/account/{account}/delete/": "delete-account",
    "/admin/entry-links/{account}/": "entry-link",
    "/admin/workstreams/workstream/": "workstreams",
    "/admin/workstreams/workstream/{workstream}/change/": "workstream",
    "/admin/workstreams/workstream/{workstream}/rules/?try=on&intent=order": "rules",
    "/admin/channels_app/channelinstance/": "instances",
    "/admin/channels_app/channelinstance/{instance}/change/?tab=behaviors": "instance-behaviors",
    "/admin/channels_app/channelinstance/{instance}/change/?tab=features": "instance-features",
    "/admin/automated-messages/": "automated-messages",
    "/admin/automated-messages/agent_joined/": "automated-message",
    "/admin/workstreams/queue/": "queues",
    "/admin/workstreams/skill/": "skills",
    "/admin/workstreams/capacityprofile/": "capacity-profiles",
    "/admin/workstreams/presence/": "presence",
    "/admin/workstreams/user/": "users",
    "/admin/people/": "many-people",
    "/admin/workstreams/apitoken/": "tokens",
    "/admin/richmessages/richmessage/": "rich-list",
    "/admin/richmessages/richmessage/add/": "rich-new",
    "/admin/payments/paymentprofile/add/": "payment-profile",
    "/admin/authsettings/authenticationsetting/add/": "authentication-setting",
    "/admin/channels_app/survey/": "surveys",
    "/admin/workstreams/quickreply/add/": "quick-reply",
    "/admin/ledger/": "ledger",
    "/admin/customers/": "customers",
    "/admin/audit/": "audit",
    "/admin/doctor/": "doctor",
    "/admin/doctor/accounts/{account}/": "doctor-account",
    "/sign-in/": "sign-in",
    "/sign-in/second-factor/": "second-factor",
    "/security/": "security",
}
BEHIND = """
SELECT message.receipt_id AS delivery, customer_id AS customer, instance.account_id AS account, instance_id AS instance,
       conversation.workstream_id AS workstream
FROM conversations_message message JOIN conversations_conversation conversation ON conversation.id = conversation_id
JOIN channels_app_channelinstance instance ON instance.id = instance_id
WHERE conversation_id = %s AND direction = 'in'
"""
RICH = "SELECT kind, min(id) FROM richmessages_richmessage WHERE state = 'active' GROUP BY kind"


@pytest.fixture(scope="module")
def administrator(product: Running, chromium: Browser) -> Iterator[Page]:
    """A person who may open every page of the portal."""
    page = chromium.new_page()
    sign_in(page, product, "administrator")
    yield page
    page.close()


@pytest.fixture(scope="module")
def rows(product: Running, administrator: Page) -> dict[str, Any]:
    """A delivery, its conversation and customer, and a message that Apple refused twice; by name."""
    phone = product.simulator("POST", "phones", json={"business_id": product.demo["businesses"][0]["id"]})["id"]
    product.simulator("POST", f"phones/{in_path(phone)}/messages", json={"text": "Do you repair tandems?"})
    found = eventually(lambda: product.api("GET", "conversations/", params={"customer": phone})["results"])
    conversation = found[0]["id"]
    # The greeting is past the gateway before that has a bad day.
    eventually(lambda: product.simulator("GET", f"phones/{in_path(phone)}")["messages"][1:])
    product.simulator("PUT", "faults", json={"kind": "gateway_400", "phone": phone, "on": True, "times": 2})
    message = product.api("POST", f"conversations/{conversation}/messages/", json={"text": "We do."})["id"]
    again = administrator.get_by_role("button", name="Send again")
    eventually(lambda: administrator.goto(f"{product.base_url}/admin/ledger/to-apple/{message}/") and again.count())
    again.click()
    expect(administrator.get_by_text("It is queued and goes out in a moment")).to_be_visible()
    eventually(lambda: administrator.reload() and again.count())
    administrator.goto(f"{product.base_url}/admin/doctor/")
    administrator.get_by_role("button", name="Test everything").click()
    with psycopg.connect(product.environment["DATABASE_URL"], row_factory=dict_row) as connection:
        [behind] = connection.execute(BEHIND, [conversation]).fetchall()
        kinds = {row["kind"]: row["min"] for row in connection.execute(RICH)}
    known = {"message": message, "conversation": conversation, "rich": rich_message(administrator, product)}
    return known | behind | kinds


def rich_message(administrator: Page, product: Running) -> str:
    """Return the key of a draft of a form, with a question of two types."""
    administrator.goto(f"{product.base_url}/admin/richmessages/richmessage/add/")
    administrator.get_by_label("Name", exact=True).fill("Measuring")
    administrator.get_by_role("radio", name=re.compile("^Forms")).check()
    administrator.get_by_role("button", name="Save", exact=True).click()
    administrator.locator("summary", has_text="Add question").click()
    administrator.get_by_role("button", name="Single-select").click()
    expect(administrator.get_by_label("Value")).to_have_count(2)
    return administrator.url.split("/")[-3]


@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_has_a_serious_fault(product: Running, administrator: Page, rows: dict[str, Any], width: int) -> None:
    administrator.set_viewport_size({"width": width, "height": 900})

    def faults_at(page: str) -> list[str]:
        return faults_of(administrator, product.base_url + page.format(**rows), MANUAL.get(page, ""))

    assert [fault for page in PAGES for fault in faults_at(page)] == []
