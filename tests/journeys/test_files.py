"""Files in the composer: what may not be sent is told before anything is uploaded."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.people import sign_in
from tests.journeys.running import Running

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

DROP = """
(files) => {
  const transfer = new DataTransfer();
  for (const [name, size] of files) transfer.items.add(new File([new Uint8Array(size).fill(65)], name));
  const thread = document.querySelector("#composer").closest(".thread");
  const tell = (kind) => {
    const event = new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: transfer });
    thread.dispatchEvent(event);
    return event.defaultPrevented;
  };
  const stays = tell("dragover");
  const invites = thread.classList.contains("dropping");
  return { stays: stays && tell("drop"), invites };
}
"""


@contextmanager
def usual_limit(product: Running) -> Iterator[None]:
    """Let the company's limit be the default, which the demo's is not."""
    with psycopg.connect(product.environment["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("UPDATE channels_app_organisation SET largest_file_kb = 5120")
        yield
        connection.execute("UPDATE channels_app_organisation SET largest_file_kb = 102400")


@contextmanager
def no_files_from_agents(product: Running) -> Iterator[None]:
    """Switch files off for agents of every channel."""
    with psycopg.connect(product.environment["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("UPDATE channels_app_channelinstance SET agents_may_attach = FALSE")
        yield
        connection.execute("UPDATE channels_app_channelinstance SET agents_may_attach = TRUE")


@pytest.fixture
def console(product: Running, chromium: Browser) -> Iterator[Page]:
    """An agent's console with a conversation on the screen."""
    phone = product.simulator("POST", "phones", json={"business_id": product.demo["businesses"][0]["id"]})["id"]
    product.simulator("POST", f"phones/{quote(phone, safe='')}/messages", json={"text": f"Is it {phone[-9:-1]}?"})
    page = chromium.new_page(viewport={"width": 1440, "height": 900})
    sign_in(page, product, "agent")
    page.goto(f"{product.base_url}/console/?view=open&q=Is+it+{quote(phone[-9:-1])}")
    page.get_by_role("link").filter(has_text=phone[-9:-1]).first.click()
    expect(page.get_by_role("log").get_by_text(phone[-9:-1])).to_be_visible()
    yield page
    page.close()


@pytest.mark.accepts("A2.7-1")
def test_where_agents_may_send_no_files_nothing_attaches_them_and_dropping_does_nothing(
    product: Running, console: Page
) -> None:
    expect(console.get_by_label("Attach files")).to_be_attached()
    with no_files_from_agents(product):
        console.reload()
        expect(console.get_by_label("Message to")).to_be_visible()
        address = console.url

        dropped = console.evaluate(DROP, [["photo.jpg", 10]])

        assert dropped == {"stays": True, "invites": False}
        expect(console.get_by_label("Attach files")).to_have_count(0)
        expect(console.get_by_text("photo.jpg")).to_have_count(0)
        expect(console.locator("#composer-faults")).to_be_empty()
        assert console.url == address


@pytest.mark.accepts("A2.7-2", "A2.7-3")
def test_what_may_not_be_sent_is_named_with_its_reason_before_anything_is_uploaded(
    product: Running, console: Page
) -> None:
    uploads: list[str] = []
    console.on("request", lambda request: uploads.append(request.url) if request.method == "POST" else None)
    with usual_limit(product):
        console.reload()
        expect(console.get_by_label("Message to")).to_be_visible()

        files = [["a.txt", 5121 * 1024], ["setup.exe", 10], ["b.txt", 5120 * 1024]]
        dropped = console.evaluate(DROP, files)

        assert dropped == {"stays": True, "invites": True}
        faults = console.locator("#composer-faults")
        expect(faults).to_contain_text("“a.txt” is too large: 5,121 kB of at most 5,120 kB.")
        expect(faults).to_contain_text("“setup.exe” cannot be sent. Files may end in .jpg, .jpeg, .png, .gif")
        expect(console.locator("#chosen")).to_contain_text("b.txt")
        expect(console.locator("#chosen li")).to_have_count(1)
        assert not [url for url in uploads if "/send/" in url]


def test_the_file_dialog_offers_what_may_be_sent(console: Page) -> None:
    offered = ".jpg,.jpeg,.png,.gif,.mp3,.amr,.caf,.mp4,.pdf,.docx,.xlsx,.txt,.pkpass,.usdz"

    expect(console.get_by_label("Attach files")).to_have_attribute("accept", offered)


@pytest.mark.accepts("A2.8-1")
def test_a_text_of_29_kb_is_refused_with_its_size_and_nothing_formats_it(console: Page) -> None:
    uploads: list[str] = []
    console.on("request", lambda request: uploads.append(request.url) if request.url.endswith("/send/") else None)
    expect(console.get_by_role("toolbar")).to_have_count(0)
    expect(console.locator("#composer [contenteditable]")).to_have_count(0)

    console.get_by_label("Message to").fill("x" * 29 * 1024)
    console.get_by_label("Message to").press("Enter")

    expect(console.locator("#composer-faults")).to_contain_text("The text is too long: 29 kB of at most 28 kB.")
    assert uploads == []
