"""People who open the portal, each with a browser of their own."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from tests.factories.workstreams import UserFactory
from workstreams.models import User
from workstreams.roles import Role


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


def visitor(*roles: Role, **fields: Any) -> Visitor:
    """Return a person with these roles who has signed in."""
    user = UserFactory.create(**fields)
    user.groups.set(Group.objects.filter(name__in=[role.value for role in roles]))
    client = Client()
    client.force_login(user)
    return Visitor(user, client)


def errors(response: Any) -> dict[str, list[str]]:
    """Return what the page's form says, by field."""
    assert response.status_code == 200, response
    form = response.context["adminform"].form
    return {name: [str(text) for text in texts] for name, texts in form.errors.items()}
