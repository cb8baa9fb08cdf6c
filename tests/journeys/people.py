"""What people do at a browser before they come to the point."""

from typing import Any
from urllib.parse import quote

from playwright.sync_api import Browser, Page

from tests.journeys.running import Running

# What signing in left in the browser, by installation and role.
_cookies: dict[tuple[str, str], list[Any]] = {}
_open: list[Page] = []


def open_page(browser: Browser, faults: list[str], width: int) -> Page:
    """Open a window of its own that reports its complaints, until the test has ended."""
    page = browser.new_page(viewport={"width": width, "height": 900})
    _open.append(page)
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    return page


def close_pages() -> None:
    """Close what was opened: each open console and phone looks again at whatever happens."""
    while _open:
        _open.pop().close()


def sign_in(page: Page, product: Running, role: str) -> None:
    """Sign a demo user in by the page that people use; whoever did so before is still signed in."""
    session = (product.base_url, role)
    if session not in _cookies:
        sign_in_anew(page, product, role)
        _cookies[session] = page.context.cookies()
    page.context.add_cookies(_cookies[session])


def sign_in_anew(page: Page, product: Running, role: str) -> None:
    """Sign a demo user in for a session that the page may end."""
    username, password = product.sign_in_of(role)
    page.goto(f"{product.base_url}/sign-in/")
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/sign-in/" not in url)


def open_the_phone(page: Page) -> None:
    """Press the button, and wait until the phone's scripts run: an Enter before that would only begin a new line."""
    page.get_by_role("button", name="Open the phone").click()
    page.wait_for_url("**/simulator/phones/*/")


def in_path(opaque_id: str) -> str:
    """Return a customer's id as it stands in an address."""
    return quote(opaque_id, safe="")
