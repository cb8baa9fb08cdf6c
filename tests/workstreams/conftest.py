"""Who visits the portal."""

import pytest

from tests.portal.visitors import Visitor, visitor
from workstreams.roles import Role


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
