"""Second factors in a browser, against the running processes: an authenticator app, and a passkey."""

import time
from collections.abc import Iterator
from uuid import uuid4

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Browser, Page, expect

from tests.journeys.axe import WIDTHS, faults_of
from tests.journeys.people import open_page, sign_in_anew
from tests.journeys.running import Running, eventually
from tests.journeys.test_accessible import MANUAL

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

PASSWORD = "battery staple 9"


@pytest.fixture
def host(product: Running) -> str:
    """The installation by a name: an address has no passkeys."""
    return product.base_url.replace("127.0.0.1", "localhost")


@pytest.fixture
def newcomer(product: Running, chromium: Browser) -> Iterator[str]:
    """Somebody whom an administrator has just entered; their user name."""
    name = f"noa{uuid4().hex[:6]}"
    context = chromium.new_context()
    page = context.new_page()
    sign_in_anew(page, product, "administrator")
    page.goto(f"{product.base_url}/admin/workstreams/user/add/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("First name").fill("Noa")
    page.get_by_label("Password").first.fill(PASSWORD)
    page.get_by_label("Omnichannel supervisor").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was added")).to_be_visible()
    yield name
    context.close()


def enter(page: Page, host: str, name: str) -> None:
    """Type user name and password on the sign-in page."""
    page.goto(f"{host}/sign-in/")
    page.get_by_label("User name").fill(name)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def leave(page: Page) -> None:
    """Sign out by the menu."""
    page.get_by_label("Your account").click()
    page.get_by_role("button", name="Sign out", exact=True).last.click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def current_code(key: str) -> str:
    """Return what the app shows, early enough in its half minute."""
    eventually(lambda: time.time() % 30 < 25)
    return str(format_hotp_value(hotp_value(key, int(time.time()) // 30)))


def look(page: Page, host: str, *addresses: str) -> list[str]:
    """Return what axe finds serious on these pages, wide and narrow, by light and in the dark."""
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        found += [fault for path in addresses for fault in faults_of(page, host + path, MANUAL.get(path, ""))]
    return found


def test_an_authenticator_app_is_set_up_and_asked_for(
    host: str, newcomer: str, chromium: Browser, faults: list[str]
) -> None:
    page = open_page(chromium, faults, 1440)
    enter(page, host, newcomer)
    page.goto(f"{host}/security/")
    page.get_by_role("link", name="Set up an authenticator app").click()
    expect(page.locator(".qr")).to_be_visible()
    key = page.locator("#key").inner_text()
    page.get_by_label("Code from the app").fill(current_code(key))
    page.get_by_role("button", name="Switch it on").click()
    recovery = page.locator(".codes li").first.inner_text()
    page.get_by_role("link", name="I have saved them").click()
    page.goto(f"{host}/security/")
    expect(page.get_by_text("10 of 10 are left")).to_be_visible()
    leave(page)

    enter(page, host, newcomer)
    expect(page.get_by_role("heading", name="Second factor")).to_be_visible()
    page.get_by_label("Code").fill(recovery)
    page.get_by_role("button", name="Go on").click()
    page.goto(f"{host}/security/")

    expect(page.get_by_text("9 of 10 are left")).to_be_visible()
    assert look(page, host, "/security/", "/security/authenticator/remove/", "/security/recovery-codes/new/") == []
    page.close()


def test_a_passkey_is_made_and_signs_in_alone(host: str, newcomer: str, chromium: Browser, faults: list[str]) -> None:
    page = open_page(chromium, faults, 1440)
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    device = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": device})
    enter(page, host, newcomer)
    page.goto(f"{host}/security/passkeys/add/")
    page.get_by_label("Name").fill("My laptop")
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    page.goto(f"{host}/security/")
    expect(page.get_by_role("link", name="Rename My laptop")).to_be_visible()
    leave(page)

    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(f"{host}/console/")
    leave(page)
    enter(page, host, newcomer)
    expect(page.get_by_role("heading", name="Second factor")).to_be_visible()
    assert look(page, host, "/sign-in/second-factor/") == []
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(f"{host}/console/")

    page.goto(f"{host}/security/")
    page.get_by_role("link", name="Rename My laptop").click()
    page.get_by_label("Name").fill("Laptop at home")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="Rename Laptop at home")).to_be_visible()
    assert look(page, host, "/security/passkeys/add/", "/security/") == []
    page.get_by_role("link", name="Remove Laptop at home").click()
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_role("link", name="Remove Laptop at home")).to_have_count(0)
    page.close()


def test_the_way_in_has_no_serious_fault(product: Running, host: str, newcomer: str, chromium: Browser) -> None:
    page = chromium.new_page()
    assert look(page, host, "/sign-in/", "/sign-in/cancelled/", "/sign-in/deactivated/") == []
    sign_in_anew(page, product, "administrator")
    person = f"{product.base_url}/admin/workstreams/user/?q={newcomer}"
    page.goto(person)
    page.get_by_role("link", name="Noa").first.click()
    page.get_by_role("link", name="Sign-in", exact=True).click()
    expect(page.get_by_role("heading", name="How Noa signs in")).to_be_visible()

    assert look(page, "", page.url) == []
    page.close()
