"""Writes the file: the same set-up gives the same bytes."""

import json
from typing import Any

from django.http import HttpRequest

from omnichannel.audit.models import Action
from omnichannel.audit.services import record
from omnichannel.configuration.description import Description
from omnichannel.configuration.registry import DESCRIPTIONS
from omnichannel.configuration.shape import FORMAT, VERSION
from omnichannel.configuration.values import known_by, rows_of, values_of


def export(*, by: Any, request: HttpRequest | None = None) -> str:
    """Return the file of this installation, once the log says who took it."""
    content = text()
    record(Action.CONFIGURATION_EXPORTED, by=by, subject="configuration", request=request)
    return content


def text() -> str:
    """Return the file of this installation."""
    sections = {each.section: _section(each) for each in DESCRIPTIONS}
    return as_json({"format": FORMAT, "version": VERSION} | sections)


def as_json(content: dict[str, Any]) -> str:
    """Return JSON that people can read and compare."""
    return json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _section(description: Description) -> Any:
    records = [values_of(description, row) for row in rows_of(description)]
    if description.is_single:
        return records[0] if records else None
    return sorted(records, key=lambda values: repr(known_by(description, values)))
