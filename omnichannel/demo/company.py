"""Who works at the shop, and how it is organised, as data."""

from dataclasses import dataclass

from workstreams.roles import Role

COMPANY = "Kettle & Spoke"


@dataclass(frozen=True)
class Desk:
    """An account of the shop with the workstream and the queue behind it."""

    key: str
    account: str
    workstream: str
    queue: str
    language: str


@dataclass(frozen=True)
class Person:
    """Somebody who signs in; ``desks`` are the queues that an agent serves."""

    username: str
    first_name: str
    last_name: str
    role: Role
    title: str
    desks: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Return the full name."""
        return f"{self.first_name} {self.last_name}"


DESKS = (
    Desk("shop", account="Velo shop", workstream="Sales", queue="Sales", language="en"),
    Desk("workshop", account="Velo workshop", workstream="Workshop", queue="Workshop", language="en"),
)
PEOPLE = (
    Person("ruth", "Ruth", "Abebe", Role.ADMINISTRATOR, "administrator"),
    Person("kenji", "Kenji", "Watanabe", Role.SUPERVISOR, "supervisor", ("shop", "workshop")),
    Person("maya", "Maya", "Okafor", Role.AGENT, "agent", ("shop",)),
    Person("leila", "Leïla", "Haddad", Role.AGENT, "agent", ("shop", "workshop")),
    Person("jonas", "Jonas", "Lindqvist", Role.AGENT, "agent", ("workshop",)),
)
# Whom the API token acts for; nobody signs in by this name.
PROGRAM = "demo-scripts"
