"""`manage.py export_config`: writes the set-up as one file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from omnichannel.configuration.export import as_json, export
from omnichannel.configuration.shape import schema


class Command(BaseCommand):
    """Prints the set-up, or puts it into a file; without people and without secrets."""

    help = "Writes the set-up as JSON: the same set-up gives the same bytes. No people and no secrets are in it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--output", type=Path, metavar="FILE", help="where to write it; else it is printed")
        parser.add_argument("--schema", action="store_true", help="write the JSON Schema of such a file instead")

    def handle(self, *, output: Path | None, schema: bool, **_options: Any) -> None:
        content = _schema() if schema else export(by=None)
        if output is None:
            self.stdout.write(content, ending="")
            return
        try:
            output.write_text(content, encoding="utf-8")
        except OSError as fault:
            raise CommandError(f"{output} cannot be written: {fault.strerror}.") from fault
        self.stdout.write(f"Written to {output}.")


def _schema() -> str:
    return as_json(schema())
