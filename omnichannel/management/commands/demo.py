"""`manage.py demo`: loads the bicycle shop, and says how to sign in."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from omnichannel.demo import apple_side
from omnichannel.demo.load import is_empty, load
from omnichannel.demo.sheet import sheet


class Command(BaseCommand):
    """Loads demo data into an empty installation, or prints what scripts need to use them."""

    help = "Loads a bicycle shop with people and conversations into an empty installation."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--json", action="store_true", help="print addresses, sign-ins and the API token; load nothing"
        )

    def handle(self, **options: Any) -> None:
        if options["json"]:
            self._print()
        elif is_empty():
            load()
            self.stdout.write("The demo is loaded; `manage.py demo --json` prints its sign-ins.")
        else:
            self.stdout.write("This installation is in use already: nothing was changed.")

    def _print(self) -> None:
        demo = apple_side.connection()
        if demo is None:
            self.stderr.write("There is no demo here; `manage.py demo` loads it into an empty installation.")
            sys.exit(1)
        self.stdout.write(json.dumps(sheet(demo), indent=2))
