"""The way in, and the pages for when something is wrong."""

import pytest
from django.test import Client

from tests.factories.workstreams import UserFactory


def test_a_wrong_password_is_told_at_the_form(client: Client, db: None) -> None:
    UserFactory.create(username="tom")

    answer = client.post("/sign-in/", {"username": "tom", "password": "wrong", "next": "/console/?view=open"})

    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'role="alert"' in page
    assert 'value="tom"' in page
    assert 'name="next" value="/console/?view=open"' in page
    assert 'wrong"' not in page


def test_signing_in_goes_on_where_one_wanted_to(client: Client, db: None) -> None:
    UserFactory.create(username="tom")

    answer = client.post("/sign-in/", {"username": "tom", "password": "correct horse", "next": "/console/?view=open"})

    assert answer["Location"] == "/console/?view=open"


def test_an_unknown_address_has_a_page_of_its_own(client: Client, db: None) -> None:
    answer = client.get("/no/such/page/")

    assert answer.status_code == 404
    assert "There is nothing at this address" in answer.content.decode()


@pytest.mark.parametrize(("chosen", "shown"), [("dark", "dark"), ("", ""), ('"><script>', "")])
def test_the_chosen_theme_is_on_the_page(client: Client, db: None, chosen: str, shown: str) -> None:
    client.cookies["theme"] = chosen

    assert f'data-theme="{shown}"' in client.get("/sign-in/").content.decode()
