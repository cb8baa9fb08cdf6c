"""The administrator's manual and its pictures agree, and no link in any document is dead."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
GUIDE = ROOT / "docs" / "guide"
PAGES = {page.name: page.read_text() for page in GUIDE.glob("*.md")}
MOST_BYTES = 6_500_000


def test_every_picture_is_shown_and_every_shown_picture_exists() -> None:
    shown = {name for text in PAGES.values() for name in re.findall(r'src="images/([^"]+)"', text)}

    assert shown == {picture.name for picture in (GUIDE / "images").iterdir()}


def test_every_picture_comes_in_light_dark_and_narrow() -> None:
    names = {picture.stem for picture in (GUIDE / "images").iterdir()}
    plain = {name for name in names if not name.endswith(("-dark", "-narrow"))}

    assert names == {f"{name}{view}" for name in plain for view in ("", "-dark", "-narrow")}


def test_the_pictures_stay_small() -> None:
    assert sum(picture.stat().st_size for picture in (GUIDE / "images").iterdir()) < MOST_BYTES


def test_every_link_leads_somewhere() -> None:
    files = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    links = [(file, link) for file in files for link in re.findall(r"\]\((?!http)([^)#\s]+)", file.read_text())]

    assert [(file.name, link) for file, link in links if not (file.parent / link).exists()] == []


def test_the_contents_lead_to_every_page() -> None:
    linked = set(re.findall(r"\]\(([a-z-]+\.md)\)", PAGES["README.md"]))

    assert linked == PAGES.keys() - {"README.md"}
