"""A customer's data, in a browser: a file with everything, and then nothing at all."""

import json
import os
import zipfile
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect
from psycopg.sql import SQL, Identifier

from tests.journeys.people import open_page, open_the_phone, sign_in
from tests.journeys.running import Running, eventually

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
PHOTO = Path(__file__).parent / "bicycle.png"
WORDS = "My tandem has a bent fork, Quince Lane 7"


def write_with_photo(product: Running, phone: Page) -> None:
    """Write to the shop from a new phone."""
    phone.goto(f"{product.base_url}/simulator/")
    phone.get_by_label("Business", exact=True).select_option(label=product.demo["businesses"][0]["name"])
    open_the_phone(phone)
    phone.get_by_label("Attach files").set_input_files(PHOTO)
    phone.get_by_label("Message", exact=True).fill(WORDS)
    phone.get_by_label("Message", exact=True).press("Enter")


def kept(product: Running, kind: str) -> set[Path]:
    """Return the files of a kind that are kept."""
    # Unlike Path.rglob, os.walk does not mind when a folder goes meanwhile.
    folders = os.walk(product.data_dir / "media" / kind)
    return {Path(folder, name) for folder, _folders, names in folders for name in names}


def held_in_database(product: Running, words: str) -> list[str]:
    """Return the tables that hold these words, as text or as bytes; the phone's side is left out."""
    holds = SQL("SELECT EXISTS (SELECT 1 FROM {} AS line WHERE strpos(line::text, %s) + strpos(line::text, %s) > 0)")
    with psycopg.connect(product.environment["DATABASE_URL"]) as connection:
        rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
        names = [name for (name,) in rows if not name.startswith("simulator_")]
        sought = [words, words.encode().hex()]
        found = {name: connection.execute(holds.format(Identifier(name)), sought).fetchone() for name in names}
    return [name for name, row in found.items() if row and row[0]]


def test_everything_is_exported_and_then_erased(
    product: Running, chromium: Browser, faults: list[str], pictures: Path, tmp_path: Path
) -> None:
    phone, agent = open_page(chromium, faults, 1180), open_page(chromium, faults, 1440)
    write_with_photo(product, phone)
    sign_in(agent, product, "agent")
    agent.goto(f"{product.base_url}/console/?view=open&q=My+tandem")
    agent.get_by_role("link").filter(has_text=WORDS).first.click()
    expect(agent.get_by_role("log").locator("img").first).to_be_visible()
    stored = kept(product, "attachments")

    desk = open_page(chromium, faults, 1440)
    sign_in(desk, product, "administrator")
    desk.goto(f"{product.base_url}/admin/")
    desk.get_by_role("link", name="Customers’ data").click()
    desk.get_by_role("rowheader").get_by_role("link").first.click()
    desk.get_by_role("button", name="Export").click()
    link = desk.get_by_role("link", name="Download")
    expect(link).to_be_visible()
    desk.screenshot(path=pictures / "customer.png")
    with desk.expect_download() as download:
        link.click()
    download.value.save_as(tmp_path / "customer.zip")

    with zipfile.ZipFile(tmp_path / "customer.zip") as archive:
        document = json.loads(archive.read("customer.json"))
        [message] = [each for each in document["conversations"][0]["messages"] if each["files"]]
        assert message["text"].endswith(WORDS)
        assert archive.read(message["files"][0]["file"]) == PHOTO.read_bytes()
        assert WORDS in archive.read("transcript.txt").decode()

    desk.get_by_role("link", name="Erase…").click()
    desk.get_by_label("Name of the customer").fill(f"Visitor {document['customer']['number']}")
    desk.get_by_role("button", name="Erase for good").click()
    expect(desk.get_by_text("This customer was erased")).to_be_visible()

    expect(agent.get_by_text("There is nothing at this address")).to_be_visible()
    faults[:] = [fault for fault in faults if "404" not in fault]
    assert held_in_database(product, WORDS) == []
    assert held_in_database(product, document["customer"]["opaque_id"]) == []
    eventually(lambda: not kept(product, "exports"))
    eventually(lambda: len(stored - kept(product, "attachments")) == 2)
