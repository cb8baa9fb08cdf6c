"""The left-hand site map, in the order of the documented product."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Entry:
    """A page of the site map, as one viewer sees it."""

    title: Any
    url: str
    is_current: bool


@dataclass(frozen=True)
class Section:
    """A heading of the site map and its pages."""

    title: Any
    entries: tuple[Entry, ...]


# Heading, then title and record of each list.
SECTIONS: tuple[tuple[Any, tuple[tuple[Any, str], ...]], ...] = (
    (
        _("General settings"),
        (
            (_("Accounts and channels"), "channels_app.account"),
            (_("MSP connections"), "channels_app.mspconnection"),
            (_("Users and roles"), "workstreams.user"),
            (_("API tokens"), "workstreams.apitoken"),
        ),
    ),
    (
        _("Customer support"),
        (
            (_("Workstreams"), "workstreams.workstream"),
            (_("Channel instances"), "channels_app.channelinstance"),
            (_("Queues"), "workstreams.queue"),
        ),
    ),
)


def site_map(user: Any, url_name: str) -> tuple[Section, ...]:
    """Return the sections with the pages this person may open; the page of that URL name is marked."""
    sections = (Section(title, _entries(pages, user, url_name)) for title, pages in SECTIONS)
    return tuple(section for section in sections if section.entries)


def _entries(pages: tuple[tuple[Any, str], ...], user: Any, url_name: str) -> tuple[Entry, ...]:
    return tuple(_entry(title, record, url_name) for title, record in pages if may(user, "view", record))


def _entry(title: Any, record: str, url_name: str) -> Entry:
    prefix = record.replace(".", "_") + "_"
    return Entry(title, reverse(f"admin:{prefix}changelist"), is_current=url_name.startswith(prefix))


def may(user: Any, action: str, record: str) -> bool:
    """Tell whether the person may view, add, change or delete records like "workstreams.queue"."""
    app, model = record.split(".")
    return bool(user.has_perm(f"{app}.{action}_{model}"))
