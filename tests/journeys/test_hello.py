"""The main job in a browser, against the running processes: a customer says hello and an agent answers."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.journeys.people import in_path, open_page, open_the_phone, sign_in, sign_in_anew
from tests.journeys.running import Running

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


@pytest.mark.accepts("R1", "R14")
def test_the_phone_says_hello_and_the_agent_answers(product: Running, chromium: Browser, faults: list[str]) -> None:
    agent, phone = open_page(chromium, faults, 1440), open_page(chromium, faults, 1180)
    sign_in_anew(agent, product, "agent")
    # Searched for by words of its own: other tests leave conversations that wait longer, and say hello too.
    agent.goto(f"{product.base_url}/console/?view=open&q=Hello+from+Kiel")
    expect(agent.get_by_text("Live", exact=True)).to_be_visible()

    phone.goto(f"{product.base_url}/simulator/")
    phone.get_by_label("Business", exact=True).select_option(label="Velo shop")
    phone.get_by_label("Intent").fill("order")
    open_the_phone(phone)
    phone.get_by_label("Message", exact=True).fill("Hello from Kiel")
    phone.get_by_label("Message", exact=True).press("Enter")

    newest = agent.get_by_role("link").filter(has_text="Hello from Kiel").first
    newest.click()
    expect(agent.get_by_role("log").get_by_text("Hello from Kiel", exact=True)).to_be_visible()
    phone.get_by_label("Message", exact=True).press_sequentially("Are you")
    expect(agent.get_by_text("is typing")).not_to_have_count(0)
    phone.get_by_label("Message", exact=True).press_sequentially(" open today?")
    phone.get_by_label("Message", exact=True).press("Enter")
    expect(agent.get_by_role("log").get_by_text("Are you open today?")).to_be_visible()

    agent.get_by_label("Message to").fill("Hi, this is Maya from the Velo shop.")
    agent.get_by_label("Message to").press("Shift+Enter")
    agent.get_by_label("Message to").press_sequentially("We are open until six. 🚲")
    agent.get_by_label("Message to").press("Enter")

    expect(phone.get_by_text("We are open until six. 🚲")).to_be_visible()
    expect(agent.get_by_role("log").get_by_text("Sent", exact=False).last).to_be_visible()


def test_a_text_never_overtakes_the_sign_that_it_is_typed(
    product: Running, chromium: Browser, faults: list[str]
) -> None:
    phone = open_page(chromium, faults, 1180)
    phone.goto(f"{product.base_url}/simulator/")
    open_the_phone(phone)
    held: list[Route] = []
    finished: list[str] = []

    def keep(route: Route) -> None:
        held.append(route)

    phone.route("**/typing", keep, times=1)
    phone.on("requestfinished", lambda request: finished.append(request.url.rpartition("/")[2]))
    with phone.expect_request("**/typing"):
        phone.get_by_label("Message", exact=True).fill("Quick fingers")
    phone.get_by_label("Message", exact=True).press("Enter")
    # Time in which a text that did not wait would be through.
    phone.wait_for_timeout(300)
    with phone.expect_request_finished(lambda request: request.url.endswith("/write")):
        held[0].continue_()

    expect(phone.get_by_role("log").get_by_text("Quick fingers")).to_be_visible()
    assert [each for each in finished if each in ("typing", "write")] == ["typing", "write"]


@pytest.mark.accepts("R4")
def test_the_agent_is_told_when_the_customer_leaves_and_returns(
    product: Running, chromium: Browser, faults: list[str]
) -> None:
    business = product.demo["businesses"][0]["id"]
    phone = product.simulator("POST", "phones", json={"business_id": business})["id"]
    product.simulator("POST", f"phones/{in_path(phone)}/messages", json={"text": "I might leave"})
    agent = open_page(chromium, faults, 1440)
    sign_in(agent, product, "agent")
    agent.goto(f"{product.base_url}/console/?view=open&q=I+might+leave")
    agent.get_by_role("link").filter(has_text="I might leave").first.click()
    expect(agent.get_by_label("Message to")).to_be_visible()

    product.simulator("POST", f"phones/{in_path(phone)}/close")

    expect(agent.get_by_text("Nothing can be sent until they write again").first).to_be_visible()
    product.simulator("POST", f"phones/{in_path(phone)}/messages", json={"text": "I am back"})
    agent.get_by_role("link", name="Go to the newer conversation").click()
    expect(agent.get_by_role("log").get_by_text("I am back")).to_be_visible()


@pytest.mark.accepts("R2")
def test_files_travel_both_ways(product: Running, chromium: Browser, faults: list[str], tmp_path: Path) -> None:
    note = tmp_path / "estimate.txt"
    note.write_text("Two wheels, 80 euros.")
    agent, phone = open_page(chromium, faults, 1440), open_page(chromium, faults, 1180)
    phone.goto(f"{product.base_url}/simulator/")
    phone.get_by_label("Business", exact=True).select_option(label=product.demo["businesses"][0]["name"])
    open_the_phone(phone)
    phone.get_by_label("Attach files").set_input_files(Path(__file__).parents[2] / "tests" / "journeys" / "bicycle.png")
    phone.get_by_label("Message", exact=True).fill("My bicycle")
    phone.get_by_label("Message", exact=True).press("Enter")

    sign_in(agent, product, "agent")
    agent.goto(f"{product.base_url}/console/?view=open&q=My+bicycle")
    agent.get_by_role("link").filter(has_text="My bicycle").first.click()
    expect(agent.get_by_role("log").locator("img").first).to_be_visible()
    agent.get_by_label("Attach files").set_input_files(note)
    agent.get_by_label("Message to").fill("Our estimate")
    agent.get_by_label("Message to").press("Enter")

    expect(phone.get_by_text("Our estimate")).to_be_visible()
    expect(phone.get_by_text("estimate.txt")).to_be_visible()
