"""A business that was set up by hand becomes known to the simulated Apple, on the page and for scripts."""

import base64
import json
import re
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from simulator.models import Business, Phone, Provider
from simulator.services.setup import set_up
from tests.simulator.apple import IDENTITIES, FakeApple

PAGE = "/simulator/businesses/"
API = "/simulator/api/businesses"
VELO = "31c6a1ea-0000-4000-8000-0000000013b5"
NEW_MSP = "11111111-2222-4333-8444-555555555555"
NEW_SECRET = base64.b64encode(bytes(range(48))).decode()
OWN_WEBHOOK = "/applemessagesforbusiness"
Row = tuple[str, str, str]


def rows() -> list[Row]:
    """Return every business with its name and its provider."""
    known = Business.objects.select_related("provider").order_by("pk")
    return [(str(each.business_id), each.name, str(each.provider.msp_id)) for each in known]


def post(client: Client, body: Any) -> tuple[int, Any]:
    answer = client.post(API, json.dumps(body), content_type="application/json")
    return answer.status_code, answer.json()


def chosen(content: str, name: str) -> list[str]:
    """Return what a list of choices shows as chosen."""
    choices = re.findall(rf'<select[^>]*name="{name}".*?</select>', content, re.DOTALL)[0]
    return re.findall(r"<option[^>]*selected[^>]*>(.*?)</option>", choices, re.DOTALL)


def faults(content: str) -> dict[str, str]:
    """Return the sentence at each wrong field."""
    return dict(re.findall(r'<ul class="errorlist" id="id_(\w+)_error"><li>(.*?)</li>', content))


@pytest.fixture
def elsewhere(db: None) -> Provider:
    """Another provider, with a business."""
    set_up(
        msp_id=IDENTITIES["other_msp_id"],
        secret=IDENTITIES["other_secret_base64"],
        webhook_url="http://127.0.0.1:9",
        businesses={VELO: "Elsewhere"},
    )
    return Provider.objects.get(msp_id=IDENTITIES["other_msp_id"])


def test_a_business_of_a_known_provider_is_registered_and_chosen(client: Client, apple: FakeApple) -> None:
    provider = apple.business.provider.pk

    page = client.post(
        PAGE, {"name": " Velo ", "business_id": f" {VELO.upper()} ", "provider": provider}, follow=True
    ).content.decode()

    assert rows()[1:] == [(VELO, "Velo", IDENTITIES["msp_id"])]
    assert chosen(page, "business") == ["Velo"]
    assert "Velo is registered at the simulated Apple." in page


def test_the_first_business_comes_with_its_provider(client: Client, db: None) -> None:
    page = client.get("/simulator/").content.decode()
    answer = client.post(PAGE, {"name": "Velo", "business_id": VELO, "msp_id": NEW_MSP.upper(), "secret": NEW_SECRET})

    provider = Provider.objects.get()
    assert "<details open" in page.replace(' class="more"', "")
    assert (answer.status_code, rows()) == (302, [(VELO, "Velo", NEW_MSP)])
    assert (provider.secret, provider.webhook_url) == (NEW_SECRET, settings.BASE_URL + OWN_WEBHOOK)


def test_a_registered_business_hands_out_phones(client: Client, apple: FakeApple) -> None:
    client.post(PAGE, {"name": "Velo", "business_id": VELO, "provider": apple.business.provider.pk})

    client.post("/simulator/", {"business": Business.objects.get(name="Velo").pk, "locale": "de_DE"})

    assert Phone.objects.get().business.name == "Velo"


def test_in_the_background_the_page_is_told_where_to_go(client: Client, apple: FakeApple) -> None:
    details = {"name": "Velo", "business_id": VELO, "provider": apple.business.provider.pk}

    answer = client.post(PAGE, details, headers={"X-Quiet": "1"})

    business = Business.objects.get(name="Velo")
    assert (answer.status_code, answer["Location"]) == (204, f"/simulator/?business={business.pk}")


WRONG_FORMS: list[tuple[dict[str, str], dict[str, str]]] = [
    (
        {"name": " ", "business_id": ""},
        {"name": "This field is required.", "business_id": "This field is required."},
    ),
    (
        {"business_id": "velo"},
        {"business_id": "Write a UUID, like 31c6a1ea-0000-4000-8000-0000000013b5."},
    ),
    (
        {"provider": "", "business_id": "velo"},
        {
            "business_id": "Write a UUID, like 31c6a1ea-0000-4000-8000-0000000013b5.",
            "msp_id": "A new provider needs this.",
            "secret": "A new provider needs this.",
        },
    ),
    (
        {"provider": "", "msp_id": "7", "secret": "not Base64"},
        {
            "msp_id": "Write a UUID, like 31c6a1ea-0000-4000-8000-0000000013b5.",
            "secret": "This is not Base64. Copy the whole secret, with the = at its end.",
        },
    ),
    ({"provider": "", "msp_id": NEW_MSP}, {"secret": "A new provider needs this."}),
    (
        {"provider": "999999"},
        {"provider": "Select a valid choice. That choice is not one of the available choices."},
    ),
    ({"name": "a\0b"}, {"name": "Null characters are not allowed."}),
    ({"name": "x" * 201}, {"name": "Ensure this value has at most 200 characters (it has 201)."}),
]


@pytest.mark.parametrize(("changes", "expected"), WRONG_FORMS)
def test_what_is_wrong_stands_at_its_field_and_nothing_is_registered(
    client: Client, apple: FakeApple, changes: dict[str, str], expected: dict[str, str]
) -> None:
    before = rows()
    details = {"name": "Velo", "business_id": VELO, "provider": str(apple.business.provider.pk)} | changes

    answer = client.post(PAGE, details)

    assert (answer.status_code, faults(answer.content.decode())) == (422, expected)
    assert (rows(), Provider.objects.count()) == (before, 1)


def test_what_was_typed_stays_but_for_the_secret(client: Client, apple: FakeApple) -> None:
    details = {"name": "Velo & Co", "business_id": "velo", "provider": "", "msp_id": NEW_MSP, "secret": NEW_SECRET}

    content = client.post(PAGE, details).content.decode()

    assert [
        text for text in ('value="Velo &amp; Co"', 'value="velo"', f'value="{NEW_MSP}"') if text not in content
    ] == []
    assert (chosen(content, "provider"), NEW_SECRET in content) == (["A new provider"], False)


def test_the_business_of_another_provider_stays_there(client: Client, apple: FakeApple, elsewhere: Provider) -> None:
    before = rows()

    answer = client.post(PAGE, {"name": "Velo", "business_id": VELO, "provider": apple.business.provider.pk})

    assert faults(answer.content.decode()) == {"business_id": "This business belongs to another provider."}
    assert (answer.status_code, rows()) == (422, before)


def test_forms_of_other_sites_register_nothing(db: None) -> None:
    strict = Client(enforce_csrf_checks=True)

    answer = strict.post(PAGE, {"name": "Velo", "business_id": VELO, "msp_id": NEW_MSP, "secret": NEW_SECRET})

    assert (answer.status_code, rows()) == (403, [])


def test_the_page_takes_the_same_queries_for_any_number_of_businesses(client: Client, apple: FakeApple) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/simulator/").status_code == 200
        return len(captured)

    few = queries()
    for number in range(3):
        businesses = {str(uuid4()): f"Shop {number}", str(uuid4()): f"Branch {number}"}
        set_up(msp_id=str(uuid4()), secret=NEW_SECRET, webhook_url="http://127.0.0.1:9", businesses=businesses)

    assert queries() == few


def test_a_script_registers_a_business_with_a_new_provider(client: Client, db: None) -> None:
    body = {"business_id": f" {VELO.upper()} ", "name": " Velo ", "msp_id": NEW_MSP, "secret": NEW_SECRET}
    shape = {
        "business_id": VELO,
        "name": "Velo",
        "msp_id": NEW_MSP,
        "webhook_url": settings.BASE_URL + OWN_WEBHOOK,
    }

    answers = [post(client, body), post(client, body)]

    assert answers == [(201, shape), (200, shape)]
    assert (rows(), client.get(API).json()) == ([(VELO, "Velo", NEW_MSP)], {"businesses": [shape]})


def test_a_script_needs_no_provider_where_there_is_one(client: Client, apple: FakeApple) -> None:
    by_default = post(client, {"business_id": VELO, "name": "Velo"})
    by_id = post(client, {"business_id": VELO, "name": "Velo", "msp_id": IDENTITIES["msp_id"]})

    assert (by_default[0], by_id[0], rows()[1:]) == (201, 200, [(VELO, "Velo", IDENTITIES["msp_id"])])


def test_a_known_business_keeps_its_provider_when_none_is_named(
    client: Client, apple: FakeApple, elsewhere: Provider
) -> None:
    status, _ = post(client, {"business_id": VELO, "name": "Elsewhere"})

    assert (status, rows()[1:]) == (200, [(VELO, "Elsewhere", IDENTITIES["other_msp_id"])])


def test_what_differs_is_changed(client: Client, apple: FakeApple) -> None:
    answer, _ = post(
        client,
        {"business_id": apple.business_id, "name": "Velo", "msp_id": IDENTITIES["msp_id"], "secret": NEW_SECRET},
    )

    assert (answer, rows()) == (200, [(apple.business_id, "Velo", IDENTITIES["msp_id"])])
    assert Provider.objects.get().secret == NEW_SECRET


def test_a_script_cannot_take_another_providers_business(client: Client, apple: FakeApple, elsewhere: Provider) -> None:
    before = rows()
    body = {"business_id": VELO, "name": "Velo", "msp_id": IDENTITIES["msp_id"], "secret": NEW_SECRET}

    answer = post(client, body)

    assert answer == (409, {"error": "This business belongs to another provider."})
    assert rows() == before
    assert Provider.objects.get(msp_id=IDENTITIES["msp_id"]).secret == IDENTITIES["secret_base64"]


def test_among_several_providers_a_script_names_one(client: Client, apple: FakeApple, elsewhere: Provider) -> None:
    answer = post(client, {"business_id": str(uuid4()), "name": "Velo"})

    assert answer == (
        400,
        {"error": "Please correct msp_id: Several providers are registered: name one by its MSP ID."},
    )


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"business_id": VELO},
        {"business_id": VELO, "name": "  "},
        {"business_id": VELO, "name": "x" * 201},
        {"business_id": VELO, "name": "a\0b"},
        {"business_id": VELO, "name": 5},
        {"business_id": "velo", "name": "Velo"},
        {"business_id": "", "name": "Velo"},
        {"business_id": VELO, "name": "Velo", "msp_id": "7"},
        {"business_id": VELO, "name": "Velo", "msp_id": NEW_MSP},
        {"business_id": VELO, "name": "Velo", "secret": NEW_SECRET},
        {"business_id": VELO, "name": "Velo", "msp_id": NEW_MSP, "secret": "not Base64"},
        {"business_id": VELO, "name": "Velo", "msp_id": NEW_MSP, "secret": ["x"]},
        {"business_id": VELO, "name": "Velo", "webhook_url": "http://127.0.0.1:9"},
    ],
)
def test_a_wrong_business_is_refused_with_a_sentence(client: Client, apple: FakeApple, body: Any) -> None:
    before = rows()

    status, content = post(client, body)

    assert (status, list(content)) == (400, ["error"])
    assert content["error"].startswith("Please correct ")
    assert (rows(), Provider.objects.count()) == (before, 1)


def test_without_a_provider_a_script_is_told_to_bring_one(client: Client, db: None) -> None:
    answer = post(client, {"business_id": VELO, "name": "Velo"})

    assert answer == (
        400,
        {"error": "Please correct msp_id: No provider is registered yet: give its MSP ID and API secret."},
    )


def test_secrets_are_shown_nowhere(client: Client, db: None) -> None:
    body = {"business_id": VELO, "name": "Velo", "msp_id": NEW_MSP, "secret": NEW_SECRET}
    registered = post(client, body)[1]

    shown = [json.dumps(registered), client.get(API).content.decode(), client.get("/simulator/").content.decode()]

    assert [NEW_SECRET in text for text in shown] == [False, False, False]


def test_the_list_takes_one_query(client: Client, apple: FakeApple, elsewhere: Provider) -> None:
    with CaptureQueriesContext(connection) as captured:
        names = [each["name"] for each in client.get(API).json()["businesses"]]

    assert (names, len(captured)) == (["Elsewhere", "Kettle & Spoke"], 1)
