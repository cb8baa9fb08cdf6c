"""Looks at the web addresses of a file before anything else: names are looked up outside transactions."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models

from omnichannel import amb
from omnichannel.common.public_url import check_public_url
from omnichannel.configuration.reading import Entry, Fault, Refused
from omnichannel.configuration.registry import BY_MODEL


def check_addresses(entries: list[Entry]) -> None:
    """Raise Refused where a new address leads into our own network, or nowhere."""
    stored = cache(_stored)
    faults: list[Fault] = []
    for entry in entries:
        for each in entry.description.fields(BY_MODEL):
            url = entry.values[each.name] if isinstance(each, models.URLField) else ""
            # Apple's own needs no look-up, so that a set-up can be prepared without a network.
            if url and url != amb.APPLE_GATEWAY and url not in stored(each):
                faults += _faults(f"{entry.place}.{each.name}", url)
    if faults:
        raise Refused(faults)


def _stored(each: models.Field[str, str]) -> frozenset[str]:
    return frozenset(each.model._default_manager.values_list(each.name, flat=True))


def _faults(place: str, url: str) -> Iterator[Fault]:
    try:
        check_public_url(url, allow_loopback=settings.SIMULATOR)
    except ValidationError as fault:
        yield Fault(place, fault.messages[0])
