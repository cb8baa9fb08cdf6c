"""Pictures of the administrator's manual, taken while tests pass by: SCREENSHOTS=1 puts them into docs/guide."""

import io
import os
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Locator, Page

from tests.journeys.running import ROOT

GUIDE = ROOT / "docs" / "guide"
# How the manual shows each page: the end of the file's name, the width, the scheme.
VIEWS = (("", 1440, "light"), ("-dark", 1440, "dark"), ("-narrow", 390, "light"))
# A page of the portal has few colours; this makes a picture a third as large.
COLOURS = 96
# The height of a bar that does not scroll away.
STAYS = 110


def keep(page: Page, name: str, of: Locator | None = None) -> None:
    """Put what the page shows now into the manual, as it is: light or dark, wide or narrow; or one part of the page."""
    if os.environ.get("SCREENSHOTS") == "1":
        width = page.viewport_size["width"] if page.viewport_size else 0
        is_dark = bool(page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches"))
        for ending, wide, scheme in VIEWS:
            if (width, is_dark) == (wide, scheme == "dark"):
                _save(page.screenshot(clip=_seen(of) if of else None), GUIDE / "images" / f"{name}{ending}.png")


def keep_all(page: Page, name: str, of: Locator | None = None) -> None:
    """Put a page, or one part of it, into the manual in every view, and leave the window as it was."""
    if os.environ.get("SCREENSHOTS") == "1":
        before = page.viewport_size or {"width": 1440, "height": 900}
        for _ending, width, scheme in VIEWS:
            page.set_viewport_size({"width": width, "height": 900})
            # Without motion, which a picture would catch half-way; the change of colours is one.
            page.emulate_media(reduced_motion="reduce")
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            keep(page, name, of)
        page.set_viewport_size(before)
        page.emulate_media(color_scheme="light", reduced_motion="no-preference")


def _seen(part: Locator) -> Any:
    """Return the place of a part in the window, below whatever stays at its top."""
    part.evaluate(f"it => scrollBy(0, it.getBoundingClientRect().top - {STAYS})")
    box: Any = part.bounding_box()
    return {**box, "height": min(box["height"], 900 - box["y"])}


def _save(picture: bytes, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    Image.open(io.BytesIO(picture)).convert("RGB").quantize(COLOURS).save(file, optimize=True)
