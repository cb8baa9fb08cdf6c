"""The list of rich messages, and the dialog that begins one; a message itself is shown by the designer."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from omnichannel.common.locales import locale_name
from omnichannel.common.records import RecordAdmin, ago, tag
from richmessages.designer import forms, views
from richmessages.kinds import KINDS, kind_choices
from richmessages.models import RichMessage, State


class TypeFilter(admin.SimpleListFilter):
    """Messages of one type."""

    title = gettext_lazy("type")
    parameter_name = "type"

    def lookups(self, _request: HttpRequest, _model_admin: Any) -> list[tuple[str, Any]]:
        return kind_choices()

    def queryset(self, _request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


class LocaleFilter(admin.SimpleListFilter):
    """Messages in one language."""

    title = gettext_lazy("locale")
    parameter_name = "locale"

    def lookups(self, _request: HttpRequest, _model_admin: Any) -> list[tuple[str, Any]]:
        used = RichMessage.objects.order_by("locale").values_list("locale", flat=True).distinct()
        return [(code, locale_name(code)) for code in used]

    def queryset(self, _request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(locale=self.value()) if self.value() else queryset


class TagFilter(admin.SimpleListFilter):
    """Messages with one of the company's own tags."""

    title = gettext_lazy("tag")
    parameter_name = "tag"

    def lookups(self, _request: HttpRequest, _model_admin: Any) -> list[tuple[str, Any]]:
        given = RichMessage.objects.exclude(tags=[]).values_list("tags", flat=True)
        return [(each, each) for each in sorted({name for tags in given for name in tags}, key=str.casefold)]

    def queryset(self, _request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(tags__contains=[self.value()]) if self.value() else queryset


class StatusFilter(admin.SimpleListFilter):
    """Messages that agents can send, those that they cannot, and those with edits that wait."""

    title = gettext_lazy("status")
    parameter_name = "status"

    def lookups(self, _request: HttpRequest, _model_admin: Any) -> list[tuple[str, Any]]:
        return [*State.choices, ("edited", _("With unpublished edits"))]

    def queryset(self, _request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "edited":
            return queryset.filter(edits__isnull=False)
        return queryset.filter(state=self.value()) if self.value() else queryset


class WorkstreamFilter(admin.SimpleListFilter):
    """Messages that are offered in one workstream: those tied to it, and those that are tied to none."""

    title = gettext_lazy("workstream")
    parameter_name = "workstream"

    def lookups(self, _request: HttpRequest, _model_admin: Any) -> list[tuple[str, Any]]:
        tied = RichMessage.objects.filter(workstreams__isnull=False).order_by("workstreams__name")
        found = [(str(pk), name) for pk, name in tied.values_list("workstreams__pk", "workstreams__name").distinct()]
        # Of one choice there is none, unless somebody may wish to see what is offered everywhere.
        return [("none", _("Everywhere")), *found] if found else []

    def queryset(self, _request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        wanted = self.value() or ""
        everywhere = Q(workstreams__isnull=True)
        if wanted == "none":
            return queryset.filter(everywhere)
        is_known = wanted.isascii() and wanted.isdecimal() and len(wanted) < 10
        return queryset.filter(everywhere | Q(workstreams=int(wanted))).distinct() if is_known else queryset


@admin.register(RichMessage)
class RichMessages(RecordAdmin):
    """What agents send beside texts: designed once, sent often."""

    form = forms.NewRichMessage
    add_form_template = "richmessages/designer/add.html"
    list_display = ("name", "type", "language", "tag_names", "status", "where", "changed")
    list_filter = (TypeFilter, LocaleFilter, TagFilter, StatusFilter, WorkstreamFilter)
    search_fields = ("name", "description")
    search_help_text = gettext_lazy("Name, description or tag")
    empty_hint = gettext_lazy(
        "Pickers, forms, suggested replies, links, sign-in and Apple Pay: designed once here, sent often by agents."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[RichMessage]:
        return super().get_queryset(request).prefetch_related("workstreams").defer("content")

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """Find messages by name and description, by their own tags and by those that their types bring along."""
        found, repeats = super().get_search_results(request, queryset, search_term)
        wanted = search_term.strip().removeprefix("#").casefold()
        if wanted:
            kinds = [kind.slug for kind in KINDS.values() if wanted in (kind.tag, str(kind.label).casefold())]
            found = found | queryset.filter(Q(tags__icontains=wanted) | Q(kind__in=kinds))
        return found, repeats

    def get_fieldsets(self, _request: HttpRequest, _obj: Any = None) -> Any:
        return ((None, {"fields": tuple(forms.NewRichMessage.base_fields)}),)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",  # noqa: ARG002  Django names it
        extra_context: dict[str, Any] | None = None,  # noqa: ARG002  Django names it
    ) -> HttpResponse:
        """Show the designer."""
        if not (object_id.isascii() and object_id.isdecimal() and len(object_id) < 10):
            raise Http404
        return views.design(request, int(object_id))

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().render_change_form(
            request, context | {"kinds": KINDS, "show_save_and_add_another": False}, *args, **kwargs
        )

    def save_model(self, request: HttpRequest, obj: RichMessage, form: Any, change: bool) -> None:
        obj.content = dict(obj.described.starter)
        super().save_model(request, obj, form, change)

    def response_add(
        self,
        _request: HttpRequest,
        obj: RichMessage,
        _post_url_continue: str | None = None,
    ) -> HttpResponse:
        """Go on to design it."""
        return HttpResponseRedirect(reverse(views.PAGE, args=[obj.pk]))

    @admin.display(description=gettext_lazy("type"), ordering="kind")
    def type(self, message: RichMessage) -> Any:
        """Return the type in words."""
        return message.described.label

    @admin.display(description=gettext_lazy("locale"), ordering="locale")
    def language(self, message: RichMessage) -> str:
        """Return the language in words."""
        return locale_name(message.locale)

    @admin.display(description=gettext_lazy("tags"))
    def tag_names(self, message: RichMessage) -> SafeString | str:
        """Return its tags, that of the type among them."""
        return format_html('<span class="row wrap tight">{}</span>', _tags(message))

    @admin.display(description=gettext_lazy("status"), ordering="state")
    def status(self, message: RichMessage) -> SafeString:
        """Return whether agents can send it, and whether edits wait."""
        mark = tag(message.get_state_display(), "good" if message.is_active else "")
        edits = tag(_("Unpublished edits"), "warn") if message.edits is not None else SafeString("")
        return format_html('<span class="row wrap tight">{}{}</span>', mark, edits)

    @admin.display(description=gettext_lazy("workstreams"))
    def where(self, message: RichMessage) -> str:
        """Return where it is offered."""
        return ", ".join(str(one) for one in message.workstreams.all()) or _("every workstream")

    @admin.display(description=gettext_lazy("changed"), ordering="changed_at")
    def changed(self, message: RichMessage) -> SafeString:
        """Return when its content was last changed."""
        return ago(message.changed_at)


def _tags(message: RichMessage) -> SafeString:
    return format_html_join("", "{}", ((tag(name),) for name in message.every_tag))
