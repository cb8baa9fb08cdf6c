"""Proves that nobody changed the audit log."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from omnichannel.audit.chain import Verdict, verify
from omnichannel.audit.models import AuditEvent


class Command(BaseCommand):
    """Walks the chain of the audit log and names the first broken link."""

    help = "Walk the audit log from its first event to its last and name the first broken link."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--seal",
            metavar="NUMBER:HASH",
            help="the last line of an earlier run; proves that nothing up to there was cut off or written anew",
        )

    def handle(self, *, seal: str | None, **_options: Any) -> None:
        """Print how many events hold, and the seal to keep elsewhere."""
        verdict = verify()
        if verdict.fault:
            raise CommandError(f"{verdict.fault} The {verdict.number} events before it are as they were written.")
        if seal is not None:
            _check_seal(seal, verdict)
        self.stdout.write(f"{verdict.number} events, each as it was written.")
        self.stdout.write(f"{verdict.number}:{verdict.hash}")


def _check_seal(seal: str, verdict: Verdict) -> None:
    number, _separator, digest = seal.partition(":")
    if not number.isdecimal():
        raise CommandError("Write the seal as NUMBER:HASH, as an earlier run printed it.")
    if int(number) == 0 and not digest:
        return
    if int(number) > verdict.number:
        raise CommandError(f"The log ends with event {verdict.number}; event {number} is missing.")
    if not AuditEvent.objects.filter(number=int(number), hash=digest).exists():
        raise CommandError(f"Event {number} is not the one that was sealed: the log was written anew.")
