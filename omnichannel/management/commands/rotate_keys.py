"""`manage.py rotate_keys`: seals every stored secret with the first key of FIELD_KEYS."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from omnichannel.backup.progress import Progress
from omnichannel.keys.columns import Column, uses
from omnichannel.keys.rotation import first_key, rotate

STOPPED = "Stopped. The same command goes on where this one ended."


class Command(BaseCommand):
    """Re-encrypts in batches while everything runs, and says what is left under older keys."""

    help = (
        "Seals every stored secret with the first key of FIELD_KEYS while everything runs; can be stopped and repeated."
    )

    def handle(self, **_options: Any) -> None:
        progress = Progress(self.stdout)
        to_do = sum(use.count for use in uses() if use.key_id != first_key())
        progress.say(f"{to_do:,} values to seal with the key {first_key()}.")
        done: dict[Column, int] = {}

        def report(column: Column, count: int) -> None:
            done[column] = count
            progress.show(f"{sum(done.values()):,} of {to_do:,}, now in {column.label}")

        try:
            left = rotate(report)
        except KeyboardInterrupt:
            self.stderr.write(STOPPED)
            sys.exit(130)
        for column, count in done.items():
            progress.say(f"{column.label}: {count:,} sealed anew.")
        for use in left:
            progress.say(f"{use.column}: {use.count:,} left under the key {use.key_id}.")
        if left:
            self.stderr.write("Keep those keys. Add the ones that FIELD_KEYS lacks, and run this again.")
            sys.exit(1)
        progress.say("Nothing is left under another key. Backups from before still need the keys of their time.")
