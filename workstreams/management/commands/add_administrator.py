"""`manage.py add_administrator`: the first person of an installation without demo data, who lets in all others."""

import getpass
import sys
from typing import Any

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from omnichannel.audit import changes
from workstreams.models import User
from workstreams.people.services import Duties, assign_duties
from workstreams.roles import Role, every_secret_right


class Command(BaseCommand):
    """Adds a person who may set everything up."""

    help = "Adds a person who may set everything up. Asks for a password, or reads one line of standard input."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="the name to sign in with")
        parser.add_argument("--email", default="", help="the address that a provider of identities knows")

    def handle(self, *, username: str, email: str, **_options: Any) -> None:
        person = User(username=username, email=email)
        try:
            person.clean_fields(exclude=["password"])
            person.validate_unique()
            password = _password()
            password_validation.validate_password(password, person)
        except ValidationError as fault:
            raise CommandError(" ".join(fault.messages)) from fault
        person.set_password(password)
        with transaction.atomic():
            person.save()
            assign_duties(person, Duties(frozenset({Role.ADMINISTRATOR}), secret_rights=tuple(every_secret_right())))
            changes.added(person, by=None)
        self.stdout.write(f"{username} can sign in now and set everything up.")


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass.getpass("Password: ")
    if getpass.getpass("The same again: ") != password:
        raise CommandError("These were two different passwords. Nobody was added.")
    return password
