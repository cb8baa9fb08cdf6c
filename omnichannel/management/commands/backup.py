"""`manage.py backup`: adds a backup to a folder, or proves that those in it are sound."""

import sys
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from omnichannel.backup import folder as folders
from omnichannel.backup.check import check_backup
from omnichannel.backup.errors import CannotContinue, in_words
from omnichannel.backup.installation import this_installation
from omnichannel.backup.progress import Progress, size
from omnichannel.backup.take import take_backup

STOPPED = "Stopped. The same command goes on where this one ended."


class Command(BaseCommand):
    """Copies database and files as of one moment while everything runs."""

    help = "Adds a backup of database and files to FOLDER, while everything runs; a broken-off one is continued."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=folders.named, metavar="FOLDER", help="where backups are kept")
        parser.add_argument(
            "--keep", type=_at_least_one, default=0, metavar="N", help="keep the newest N, remove the rest"
        )
        parser.add_argument(
            "--full", action="store_true", help="copy every file again rather than link to an earlier copy"
        )
        parser.add_argument("--check", action="store_true", help="read all that is there and compare it; copy nothing")

    def handle(self, **options: Any) -> None:
        folder: Path = options["folder"]
        try:
            if options["check"]:
                self._check(folder)
            else:
                self._take(folder, keep=options["keep"], full=options["full"])
        except (CannotContinue, OSError) as fault:
            self.stderr.write(in_words(fault, folder) if isinstance(fault, OSError) else str(fault))
            sys.exit(1)
        except KeyboardInterrupt:
            self.stderr.write(STOPPED)
            sys.exit(130)

    def _take(self, folder: Path, *, keep: int, full: bool) -> None:
        progress = Progress(self.stdout)
        backup = take_backup(folder, this_installation(), progress, keep=keep, full=full)
        progress.say(f"The backup is complete: {backup}")
        progress.say(
            "KEEP secrets.env APART FROM IT: the keys in FIELD_KEYS are not in the backup, "
            "and without them its secrets cannot be read."
        )

    def _check(self, folder: Path) -> None:
        progress = Progress(self.stdout)
        one = folders.chosen(folder)
        for backup in folders.finished(folder) or [one]:
            known = check_backup(backup, progress)
            progress.say(f"{backup.name} is sound: {known.media.files:,} files, {size(known.media.bytes)}.")


def _at_least_one(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text)):
        raise ArgumentTypeError("give a whole number of 1 or more")
    return int(text)
