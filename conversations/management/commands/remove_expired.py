"""Removes words and files that are older than their account keeps them, as the worker does every night."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from channels_app.models import Account
from conversations.privacy import files, retention
from conversations.privacy.rows import Removed


class Command(BaseCommand):
    """Does the night's work by hand; it can be stopped anywhere and started again."""

    help = "Removes content older than each account's retention. It can be stopped anywhere and started again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Offer to look only."""
        parser.add_argument("--dry-run", action="store_true", help="count what would go, and change nothing")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Remove or count, then report by account."""
        if options["dry_run"]:
            for account in Account.objects.all():
                self._report(account, retention.count_expired(account), "would be removed")
            return
        done: dict[Account, Removed] = {}
        retention.remove_expired(told=lambda account, removed: self._tell(done, account, removed))
        for account in Account.objects.all():
            self._report(account, done.get(account, Removed()), "removed")
        self.stdout.write(f"Files deleted: {files.delete_doomed()}")

    def _tell(self, done: dict[Account, Removed], account: Account, removed: Removed) -> None:
        done[account] = removed
        if self.stderr.isatty():
            self.stderr.write(
                f"{account}: {removed['messages']} messages, {removed['receipts']} deliveries", ending="\r"
            )

    def _report(self, account: Account, removed: Removed, what: str) -> None:
        self.stdout.write(
            f"{account} (keeps {account.retention_months} months): {removed['messages']} messages and "
            f"{removed['receipts']} deliveries {what}"
        )
