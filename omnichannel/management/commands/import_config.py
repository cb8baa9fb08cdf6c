"""`manage.py import_config`: brings a file into the set-up, once it was shown what changes."""

from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from omnichannel.configuration import importing
from omnichannel.configuration.plan import Plan
from omnichannel.configuration.reading import Entry, Refused, read


class Command(BaseCommand):
    """Adds and changes what the file says, all of it or nothing; deletes nothing."""

    help = "Shows what a configuration file would change, asks, and imports it in one transaction. Nothing is deleted."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--dry-run", action="store_true", help="only show what would change")
        parser.add_argument("--yes", action="store_true", help="do not ask")
        parser.add_argument(
            "--map-account",
            action="append",
            type=_pair,
            default=[],
            metavar="OLD=NEW",
            dest="accounts",
            help="import the account with the id OLD as the one with the id NEW, to promote a test account; repeatable",
        )

    def handle(self, *, file: Path, accounts: list[tuple[str, str]], **options: Any) -> None:
        try:
            entries = read(file.read_bytes(), dict(accounts))
            plan = importing.plan(entries)
            self._tell(plan)
            if plan.does_something and not options["dry_run"] and (options["yes"] or self._is_agreed()):
                self._apply(entries, plan)
        except OSError as fault:
            raise CommandError(f"{file} cannot be read: {fault.strerror}.") from fault
        except Refused as fault:
            raise CommandError(f"Nothing was imported.\n{fault}") from fault

    def _tell(self, plan: Plan) -> None:
        for line in plan.lines():
            self.stdout.write(line)

    def _is_agreed(self) -> bool:
        return input("Import this? [y/N] ").strip().lower() in ("y", "yes")

    def _apply(self, entries: list[Entry], plan: Plan) -> None:
        try:
            importing.apply(entries, expected=plan.digest, by=None)
        except importing.Outdated as fault:
            raise CommandError("The set-up was changed meanwhile, and nothing was imported. Run this again.") from fault
        self.stdout.write("Imported.")


def _pair(text: str) -> tuple[str, str]:
    old, _equals, new = (part.strip().lower() for part in text.partition("="))
    if not (old and new):
        raise ArgumentTypeError("write OLD=NEW")
    return old, new
