"""The left-hand site map, in the order of the documented product."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from omnichannel.portal.planned import planned


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


@dataclass(frozen=True)
class Page:
    """A page of the portal that is no list of records: the right that opens it, and what its URL names begin with."""

    name: str
    right: str
    prefix: str


def _planned(slug: str) -> tuple[Any, Page]:
    page = planned(slug)
    return page.title, Page(page.url_name, page.right, page.url_name)


# Heading, then title and record of each list; or title and page.
SECTIONS: tuple[tuple[Any, tuple[tuple[Any, str | Page], ...]], ...] = (
    (
        _("General settings"),
        (
            (_("Accounts and channels"), "channels_app.account"),
            (_("MSP connections"), "channels_app.mspconnection"),
            (_("Prerequisites"), Page("prerequisites", "channels_app.view_account", "prerequisites")),
            (_("Regions"), Page("regions", "channels_app.change_organisation", "regions")),
            (_("File attachments"), Page("files_rules", "channels_app.view_organisation", "files_")),
            (_("Users and roles"), "workstreams.user"),
            (_("API tokens"), "workstreams.apitoken"),
            (_("Configuration"), Page("configuration", "channels_app.view_configuration", "configuration")),
        ),
    ),
    (
        _("Customer support"),
        (
            (_("Workstreams"), "workstreams.workstream"),
            (_("Channel instances"), "channels_app.channelinstance"),
            (_("Queues"), "workstreams.queue"),
            (_("Skills"), "workstreams.skill"),
            (_("Capacity profiles"), "workstreams.capacityprofile"),
            (_("Presence"), "workstreams.presence"),
            _planned("operating_hours"),
        ),
    ),
    (
        _("Customer settings"),
        (
            (_("Authentication settings"), "authsettings.authenticationsetting"),
            (_("Payment profiles"), "payments.paymentprofile"),
            (_("Automated messages"), Page("automated_list", "channels_app.view_automatedmessage", "automated_")),
            (_("Surveys"), "channels_app.survey"),
        ),
    ),
    (
        _("Agent experience"),
        (
            (_("Rich messages"), "richmessages.richmessage"),
            (_("Quick replies"), "workstreams.quickreply"),
            _planned("session_templates"),
            _planned("notification_templates"),
        ),
    ),
    (
        _("Operations"),
        (
            _planned("ongoing_conversations"),
            _planned("live_dashboards"),
            _planned("routing_diagnostics"),
            (_("Message ledger"), Page("ledger_attention", "conversations.view_inboundreceipt", "ledger_")),
            (_("Customers’ data"), Page("customers_list", "conversations.view_customer", "customers_")),
            (_("Audit log"), Page("audit_log", "audit.view_auditevent", "audit_")),
            (_("Connection doctor"), Page("doctor_overview", "channels_app.view_examination", "doctor_")),
        ),
    ),
)


def site_map(user: Any, url_name: str) -> tuple[Section, ...]:
    """Return the sections with the pages this person may open; the page of that URL name is marked."""
    sections = (Section(title, _entries(pages, user, url_name)) for title, pages in SECTIONS)
    return tuple(section for section in sections if section.entries)


def _entries(pages: tuple[tuple[Any, str | Page], ...], user: Any, url_name: str) -> tuple[Entry, ...]:
    known = ((title, page if isinstance(page, Page) else _list_of(page)) for title, page in pages)
    return tuple(_entry(title, page, url_name) for title, page in known if user.has_perm(page.right))


def _list_of(record: str) -> Page:
    app, model = record.split(".")
    return Page(f"{app}_{model}_changelist", f"{app}.view_{model}", f"{app}_{model}_")


def _entry(title: Any, page: Page, url_name: str) -> Entry:
    return Entry(title, reverse(f"admin:{page.name}"), is_current=url_name.startswith(page.prefix))


def may(user: Any, action: str, record: str) -> bool:
    """Tell whether the person may view, add, change or delete records like "workstreams.queue"."""
    app, model = record.split(".")
    return bool(user.has_perm(f"{app}.{action}_{model}"))
