"""Erases a customer: every message, file and delivery, and the customer's own row."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from conversations.models import Customer, Erasure
from conversations.privacy import files
from conversations.privacy.customers import NotFound, erasure_of, find, held_of, number_in, report_of
from conversations.privacy.erase import erase, finish
from conversations.refusals import Refused


class Command(BaseCommand):
    """Erases one customer, here and now, and prints how much that was."""

    help = "Erases a customer for good and prints how much was deleted. Killed half-way, the same command goes on."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ask for the customer."""
        parser.add_argument("customer", help="the customer's number (7 of “Visitor 7”), or the opaque id from Apple")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Ask, erase and report."""
        erasure = self._begun(options["customer"]) or self._begin(options["customer"], is_sure=options["yes"])
        finish(erasure)
        files.delete_doomed()
        erasure.refresh_from_db()
        if erasure.finished_at is None:
            raise CommandError("A worker is erasing this customer at this moment. Look again in a minute.")
        self.stdout.write(f"Customer {erasure.customer_number} was erased:")
        for label, count in report_of(erasure):
            self.stdout.write(f"  {label}: {count}")

    def _begun(self, text: str) -> Erasure | None:
        number = number_in(text)
        erasure = None if number is None else erasure_of(number)
        return erasure or Erasure.objects.filter(customer_id=text.strip()).exclude(customer_id="").first()

    def _begin(self, text: str, *, is_sure: bool) -> Erasure:
        try:
            customer = find(text)
            if not (is_sure or self._asked(customer)):
                raise CommandError("Nothing was erased.")
            return erase(customer, by=None)
        except NotFound as fault:
            raise CommandError(str(fault)) from fault
        except Refused as fault:
            raise CommandError(f"{fault} Nothing was erased.") from fault

    def _asked(self, customer: Customer) -> bool:
        held = held_of(customer)
        self.stdout.write(
            f"{customer.label} of {customer.account.name}: {held.conversations} conversations, "
            f"{held.messages} messages, {held.files} files. Erasing cannot be undone."
        )
        try:
            return input(f"Type “{customer.label}” to erase: ").strip().casefold() == customer.label.casefold()
        except EOFError:
            return False
