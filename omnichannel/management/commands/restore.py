"""`manage.py restore`: brings an installation back from a backup."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connections

from omnichannel.backup import folder as folders
from omnichannel.backup.errors import CannotContinue, in_words
from omnichannel.backup.installation import this_installation
from omnichannel.backup.progress import Progress
from omnichannel.backup.restore import Restored, restore_backup

STOPPED = "Stopped; the database is as it was. The same command goes on."


class Command(BaseCommand):
    """Makes database and files what they were when the backup was taken."""

    help = "Brings database and files back from the newest backup in FOLDER; web, worker and beat must not run."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "folder", type=folders.named, metavar="FOLDER", help="a backup, or the folder that keeps them"
        )
        parser.add_argument("--replace", action="store_true", help="give up all that is in the database now")

    def handle(self, **options: Any) -> None:
        folder: Path = options["folder"]
        progress = Progress(self.stdout)
        # Ours would count among those that use the database.
        connections.close_all()
        try:
            backup = folders.chosen(folder)
            progress.say(f"Restoring {backup}")
            restored = restore_backup(backup, this_installation(), progress, replace=options["replace"])
        except (CannotContinue, OSError) as fault:
            self.stderr.write(in_words(fault, folder) if isinstance(fault, OSError) else str(fault))
            sys.exit(1)
        except KeyboardInterrupt:
            self.stderr.write(STOPPED)
            sys.exit(130)
        self._tell(restored, progress)

    def _tell(self, restored: Restored, progress: Progress) -> None:
        manifest = restored.manifest
        rows = sum(manifest.rows.values())
        progress.say(
            f"Restored: {rows:,} rows and {manifest.media.files:,} files, "
            f"as they were at {manifest.taken_at:%Y-%m-%d %H:%M:%S} UTC."
        )
        if restored.needs_migrating:
            progress.say("Next: manage.py migrate, since this version is newer than the backup.")
        progress.say(
            "Then start web, worker and beat. Messages that were waiting to be sent are taken up again; those that "
            "have waited for more than half an hour by now fail, and can be sent again by hand."
        )
        progress.say("Customers who were erased since then are back: erase them again.")
