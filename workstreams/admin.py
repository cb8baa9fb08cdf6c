"""The portal's pages on people, queues, workstreams and API tokens."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.debug import sensitive_post_parameters

from omnichannel.audit import changes
from omnichannel.audit.models import Action
from omnichannel.common.acts import posted
from omnichannel.common.records import NAMED_USERS, RecordAdmin, ago, copyable, dress, line_of, link_to, tag
from omnichannel.drafts.records import GuidedAdmin
from workstreams import forms, services, tokens
from workstreams.models import Agent, ApiToken, Queue, User, Workstream
from workstreams.people import admin as people_pages  # noqa: F401 - registers theirs
from workstreams.people.services import ANSWERING, assign_duties
from workstreams.rich import services as rich
from workstreams.roles import Role, may_change_person, roles_of
from workstreams.wizards import NewWorkstream

# Roles are granted on a person's page; what a role may do is fixed.
admin.site.unregister(Group)


class AddingToken(HttpRequest):
    """A request that has just issued a token, which its answer shows."""

    issued: str


@admin.register(Workstream)
class Workstreams(GuidedAdmin):
    """Kinds of work."""

    wizard = NewWorkstream
    form = forms.WorkstreamDetails
    change_form_template = "admin/workstreams/workstream/change_form.html"
    list_filter = ("distribution",)
    list_select_related = ("fallback_queue",)
    search_fields = ("name",)
    search_help_text = gettext_lazy("Name")
    readonly_fields = ("queue", "rules")
    empty_hint = gettext_lazy("A workstream says how conversations of one kind are taken in and who gets them.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Workstream]:
        return super().get_queryset(request).prefetch_related("instances__account")

    def get_fieldsets(self, request: HttpRequest, obj: Workstream | None = None) -> Any:
        if not self.has_change_permission(request, obj):
            return ((None, {"fields": ("name", "distribution", "queue", "rules")}),)
        details = ("name", "distribution", "queue_choice", "fallback_queue", "new_queue")
        return ((None, {"fields": details}),)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.copy_view)
        return [path("<int:pk>/copy/", view, name="workstreams_workstream_copy"), *super().get_urls()]

    def users_of(self, record: Any) -> list[SafeString]:
        """Return what forbids deleting a workstream: rich messages tied to it alone would be offered everywhere."""
        tied = list(rich.tied_only_to(record)[: NAMED_USERS + 1])
        return super().users_of(record) + ([line_of(tied)] if tied else [])

    @method_decorator(posted)
    def copy_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Make a second workstream like this one, and go to its page."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        copy = services.copy_workstream(get_object_or_404(Workstream, pk=pk), by=request.user, request=request)
        messages.success(request, _("“%(copy)s” is a workstream of its own now, without an account.") % {"copy": copy})
        return HttpResponseRedirect(reverse("admin:workstreams_workstream_change", args=[copy.pk]))

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        workstream = kwargs.get("obj")
        instances = [each for each in workstream.instances.all() if each.retired_at is None] if workstream else []
        extra = {"instances": instances, "may_open_instances": request.user.has_perm("channels_app.view_account")}
        extra |= {"show_save_and_add_another": False, "rules": self.rules(workstream) if workstream else ""}
        return super().render_change_form(request, context | extra, *args, **kwargs)

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        return ("name", "distribution", "queue", _accounts_for(request))

    def save_model(self, _request: HttpRequest, obj: Workstream, form: Any, _change: bool) -> None:
        services.save_workstream(obj, new_queue=form.cleaned_data["new_queue"])

    @admin.display(description=gettext_lazy("fallback queue"), ordering="fallback_queue__name")
    def queue(self, workstream: Workstream) -> SafeString:
        """Return the fallback queue, linked."""
        return link_to(workstream.fallback_queue)

    @admin.display(description=gettext_lazy("accounts"))
    def accounts(self, workstream: Workstream) -> SafeString:
        """Return the accounts whose conversations it takes."""
        instances = [each for each in workstream.instances.all() if each.retired_at is None]
        names = format_html_join(", ", "{}", ((link_to(instance.account),) for instance in instances))
        return names or tag(_("no account yet"), "warn")

    @admin.display(description=gettext_lazy("routing rules"))
    def rules(self, workstream: Workstream) -> SafeString:
        """Return how many rules it has, linked to them."""
        count = workstream.route_rules.count()
        words = ngettext("%(count)s rule", "%(count)s rules", count) % {"count": count}
        page = reverse("admin:workstreams_workstream_rules", args=[workstream.pk])
        return format_html('<a href="{}">{}</a>', page, words if count else _("No rules yet"))

    @admin.display(description=gettext_lazy("accounts"))
    def account_names(self, workstream: Workstream) -> str | SafeString:
        """Return the same without links, for people who may not open accounts."""
        names = ", ".join(str(each.account) for each in workstream.instances.all() if each.retired_at is None)
        return names or tag(_("no account yet"), "warn")


def _accounts_for(request: HttpRequest) -> str:
    return "accounts" if request.user.has_perm("channels_app.view_account") else "account_names"


@admin.register(Queue)
class Queues(RecordAdmin):
    """Where conversations wait."""

    form = forms.QueueDetails
    list_display = ("name", "priority", "agent_count", "workstreams")
    search_fields = ("name",)
    search_help_text = gettext_lazy("Name")
    fieldsets = (
        (None, {"fields": ("name", "priority")}),
        (None, {"fields": ("agents",)}),
    )
    empty_hint = gettext_lazy("Conversations wait in a queue until one of its agents takes them.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Queue]:
        queues: QuerySet[Queue] = super().get_queryset(request)
        return queues.annotate(agent_count=Count("agents")).prefetch_related("workstreams")

    def has_change_permission(self, request: HttpRequest, obj: Queue | None = None) -> bool:
        # Supervisors add and remove agents; see get_readonly_fields.
        return super().has_change_permission(request, obj) or Role.SUPERVISOR in roles_of(request.user)

    def get_readonly_fields(self, request: HttpRequest, obj: Queue | None = None) -> tuple[str, ...]:
        return () if super().has_change_permission(request, obj) else ("name", "priority")

    @admin.display(description=gettext_lazy("agents"), ordering="agent_count")
    def agent_count(self, queue: Any) -> str | SafeString:
        """Return how many agents serve it."""
        if not queue.agent_count:
            return tag(_("no agents"), "warn")
        return ngettext("%(count)s agent", "%(count)s agents", queue.agent_count) % {"count": queue.agent_count}

    @admin.display(description=gettext_lazy("fallback queue of"))
    def workstreams(self, queue: Queue) -> SafeString | str:
        """Return the workstreams whose fallback queue it is."""
        return format_html_join(", ", "{}", ((link_to(one),) for one in queue.workstreams.all())) or "–"


class RoleFilter(admin.SimpleListFilter):
    """People by role."""

    title = gettext_lazy("role")
    parameter_name = "role"

    def lookups(self, _request: HttpRequest, _model_admin: Any) -> list[tuple[str, Any]]:
        return [(role.value, role.value) for role in Role]

    def queryset(self, _request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(groups__name=self.value()) if self.value() else queryset


ABOUT_SECRETS = gettext_lazy(
    "What an administrator may do with stored secrets, beside the role. Nobody can read a secret itself. "
    "Without a right its field is masked; everything else of the record can still be changed."
)


def _short(role: Role) -> str:
    name = role.value.removeprefix("Omnichannel ")
    return name[0].upper() + name[1:]


@admin.register(User)
class People(RecordAdmin):
    """Everybody who signs in; people are deactivated, not deleted, since conversations and history name them."""

    form = forms.Person
    list_display = ("full_name", "username", "roles", "agent_name", "queues", "state")
    list_filter = (RoleFilter, ("is_active", admin.BooleanFieldListFilter))
    list_select_related = ("agent",)
    search_fields = ("username", "first_name", "last_name", "email", "agent__name")
    search_help_text = gettext_lazy("Name, user name or mail address")
    ordering = ("username",)
    change_form_template = "admin/workstreams/user/change_form.html"
    empty_hint = gettext_lazy("People sign in here: administrators, supervisors, agents and programs.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups", "agent__queues")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> type[Any]:
        form = forms.Person if obj else forms.NewPerson
        return super().get_form(request, obj, change, **{"form": form} | kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        if obj and not self.has_change_permission(request, obj):
            return ((None, {"fields": (*self.list_display, "email")}),)
        person = ("username", "first_name", "last_name", "email")
        return (
            (gettext_lazy("Person"), {"fields": (*person, "is_active" if obj else "password")}),
            (None, {"fields": ("roles",)}),
            (gettext_lazy("Agent"), {"fields": ("agent_name", "queues")}),
            (gettext_lazy("Secure columns"), {"fields": self.form.RIGHTS, "description": ABOUT_SECRETS}),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        return () if self.has_change_permission(request, obj) else self.list_display

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        may = super().has_change_permission(request, obj)
        return may and (obj is None or may_change_person(request.user, obj))

    def has_delete_permission(self, _request: HttpRequest, _obj: User | None = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.password_view)
        return [path("<int:pk>/password/", view, name="workstreams_user_password"), *super().get_urls()]

    @method_decorator(sensitive_post_parameters())
    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().add_view(request, form_url, extra_context)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        duties = form.duties
        assign_duties(form.instance, duties)
        if Role.API_ACCESS in duties.roles and duties.roles & ANSWERING:
            messages.warning(
                request,
                _("%(person)s answers customers and has API access too. Give programs a person of their own.")
                % {"person": form.instance},
            )

    @method_decorator(sensitive_post_parameters())
    def password_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Set a person's password; the old one is not asked for, and their other sessions end."""
        person = get_object_or_404(User, pk=pk)
        if not self.has_change_permission(request, person):
            raise PermissionDenied
        form: SetPasswordForm[User] = SetPasswordForm(person, request.POST or None)
        dress(form.fields.values())
        if form.is_valid():
            return self._set_password(request, form)
        context = self.admin_site.each_context(request) | {
            "title": _("Set password"),
            "subtitle": person,
            "opts": self.opts,
            "original": person,
            "form": form,
        }
        return TemplateResponse(request, "admin/workstreams/user/password.html", context)

    def _set_password(self, request: HttpRequest, form: SetPasswordForm[User]) -> HttpResponse:
        with changes.watched(form.user, by=request.user, request=request, action=Action.PASSWORD_SET):
            person = form.save()
        if person == request.user:
            update_session_auth_hash(request, person)
        messages.success(request, _("The password of %(person)s is set.") % {"person": person})
        return HttpResponseRedirect(reverse("admin:workstreams_user_change", args=[person.pk]))

    @admin.display(description=gettext_lazy("name"), ordering="first_name")
    def full_name(self, person: User) -> str:
        """Return the full name, or the user name where there is none."""
        return str(person)

    @admin.display(description=gettext_lazy("roles"))
    def roles(self, person: User) -> SafeString:
        """Return the roles as tags."""
        names = {group.name for group in person.groups.all()}
        tags = ((tag(_short(role)),) for role in Role if role.value in names)
        return format_html_join(" ", "{}", tags) or tag(_("none"), "warn")

    @admin.display(description=gettext_lazy("shown to customers as"), ordering="agent__name")
    def agent_name(self, person: User) -> str:
        """Return the name customers see."""
        return str(getattr(person, "agent", None) or "–")

    @admin.display(description=gettext_lazy("queues"))
    def queues(self, person: User) -> str:
        """Return the queues this person serves."""
        agent: Agent | None = getattr(person, "agent", None)
        return ", ".join(queue.name for queue in agent.queues.all()) if agent else "–"

    @admin.display(description=gettext_lazy("state"), ordering="is_active")
    def state(self, person: User) -> SafeString:
        """Return whether the person may sign in."""
        return tag(_("Active"), "good") if person.is_active else tag(_("Deactivated"))


class RevokedFilter(admin.SimpleListFilter):
    """Tokens by whether programs may use them."""

    title = gettext_lazy("state")
    parameter_name = "revoked"

    def lookups(self, _request: HttpRequest, _model_admin: Any) -> list[tuple[str, Any]]:
        return [("no", gettext_lazy("In use")), ("yes", gettext_lazy("Revoked"))]

    def queryset(self, _request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(revoked_at__isnull=self.value() == "no") if self.value() else queryset


@admin.register(ApiToken)
class ApiTokens(RecordAdmin):
    """Keys of programs: shown once, then only as a name that can be revoked."""

    form = forms.Token
    list_display = ("name", "user", "created", "state")
    list_filter = (RevokedFilter,)
    list_select_related = ("user",)
    search_fields = ("name", "user__username")
    search_help_text = gettext_lazy("Name or person")
    ordering = ("-created_at",)
    change_form_template = "admin/workstreams/apitoken/change_form.html"
    empty_hint = gettext_lazy("A token lets a program of yours read and write conversations over the REST interface.")

    def get_fields(self, _request: HttpRequest, obj: ApiToken | None = None) -> tuple[str, ...]:
        return ("name", "user", "created", "state") if obj else ("name", "user")

    def get_readonly_fields(self, _request: HttpRequest, obj: ApiToken | None = None) -> tuple[str, ...]:
        return ("user", "created", "state") if obj else ()

    def has_delete_permission(self, _request: HttpRequest, _obj: ApiToken | None = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.revoke_view)
        return [path("<int:pk>/revoke/", view, name="workstreams_apitoken_revoke"), *super().get_urls()]

    def save_model(self, request: HttpRequest, obj: ApiToken, _form: Any, change: bool) -> None:
        if change:
            obj.save()
        else:
            cast(AddingToken, request).issued = tokens.issue_token(obj)

    def log_addition(self, request: HttpRequest, obj: Any, _message: Any) -> Any:
        return changes.added(obj, by=request.user, request=request, action=Action.TOKEN_ISSUED)

    def response_add(self, request: HttpRequest, obj: ApiToken, _post_url_continue: str | None = None) -> HttpResponse:
        # Answered at once instead of after a redirect: the text must not lie in a session or a cookie meanwhile.
        context = self.admin_site.each_context(request) | {
            "title": _("Copy the token now"),
            "opts": self.opts,
            "original": obj,
            "token": copyable(cast("AddingToken", request).issued),
        }
        return TemplateResponse(request, "admin/workstreams/apitoken/issued.html", context)

    def revoke_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask, then revoke a token and come back to its page."""
        token = get_object_or_404(ApiToken, pk=pk)
        if not self.has_change_permission(request, token):
            raise PermissionDenied
        if request.method != "POST":
            context = self.admin_site.each_context(request) | {
                "title": _("Revoke"),
                "opts": self.opts,
                "original": token,
            }
            return TemplateResponse(request, "admin/workstreams/apitoken/revoke.html", context)
        with changes.watched(token, by=request.user, request=request, action=Action.TOKEN_REVOKED):
            tokens.revoke_token(token)
        messages.success(request, _("The token “%(token)s” is revoked.") % {"token": token})
        return HttpResponseRedirect(reverse("admin:workstreams_apitoken_change", args=[pk]))

    @admin.display(description=gettext_lazy("created"), ordering="created_at")
    def created(self, token: ApiToken) -> SafeString:
        """Return when it was issued."""
        return ago(token.created_at)

    @admin.display(description=gettext_lazy("state"), ordering="revoked_at")
    def state(self, token: ApiToken) -> SafeString:
        """Return whether programs may use it."""
        return tag(_("Revoked"), "bad") if token.revoked_at else tag(_("In use"), "good")
