"""What axe and the browser find wrong with a page, by light and in the dark."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import ConsoleMessage, Page

from tests.journeys.album import keep

WIDTHS = (1440, 390)
IS_TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
GRAVE = frozenset({"serious", "critical"})
EVERYTHING: Mapping[str, Any] = {"resultTypes": ["violations"]}
# Nothing but its colours changes in the dark.
COLOURS = {**EVERYTHING, "runOnly": ["color-contrast"]}


def faults_of(page: Page, address: str, picture: str = "") -> list[str]:
    """Return the grave rules that the page at an address breaks, and what the browser complains of.

    ``picture`` is the name of its picture in the manual, where it has one.
    """
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complaints.append(message.text)

    page.on("console", hear)
    # Without motion, since a colour on its way from light to dark has too little contrast.
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    _open(page, address)
    if page.evaluate(IS_TOO_WIDE):
        complaints.append("scrolls sideways")
    _keep(page, picture)
    broken = grave_faults(page)
    page.emulate_media(color_scheme="dark")
    _keep(page, picture)
    # The dark has the same colours on a phone.
    if page.viewport_size and page.viewport_size["width"] == WIDTHS[0]:
        broken += grave_faults(page, COLOURS)
    page.remove_listener("console", hear)
    place = urlsplit(address)
    return [f"{place.path}?{place.query}: {fault}" for fault in complaints + broken]


def grave_faults(page: Page, options: Mapping[str, Any] = EVERYTHING) -> list[str]:
    """Return the serious and critical rules that a page breaks as it is now, each with what breaks it."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return [
        f"{rule['id']}: {node['html']} {node.get('failureSummary', '')}"
        for rule in page.evaluate("options => axe.run(options)", dict(options))["violations"]
        if rule["impact"] in GRAVE
        for node in rule["nodes"]
    ]


def _open(page: Page, address: str) -> None:
    answer = page.goto(address)
    assert answer is not None, address
    assert answer.ok, (address, answer.status)
    assert "unsafe-" not in answer.headers["content-security-policy"], address


def _keep(page: Page, picture: str) -> None:
    if picture:
        keep(page, picture)
