"""Every address of the installation lets in whom the privilege matrix names, and nobody else."""

import importlib
import pkgutil
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from fnmatch import fnmatchcase
from http import HTTPStatus
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.conf import LazySettings
from django.db import transaction
from django.test import Client
from django.urls import reverse
from factory.django import DjangoModelFactory

from tests import factories
from tests.factories.workstreams import AgentFactory, ApiTokenFactory
from tests.portal.privileges import PEOPLE, RECORDS, ROWS, Route, Who, missing, routes
from tests.portal.visitors import visitor
from workstreams.models import ApiToken
from workstreams.roles import PRIVILEGES, Role, _permissions

ROUTES = routes()
AREAS = sorted({route.area for route in ROUTES})
TOKEN = "oc_of-a-program"
# Anything that an address may be asked for; what exists is made below.
ARGUMENTS: dict[str, Any] = {
    "token": UUID(int=1),
    "opaque_id": "urn:mbid:AQAAY4x5",
    "object_id": "1",
    "content_type_id": "1",
    "app_label": "workstreams",
    "what": "skills",
    "url": "nowhere",
    "run": UUID(int=1),
    "step": "details",
    "slug": "greeting",
    "provider_id": "nobody",
}
Reach = Callable[[str, str], Any]


@dataclass(frozen=True)
class Person:
    """Somebody at the door, with what is shown there."""

    cookies: Any = None
    headers: Any = None

    def asks(self, method: str, address: str) -> Any:
        """Return the answer; whatever it did is undone."""
        client = Client(headers=self.headers)
        client.cookies = deepcopy(self.cookies) or client.cookies
        with transaction.atomic():
            answer = client.generic(method, address)
            transaction.set_rollback(True)
        return answer


@pytest.fixture
def people(db: None, settings: LazySettings) -> dict[str, Person]:
    """One person of each kind, and nothing switched off."""
    settings.METRICS_TOKEN = "of nobody here"
    signed_in = {
        "agent": visitor(Role.AGENT),
        "supervisor": visitor(Role.SUPERVISOR),
        "administrator": visitor(Role.ADMINISTRATOR),
        "superuser": visitor(is_superuser=True),
    }
    for name in ("agent", "supervisor"):
        AgentFactory.create(user=signed_in[name].user)
    program = visitor(Role.API_ACCESS).user
    ApiTokenFactory.create(user=program, digest=ApiToken.digest_of(TOKEN))
    return {
        "stranger": Person(),
        **{name: Person(cookies=one.client.cookies) for name, one in signed_in.items()},
        "program": Person(headers={"Authorization": f"Bearer {TOKEN}"}),
    }


def every_factory() -> Iterator[Any]:
    """Return the factories of all models."""
    for module in pkgutil.iter_modules(factories.__path__, f"{factories.__name__}."):
        for each in vars(importlib.import_module(module.name)).values():
            if isinstance(each, type) and issubclass(each, DjangoModelFactory) and each is not DjangoModelFactory:
                yield each


def example_of(route: Route) -> int:
    """Return the key of a new record for the page of one; any key elsewhere."""
    found = re.match(r"admin:(\w+?)_([a-z]+)_[a-z]+$", route.name)
    for label in apps.app_configs if found else ():
        model = route.name.removeprefix("admin:").removeprefix(f"{label}_").partition("_")[0]
        for factory in every_factory():
            if factory._meta.model._meta.label_lower == f"{label}.{model}":
                key: int = factory.create().pk
                return key
    return 1


def address_of(route: Route) -> str:
    """Return an address that the route takes."""
    example = example_of(route) if route.arguments else 1
    values = {name: ARGUMENTS.get(name, example) for name in route.arguments}
    if "object_id" in values and route.name != "admin:view_on_site":
        values["object_id"] = str(example)
    if route.name:
        return reverse(route.name, kwargs=values)
    plain = re.sub(r"\(\?P<(\w+)>.*\)\$?", lambda found: f"{values[found[1]]}/", route.path)
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(values[found[1]]), plain)


def lets_in(answer: Any) -> bool | None:
    """Tell whether somebody got past the door; None where the method is not known behind it."""
    if answer.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        return None
    if answer.status_code == HTTPStatus.FOUND:
        page, _, wanted = answer["Location"].partition("?")
        return not (wanted and page in (reverse("sign-in"), reverse("admin:login")))
    return answer.status_code not in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


def wrong(route: Route, method: str, expected: Who, people: dict[str, Person]) -> Iterator[str]:
    """Yield a sentence for everybody whom an address takes for somebody else."""
    address = address_of(route)
    for name in PEOPLE:
        answer = people[name].asks(method, address)
        got_in = lets_in(answer)
        if got_in is not None and got_in != (name in expected):
            verb = "is let in" if got_in else "is refused"
            yield f"{route.key}: {method} {address} answers {answer.status_code}, so {name} {verb}; the table differs."


@pytest.mark.parametrize("area", AREAS)
def test_each_address_lets_in_whom_the_matrix_names(area: str, people: dict[str, Person]) -> None:
    known = [(route, route.row) for route in ROUTES if route.area == area]

    faults = [
        fault
        for route, row in known
        if row
        for method, expected in (("GET", row.get), ("POST", row.post))
        for fault in wrong(route, method, expected, people)
    ]

    assert not faults, "\n" + "\n".join(faults)


def test_every_address_has_a_row() -> None:
    lines = sorted({missing(route) for route in ROUTES if route.row is None})

    assert not lines, "tests/portal/privileges.py does not know these addresses:\n" + "\n".join(lines)


def test_no_row_is_left_of_an_address_that_is_gone() -> None:
    records = {route.record for route in ROUTES}
    keys = [route.key for route in ROUTES]

    assert [name for name in RECORDS if name not in records] == []
    assert [pattern for pattern in ROWS if not any(fnmatchcase(key, pattern) for key in keys)] == []


# Privileges, then administrator, supervisor, agent (documented matrix, Add users and assign roles).
DOCUMENTED = """
workstreams.view_user workstreams.view_presence workstreams.view_workstream workstreams.view_queue  | Y Y Y
workstreams.change_user                                                                             | Y - -
workstreams.change_agent                                                                            | Y Y -
workstreams.add_presence workstreams.change_presence workstreams.delete_presence                    | Y - -
workstreams.add_workstream workstreams.change_workstream workstreams.delete_workstream              | Y - -
workstreams.add_queue workstreams.change_queue workstreams.delete_queue                             | Y - -
channels_app.view_account channels_app.add_account channels_app.change_channelinstance              | Y - -
workstreams.view_quickreply                                                                         | Y Y Y
workstreams.add_quickreply workstreams.change_quickreply workstreams.delete_quickreply              | Y Y -
authsettings.view_authenticationsetting authsettings.add_authenticationsetting                      | Y - -
authsettings.change_authenticationsetting authsettings.delete_authenticationsetting                 | Y - -
payments.view_paymentprofile payments.add_paymentprofile payments.change_paymentprofile             | Y - -
"""


@pytest.mark.parametrize("line", DOCUMENTED.strip().splitlines())
def test_the_documented_matrix_holds(line: str) -> None:
    rights, marks = line.split("|")
    roles = (Role.ADMINISTRATOR, Role.SUPERVISOR, Role.AGENT)

    for role, mark in zip(roles, marks.split(), strict=True):
        assert {right in _permissions(role) for right in rights.split()} == {mark == "Y"}, role


def test_the_matrix_names_records_that_exist() -> None:
    # The set-up as a file is a page without rows of its own.
    named = {record for records in PRIVILEGES.values() for record in records} - {"channels_app.configuration"}

    assert [record for record in named if apps.get_model(record) is None] == []
