"""Writes everything that is held of a customer into a ZIP file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from conversations.models import Customer
from conversations.privacy.archive import piece_count, write_archive
from conversations.privacy.customers import find
from conversations.refusals import Refused
from omnichannel.audit.models import Action
from omnichannel.audit.services import record


class Command(BaseCommand):
    """Exports one customer to a file of the caller's choice."""

    help = "Writes everything that is held of a customer into a ZIP file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ask for the customer and the file."""
        parser.add_argument("customer", help="the customer's number (7 of “Visitor 7”), or the opaque id from Apple")
        parser.add_argument(
            "--output", required=True, type=Path, metavar="FILE.zip", help="where to write; must be new"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Write the file, then say how large it is."""
        try:
            customer = find(options["customer"])
        except Refused as fault:
            raise CommandError(str(fault)) from fault
        output: Path = options["output"]
        try:
            self._write(customer, output)
        except FileExistsError as fault:
            raise CommandError(f"{output} exists already. Name a new file.") from fault
        except OSError as fault:
            raise CommandError(f"{output} cannot be written: {fault.strerror}.") from fault
        record(Action.CUSTOMER_EXPORTED, by=None, subject=f"customer {customer.pk}")
        self.stdout.write(f"{customer.label} is in {output}, {output.stat().st_size:,} bytes.")

    def _write(self, customer: Customer, output: Path) -> None:
        total, written = piece_count(customer), 0

        def told(pieces: int) -> None:
            nonlocal written
            written += pieces
            self.stderr.write(f"{written} of {total}", ending="\r" if self.stderr.isatty() else "\n")

        # Readable by its owner alone: the file holds what the customer wrote.
        output.touch(mode=0o600, exist_ok=False)
        try:
            with output.open("wb") as target:
                write_archive(customer, target, told)
        except BaseException:
            output.unlink()
            raise
