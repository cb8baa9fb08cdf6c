"""Search over the whole portal: its pages, every kind of record, and what an id stands for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.contrib.admin.utils import quote
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from conversations.ledger.find import find
from omnichannel.portal.site_map import SECTIONS, site_map

# Of each kind; whoever wants more goes on in its list.
SHOWN = 5
LONGEST = 200


@dataclass(frozen=True)
class Hit:
    """One line that was found."""

    title: str
    url: str
    detail: str = ""


@dataclass(frozen=True)
class Group:
    """What was found of one kind, and the list that holds more of it."""

    title: str
    hits: tuple[Hit, ...]
    more_url: str = ""


@require_GET
def search_page(request: HttpRequest) -> HttpResponse:
    """Show everything this person may see that a text finds."""
    text = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST]
    context = {"title": _("Search"), "q": text, "groups": search(request, text) if text else ()}
    return render(request, "admin/search.html", admin.site.each_context(request) | context)


def search(request: HttpRequest, text: str) -> tuple[Group, ...]:
    """Return what was found, in the order of the site map; a few queries for each kind of record, however many hits."""
    kinds = (_records(request, kind, text) for kind in _kinds())
    groups = (_pages(request.user, text), *kinds, _by_id(request.user, text))
    return tuple(group for group in groups if group.hits)


def _pages(user: Any, text: str) -> Group:
    words = text.casefold().split()
    entries = ((section, entry) for section in site_map(user, "") for entry in section.entries)
    found = (
        Hit(str(entry.title), entry.url, str(section.title))
        for section, entry in entries
        if all(word in str(entry.title).casefold() for word in words)
    )
    return Group(_("Pages"), tuple(found))


def _kinds() -> list[ModelAdmin[Any]]:
    """Return the pages of records, first those of the site map in its order."""
    named = [page for _title, pages in SECTIONS for _name, page in pages if isinstance(page, str)]
    order = {label: place for place, label in enumerate(named)}
    known = admin.site._registry.values()
    return sorted(known, key=lambda each: order.get(each.opts.label_lower, len(order)))


def _records(request: HttpRequest, kind: ModelAdmin[Any], text: str) -> Group:
    options = kind.opts
    title = capfirst(str(options.verbose_name_plural))
    if not (kind.search_fields and kind.has_view_permission(request)):
        return Group(title, ())
    rows, repeats = kind.get_search_results(request, kind.get_queryset(request), text)
    found = list((rows.distinct() if repeats else rows)[: SHOWN + 1])
    name = f"admin:{options.app_label}_{options.model_name}"
    hits = tuple(Hit(str(row), reverse(f"{name}_change", args=[quote(row.pk)])) for row in found[:SHOWN])
    more = f"{reverse(f'{name}_changelist')}?{urlencode({'q': text})}" if len(found) > SHOWN else ""
    return Group(title, hits, more)


def _by_id(user: Any, text: str) -> Group:
    """Return what the ledger knows by this id, for those who may read it."""
    title = _("Messages and conversations")
    if not user.has_perm("conversations.view_inboundreceipt"):
        return Group(title, ())
    url = f"{reverse('admin:ledger_find')}?{urlencode({'q': text})}"
    return Group(title, tuple(Hit(sentence, url) for sentence in find(text).sentences))
