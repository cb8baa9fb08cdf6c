"""The portal's lists of skills, rating models, capacity profiles, presences and quick replies."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from omnichannel.common.locales import locale_name
from omnichannel.common.records import NAMED_USERS, RecordAdmin, tag
from workstreams.models import Agent, CapacityProfile, Presence, QuickReply, RatingModel, Skill
from workstreams.people import forms, services

NAMED = 50


def link_to_work(agent: Agent) -> SafeString:
    """Return an agent's name, as a link to what the agent may be given."""
    return format_html('<a href="{}">{}</a>', reverse("admin:workstreams_user_work", args=[agent.user_id]), agent)


def _people(count: int) -> str | SafeString:
    return ngettext("%(count)s person", "%(count)s people", count) % {"count": count} if count else tag(_("nobody"))


class GivenToPeople(RecordAdmin):
    """Records that people hold: none is deleted from under them."""

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[Any], dict[str, int], set[Any], list[Any]]:
        holders = [agent for record in objs for agent in record.agents.all()[: NAMED_USERS + 1]]
        if not holders:
            return super().get_deleted_objects(objs, request)
        names = [link_to_work(agent) for agent in holders[:NAMED_USERS]]
        more = [SafeString(_("and more"))] if len(holders) > NAMED_USERS else []
        return [], {}, set(), [format_html("<b>{}</b>: {}", _("people"), SafeString(", ".join(names + more)))]


def _yes_or_no(value: bool) -> str:
    return _("Yes") if value else _("No")


@admin.register(Skill)
class Skills(GivenToPeople):
    """What a conversation may ask of its agent."""

    form = forms.SkillDetails
    list_display = ("name", "type", "rating_model", "agent_count")
    list_filter = ("type",)
    list_select_related = ("type", "rating_model")
    search_fields = ("name", "description", "type__name")
    search_help_text = gettext_lazy("Name, description or type")
    readonly_fields = ("people",)
    empty_hint = gettext_lazy(
        "A skill is what a conversation needs and only some agents have: a language, a product. Give it to people then."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Skill]:
        skills: QuerySet[Skill] = super().get_queryset(request)
        return skills.annotate(agent_count=Count("agent_skills"))

    def get_fieldsets(self, request: HttpRequest, obj: Skill | None = None) -> Any:
        type_field = "type_name" if not obj or self.has_change_permission(request, obj) else "type"
        fields = ("name", type_field, "rating_model", "description")
        return ((None, {"fields": fields}), *(((gettext_lazy("People"), {"fields": ("people",)}),) if obj else ()))

    def save_model(self, _request: HttpRequest, obj: Skill, form: Any, _change: bool) -> None:
        services.save_skill(obj, type_name=form.cleaned_data["type_name"])

    @admin.display(description=gettext_lazy("people"), ordering="agent_count")
    def agent_count(self, skill: Any) -> str | SafeString:
        """Return how many people have it."""
        return _people(skill.agent_count)

    @admin.display(description=gettext_lazy("who has it"))
    def people(self, skill: Skill) -> SafeString | str:
        """Return the people with their ratings."""
        rows = skill.agent_skills.select_related("agent").order_by("-is_active", "-rating", "agent__name")[:NAMED]
        lines = (
            (
                link_to_work(row.agent),
                tag(skill.rating_model.label_of(row.rating)),
                "" if row.is_active else tag(_("not active"), "warn"),
            )
            for row in rows
        )
        found = format_html_join("", "<li>{} {} {}</li>", lines)
        return format_html('<ul class="plain">{}</ul>', found) if found else _("Nobody yet. Give it in bulk edit.")


@admin.register(RatingModel)
class RatingModels(RecordAdmin):
    """Scales of proficiency."""

    form = forms.Scale
    list_display = ("name", "values", "skill_count")
    search_fields = ("name",)
    search_help_text = gettext_lazy("Name")
    fieldsets = ((None, {"fields": ("name", "minimum", "maximum", "labels")}),)
    empty_hint = gettext_lazy("A rating model is the scale on which agents are rated: 1 to 10 stars, say.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[RatingModel]:
        scales: QuerySet[RatingModel] = super().get_queryset(request)
        return scales.annotate(skill_count=Count("skills"))

    @admin.display(description=gettext_lazy("values"))
    def values(self, scale: RatingModel) -> str:
        """Return the first and the last value with their labels."""
        ends = {"first": scale.label_of(scale.minimum), "last": scale.label_of(scale.maximum)}
        return _("%(first)s to %(last)s") % ends

    @admin.display(description=gettext_lazy("skills"), ordering="skill_count")
    def skill_count(self, scale: Any) -> int:
        """Return how many skills are rated on it."""
        return scale.skill_count  # type: ignore[no-any-return]


@admin.register(CapacityProfile)
class CapacityProfiles(GivenToPeople):
    """Limits for kinds of work."""

    form = forms.Profile
    list_display = ("name", "limit", "short_reset", "blocking", "agent_count")
    list_filter = ("reset", "blocks_assignment")
    search_fields = ("name",)
    search_help_text = gettext_lazy("Name")
    readonly_fields = ("people",)
    empty_hint = gettext_lazy(
        "A capacity profile limits how many conversations of one kind an agent holds at once. "
        "Without profiles, workstreams count units."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[CapacityProfile]:
        profiles: QuerySet[CapacityProfile] = super().get_queryset(request)
        return profiles.annotate(agent_count=Count("agent_capacities"))

    def get_fieldsets(self, _request: HttpRequest, obj: CapacityProfile | None = None) -> Any:
        fields = ("name", "limit", "reset", "blocks_assignment")
        return ((None, {"fields": fields}), *(((gettext_lazy("People"), {"fields": ("people",)}),) if obj else ()))

    @admin.display(description=gettext_lazy("reset frequency"), ordering="reset")
    def short_reset(self, profile: CapacityProfile) -> str:
        """Return when its items stop counting, in a word."""
        return profile.get_reset_display().partition(":")[0]

    @admin.display(description=gettext_lazy("assignment blocking"), ordering="blocks_assignment")
    def blocking(self, profile: CapacityProfile) -> str:
        """Return whether the limit keeps other work away too."""
        return _yes_or_no(profile.blocks_assignment)

    @admin.display(description=gettext_lazy("people"), ordering="agent_count")
    def agent_count(self, profile: Any) -> str | SafeString:
        """Return how many people it limits."""
        return _people(profile.agent_count)

    @admin.display(description=gettext_lazy("whom it limits"))
    def people(self, profile: CapacityProfile) -> SafeString | str:
        """Return the people; a limit of one's own is marked."""
        rows = profile.agent_capacities.select_related("agent").order_by("agent__name")[:NAMED]
        lines = (
            (
                link_to_work(row.agent),
                tag(_("limit of their own: %(limit)s") % {"limit": row.custom_limit}, "accent")
                if row.custom_limit is not None
                else "",
            )
            for row in rows
        )
        found = format_html_join("", "<li>{} {}</li>", lines)
        return format_html('<ul class="plain">{}</ul>', found) if found else _("Nobody yet. Give it in bulk edit.")


@admin.register(Presence)
class Presences(GivenToPeople):
    """What agents show of themselves; the built-in ones stay as they are."""

    form = forms.CustomPresence
    list_display = ("name", "text", "base_status", "chosen_by_agents", "origin")
    list_filter = ("base_status",)
    search_fields = ("name", "text")
    search_help_text = gettext_lazy("Name or text")
    empty_hint = gettext_lazy("A presence says whether an agent takes new work.")
    fieldsets = ((None, {"fields": ("name", "text", "base_status", "description", "user_can_set")}),)

    def has_change_permission(self, request: HttpRequest, obj: Presence | None = None) -> bool:
        return super().has_change_permission(request, obj) and not (obj and obj.is_stock)

    def has_delete_permission(self, request: HttpRequest, obj: Presence | None = None) -> bool:
        return super().has_delete_permission(request, obj) and not (obj and obj.is_stock)

    @admin.display(description=gettext_lazy("agents can choose it"), ordering="user_can_set")
    def chosen_by_agents(self, presence: Presence) -> str:
        """Return whether it is in the agents' menu."""
        return _yes_or_no(presence.user_can_set)

    @admin.display(description=gettext_lazy("origin"), ordering="is_stock")
    def origin(self, presence: Presence) -> SafeString | str:
        """Return whether the company made it."""
        return tag(_("Built in")) if presence.is_stock else tag(_("Your own"), "accent")


@admin.register(QuickReply)
class QuickReplies(RecordAdmin):
    """What agents write again and again."""

    form = forms.Reply
    list_display = ("title", "language", "beginning", "tag_names", "where")
    list_filter = ("workstreams",)
    search_fields = ("title", "text")
    search_help_text = gettext_lazy("Title or message")
    empty_hint = gettext_lazy("A quick reply is a text that agents send again and again, written once.")
    fieldsets = (
        (None, {"fields": ("title", "locale", "text", "tags")}),
        (None, {"fields": ("workstreams",)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[QuickReply]:
        return super().get_queryset(request).prefetch_related("workstreams")

    @admin.display(description=gettext_lazy("locale"), ordering="locale")
    def language(self, reply: QuickReply) -> str:
        """Return the language in words."""
        return locale_name(reply.locale)

    @admin.display(description=gettext_lazy("message"))
    def beginning(self, reply: QuickReply) -> SafeString:
        """Return the first words."""
        return format_html(
            '<span class="muted">{}</span>', f"{reply.text[:60]}…" if len(reply.text) > 60 else reply.text
        )

    @admin.display(description=gettext_lazy("tags"))
    def tag_names(self, reply: QuickReply) -> SafeString | str:
        """Return the tags."""
        return format_html_join(" ", "{}", ((tag(name),) for name in reply.tags)) or "–"

    @admin.display(description=gettext_lazy("workstreams"))
    def where(self, reply: QuickReply) -> str:
        """Return where it is offered."""
        return ", ".join(str(one) for one in reply.workstreams.all()) or _("every workstream")
