"""`manage.py prepare`: everything that must have happened before the processes start."""

from typing import Any

from django.conf import settings
from django.core import checks
from django.core.management import call_command
from django.core.management.base import BaseCommand

from omnichannel import static_files
from omnichannel.demo import apple_side
from omnichannel.demo.load import is_empty, load
from omnichannel.metrics import process


class Command(BaseCommand):
    """Checks settings, migrates, collects static files and loads the demo; prints each phase as it begins."""

    help = "Checks the settings, updates the database, collects static files and, with DEMO=on, loads the demo."
    # Done as the first phase, so that it has a line of its own.
    requires_system_checks = ()

    def handle(self, **_options: Any) -> None:
        self._begin("Settings")
        self.check(fail_level=checks.ERROR)
        process.start_afresh()
        self._begin("Database tables")
        call_command("migrate", interactive=False, verbosity=0)
        self._begin("Static files")
        static_files.collect()
        if settings.DEMO:
            self._begin("Demo data")
            self._provide_demo()

    def _begin(self, phase: str) -> None:
        self.stdout.write(phase)
        self.stdout.flush()

    def _provide_demo(self) -> None:
        if is_empty():
            load()
        else:
            apple_side.follow_base_url()
