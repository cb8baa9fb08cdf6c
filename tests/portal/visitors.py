"""People who open the portal, each with a browser of their own."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from omnichannel.drafts.wizards import PortalWizard
from tests.factories.workstreams import UserFactory
from workstreams.models import User
from workstreams.roles import Role, every_secret_right


@dataclass(frozen=True)
class Visitor:
    """A person with roles, signed in."""

    user: User
    client: Client

    def opens(self, name: str, /, *args: Any, **query: Any) -> Any:
        """Return the answer to a page of the admin by its URL name."""
        return self.client.get(reverse(f"admin:{name}", args=args), query)

    def sends(self, name: str, /, *args: Any, **entries: Any) -> Any:
        """Return the answer to a form of the admin by its URL name."""
        return self.client.post(reverse(f"admin:{name}", args=args), entries)


@dataclass(frozen=True)
class Walk:
    """One run of a wizard by a visitor."""

    visitor: Visitor
    wizard: type[PortalWizard]
    about: dict[str, Any]
    run: UUID = field(default_factory=uuid4)

    def address(self, step: str = "") -> str:
        """Return where a page of this run is."""
        return self.wizard.address(self.run, step, **self.about)

    def sees(self, step: str = "") -> Any:
        """Return the answer to a page."""
        return self.visitor.client.get(self.address(step), follow=True)

    def fills(self, step: str, /, act: str = "next", **entries: Any) -> Any:
        """Return the answer to a page that was filled in; where it leads back to that page, what is shown there."""
        named = {f"{step}-{name}": value for name, value in entries.items()}
        answer = self.visitor.client.post(self.address(step), named | {"act": act})
        return self.sees(step) if answer.headers.get("Location") == self.address(step) else answer

    def through(self, pages: dict[str, dict[str, Any]]) -> Any:
        """Fill in one page after the other and return the last answer."""
        return [self.fills(step, **entries) for step, entries in pages.items()][-1]


def walk(visitor: Visitor, wizard: type[PortalWizard], **about: Any) -> Walk:
    """Return a new run of a wizard."""
    return Walk(visitor, wizard, about)


def visitor(*roles: Role, **fields: Any) -> Visitor:
    """Return a person with these roles who has signed in; an administrator has every right to secrets."""
    rights = every_secret_right() if Role.ADMINISTRATOR in roles else []
    user = UserFactory.create(**{"secret_rights": rights} | fields)
    user.groups.set(Group.objects.filter(name__in=[role.value for role in roles]))
    client = Client()
    client.force_login(user)
    return Visitor(user, client)


def errors(response: Any) -> dict[str, list[str]]:
    """Return what the page's form says, by field."""
    assert response.status_code == 200, response
    form = response.context["adminform"].form if "adminform" in response.context else response.context["form"]
    return {name: [str(text) for text in texts] for name, texts in form.errors.items()}


@pytest.fixture
def administrator(db: None) -> Visitor:
    """A person who sets the portal up."""
    return visitor(Role.ADMINISTRATOR, username="ada", first_name="Ada", last_name="Diallo")


@pytest.fixture
def supervisor(db: None) -> Visitor:
    """A person who sees what is going on."""
    return visitor(Role.SUPERVISOR, username="sam", first_name="Sam", last_name="Okafor")


@pytest.fixture
def agent(db: None) -> Visitor:
    """A person who answers customers."""
    return visitor(Role.AGENT, username="lea", first_name="Lea", last_name="Brandt")
