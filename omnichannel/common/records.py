"""What the pages of every record share: plain widgets, few queries, a delete page that names what is in use."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol, cast

from django import forms
from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import quote, unquote
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Max, Model, ProtectedError, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from omnichannel.common.paging import page_of

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin

# A delete page names this many users of a record in each kind; more than that helps nobody.
NAMED_USERS = 5


class Journal(Protocol):
    """Keeps what becomes of records. The portal's site brings it, since it lies above what all pages share."""

    def watched(self, record: Model, *, by: Any, request: HttpRequest) -> AbstractContextManager[None]:
        """Write down, in one transaction, what the block changes."""

    def added(self, record: Model, *, by: Any, request: HttpRequest) -> Any:
        """Write down a new record."""

    def deleted(self, record: Model, *, by: Any, request: HttpRequest) -> Any:
        """Write down what is about to be deleted."""

    def history_of(self, record: Model) -> QuerySet[Any]:
        """Return what was written down of a record."""


class JournalledSite(Protocol):
    """A site whose pages are kept account of."""

    journal: Journal


class RecordAdmin(ModelAdmin):
    """Lists and forms of one kind of record in the portal's style."""

    actions = None
    list_per_page = 50
    empty_value_display = "–"
    show_full_result_count = False
    # The sentence an empty list shows: what belongs there and why.
    empty_hint: Any = ""

    @property
    def media(self) -> forms.Media:
        """Return nothing: the portal's pages load its own script and style only."""
        return forms.Media()

    @property
    def journal(self) -> Journal:
        """Return where every change made on these pages is written down."""
        return cast("JournalledSite", self.admin_site).journal

    def formfield_for_dbfield(self, db_field: models.Field[Any, Any], request: Any, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            # Its links open windows by inline script.
            field.widget = field.widget.widget
        return field

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> type[Any]:
        form = super().get_form(request, obj, change, **kwargs)
        dress(form.base_fields.values())
        return form

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        context = {"title": self.opts.verbose_name_plural, "empty_hint": self.empty_hint} | (extra_context or {})
        return super().changelist_view(request, context)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        asked = request.method == "POST" and object_id
        record = self.get_object(request, unquote(object_id)) if asked and object_id else None
        if record is None:
            return super().changeform_view(request, object_id, form_url, extra_context)
        with self.journal.watched(record, by=request.user, request=request):
            return super().changeform_view(request, object_id, form_url, extra_context)

    # Django's own log would be a second one that nothing seals; a change is written down by changeform_view.
    def log_addition(self, request: HttpRequest, obj: Model, _message: Any) -> Any:
        return self.journal.added(obj, by=request.user, request=request)

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        """Do nothing."""

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        return [self.journal.deleted(record, by=request.user, request=request) for record in queryset]

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Return the list; an address with a character that no row holds is answered without its filters."""
        if any("\0" in value for _name, values in request.GET.lists() for value in values):
            raise IncorrectLookupParameters
        return super().get_changelist_instance(request)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        record = self.get_object(request, unquote(object_id))
        if record is None:
            raise Http404
        if not self.has_view_or_change_permission(request, record):
            raise PermissionDenied
        page = page_of(self.journal.history_of(record), request.GET)
        context = {"title": _("History"), "subtitle": record, "opts": self.opts, "object": record, "page": page}
        around = self.admin_site.each_context(request)
        return TemplateResponse(request, "admin/object_history.html", around | context | (extra_context or {}))

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[Any], dict[str, int], set[Any], list[Any]]:
        users = [line for record in objs for line in self.users_of(record)]
        if users:
            return [], {}, set(), users
        return super().get_deleted_objects(objs, request)

    def users_of(self, record: Model) -> list[SafeString]:
        """Return a line for each kind of record that forbids deleting this one."""
        return named_users(record)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            record = self.get_object(request, unquote(object_id))
            context = {"remaining": what_remains(record) if record else []}
            return super().delete_view(request, object_id, context | (extra_context or {}))
        except ProtectedError:
            # Somebody began to use the record while the question stood; asking again names them.
            return HttpResponseRedirect(request.get_full_path())


def dress(fields: Iterable[forms.Field]) -> None:
    """Give the widgets the class of the design system's inputs."""
    for field in fields:
        if not isinstance(field.widget, (forms.CheckboxInput, forms.RadioSelect, forms.CheckboxSelectMultiple)):
            field.widget.attrs["class"] = "input"


def named_users(record: Model) -> list[SafeString]:
    """Return a line for each kind of record that forbids deleting this one, naming the first few of them."""
    return [
        line_of(found)
        for relation in record._meta.related_objects
        if getattr(relation, "on_delete", None) is models.PROTECT
        if (found := _first_users(relation, record))
    ]


def _first_users(relation: Any, record: Model) -> Sequence[Model]:
    related = relation.related_model._default_manager
    return list(related.filter(**{relation.field.name: record}).order_by("pk")[: NAMED_USERS + 1])


def what_remains(record: Model) -> list[str]:
    """Return "12 messages, the last on 3 May 2031" for each kind of record made of this one that stays without it."""
    relations = record._meta.get_fields(include_hidden=True)
    loose = [each for each in relations if getattr(each, "on_delete", None) is models.SET_NULL and each.auto_created]
    return [words for each in loose if (words := _counted(each, record))]


def _counted(relation: Any, record: Model) -> str:
    options = relation.related_model._meta
    rows = relation.related_model._default_manager.filter(**{relation.field.name: record})
    if not (count := rows.count()):
        return ""
    kind = options.verbose_name if count == 1 else options.verbose_name_plural
    words = f"{number_format(count, force_grouping=True)} {kind}"
    return _("%(records)s, the last on %(day)s") % {"records": words, "day": day} if (day := _last_day(rows)) else words


def _last_day(rows: QuerySet[Any]) -> str:
    """Return when the newest row was made, where its kind says."""
    if not any(field.name == "created_at" for field in rows.model._meta.fields):
        return ""
    return date_format(timezone.localtime(rows.aggregate(last=Max("created_at"))["last"]), "j F Y")


def line_of(found: Sequence[Model]) -> SafeString:
    """Return "workstream: Sales", linked where the records have pages; one more than are named stands for others."""
    options = found[0]._meta
    kind = options.verbose_name if len(found) == 1 else options.verbose_name_plural
    names = [link_to(user) for user in found[:NAMED_USERS]]
    if len(found) > NAMED_USERS:
        names.append(SafeString(_("and more")))
    separated = SafeString(", ".join(names))
    line = format_html("<b>{}</b>: {}", kind, separated)
    # What agents and customers wrote has no page here, since nobody may undo it.
    return line if _has_page(found[0]) else format_html("{} {}", line, _("(history, which stays)"))


def _has_page(record: Model) -> bool:
    return "href" in link_to(record)


def link_to(record: Model) -> SafeString:
    """Return the record's name, as a link to its page where the portal has one: what is retired has none any more."""
    options = record._meta
    if getattr(record, "retired_at", None):
        return format_html("{}", record)
    try:
        page = reverse(f"admin:{options.app_label}_{options.model_name}_change", args=[quote(record.pk)])
    except NoReverseMatch:
        return format_html("{}", record)
    return format_html('<a href="{}">{}</a>', page, record)


def tag(text: str, mood: str = "") -> SafeString:
    """Return a small label: good, warn, bad, accent or quiet."""
    return format_html('<span class="tag {}">{}</span>', mood, text)


def ago(moment: datetime.datetime) -> SafeString:
    """Return how long ago it was, with the full time in the viewer's zone on hover."""
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        moment.isoformat(),
        date_format(timezone.localtime(moment), "DATETIME_FORMAT"),
        _span(moment),
    )


def _span(moment: datetime.datetime) -> str:
    if timezone.now() - moment < datetime.timedelta(minutes=1):
        return _("just now")
    return _("%(span)s ago") % {"span": timesince(moment, depth=1)}


def copyable(text: str) -> SafeString:
    """Return a text with a button that copies it."""
    return format_html(
        '<span class="copyable"><code class="mono">{0}</code>'
        '<button class="button" type="button" data-copy="{0}" data-done="{2}" hidden>{1}</button></span>',
        text,
        _("Copy"),
        _("Copied"),
    )
