"""The set-up leaves as a file, comes back with a change, and the log says what became of each field."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.axe import grave_faults
from tests.journeys.people import open_page, sign_in
from tests.journeys.running import Running

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


def test_a_file_with_a_change_is_looked_at_and_applied(
    product: Running, chromium: Browser, faults: list[str], tmp_path: Path, pictures: Path
) -> None:
    page = open_page(chromium, faults, 1440)
    sign_in(page, product, "administrator")
    page.goto(f"{product.base_url}/admin/")
    page.get_by_role("link", name="Configuration").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the configuration").click()
    content = json.loads(Path(download.value.path()).read_text())
    content["queues"][0]["priority"] = 7
    content["queues"].append({"name": "Weekend", "priority": 3})
    (tmp_path / "changed.json").write_text(json.dumps(content))

    page.get_by_label("Configuration file").set_input_files(tmp_path / "changed.json")
    page.get_by_role("button", name="Look at the changes").click()
    expect(page.get_by_text("1 to add, 1 to change")).to_be_visible()
    assert grave_faults(page) == []
    page.screenshot(path=pictures / "configuration.png")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_text("Imported: 1 added, 1 changed.")).to_be_visible()

    page.goto(f"{product.base_url}/admin/workstreams/queue/")
    page.get_by_role("link", name=content["queues"][0]["name"], exact=True).first.click()
    page.get_by_role("link", name="History").click()
    expect(page.get_by_role("row").filter(has_text="Queue priority")).to_contain_text("7")
    assert grave_faults(page) == []
    page.get_by_role("link", name="In the audit log").click()
    expect(page.get_by_label("Kind of record")).to_have_value("workstreams.queue")
    assert grave_faults(page) == []
