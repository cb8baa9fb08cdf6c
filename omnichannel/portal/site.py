"""The admin site itself: who may come in, and what stands around every page."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.views import PasswordChangeView, redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from channels_app.apple_side.urls import urlpatterns as region_pages
from channels_app.automated.urls import urlpatterns as automated_pages
from channels_app.endpoint import endpoint_url
from channels_app.entry.urls import urlpatterns as entry_pages
from channels_app.files.urls import urlpatterns as file_pages
from channels_app.urls import urlpatterns as set_up_pages
from conversations.ledger.urls import urlpatterns as ledger_pages
from conversations.privacy.urls import urlpatterns as privacy_pages
from conversations.retirement.urls import urlpatterns as retirement_pages
from omnichannel.audit import changes
from omnichannel.audit.urls import urlpatterns as audit_pages
from omnichannel.common.records import Journal, copyable, dress
from omnichannel.configuration.urls import urlpatterns as configuration_pages
from omnichannel.portal.activity import last_day
from omnichannel.portal.doctor.urls import urlpatterns as doctor_pages
from omnichannel.portal.home import overview
from omnichannel.portal.planned import urlpatterns as planned_pages
from omnichannel.portal.prerequisites import urlpatterns as prerequisite_pages
from omnichannel.portal.search import search_page
from omnichannel.portal.site_map import site_map
from omnichannel.signin.people import urlpatterns as signin_pages
from omnichannel.signin.services import keep_this_session_only
from richmessages.designer.urls import urlpatterns as designer_pages
from workstreams.people.urls import urlpatterns as people_pages
from workstreams.rich.urls import urlpatterns as rich_pages
from workstreams.roles import Role, roles_of
from workstreams.rules.urls import urlpatterns as rule_pages

View = Callable[..., HttpResponseBase]
WELCOME = frozenset({Role.ADMINISTRATOR, Role.SUPERVISOR})
# Pages that are no list of records: each checks its own right, the site who may come in at all.
PAGES: tuple[tuple[str, list[URLPattern]], ...] = (
    ("ledger/", ledger_pages),
    ("customers/", privacy_pages),
    ("audit/", audit_pages),
    ("search/", [path("", search_page, name="search")]),
    ("", planned_pages),
    ("entry-links/", entry_pages),
    ("doctor/", doctor_pages),
    ("regions/", region_pages),
    ("prerequisites/", prerequisite_pages),
    ("automated-messages/", automated_pages),
    ("configuration/", configuration_pages),
    ("files/", file_pages),
    ("workstreams/", rule_pages),
    ("richmessages/richmessage/", designer_pages),
    ("", rich_pages),
    ("people/", people_pages),
    ("sign-in/", signin_pages),
    ("workstreams/workstream/", set_up_pages),
    ("channels_app/", retirement_pages),
)


class ChangePassword(PasswordChangeForm):
    """One's own password, the old one asked for."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self.fields.values())


class OwnPassword(PasswordChangeView):
    """The page for it; whoever knew the old password is out."""

    form_class = ChangePassword
    template_name = "admin/password_change.html"

    def form_valid(self, form: Any) -> HttpResponse:
        answer = super().form_valid(form)
        keep_this_session_only(self.request, form.user)
        return answer


class PortalSite(AdminSite):
    """Pages for administrators and supervisors."""

    site_title = _("Omnichannel")
    site_header = _("Omnichannel")
    index_title = _("Home")
    enable_nav_sidebar = False
    journal: Journal = changes

    def has_permission(self, request: HttpRequest) -> bool:
        """Tell whether this person may open the portal at all."""
        user = request.user
        return user.is_active and (user.is_superuser or bool(roles_of(user) & WELCOME))

    def admin_view(self, view: View, cacheable: bool = False) -> View:  # type: ignore[override]
        if view in (self.password_change, self.password_change_done):
            # Agents have a password of their own too, and may open nothing else here.
            return login_required(never_cache(view))
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.user.is_authenticated and not self.has_permission(request):
                return self._refuse(request)
            return inner(request, *args, **kwargs)

        return guarded

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Return the site's own addresses, with the pages beside the records before Django's catch-all."""
        pages: list[URLPattern | URLResolver] = [
            path(f"{prefix}{page.pattern}", self.admin_view(page.callback), name=page.name)
            for prefix, patterns in PAGES
            for page in patterns
        ]
        return pages + super().get_urls()

    def _refuse(self, request: HttpRequest) -> HttpResponse:
        return render(request, "admin/refused.html", _ways_out(request), status=403)

    def login(self, request: HttpRequest, _extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Send to the one sign-in page, and from there back to where the person wanted to go."""
        wanted = request.GET.get("next") or reverse("admin:index")
        return redirect_to_login(wanted, resolve_url(settings.LOGIN_URL))

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        match = request.resolver_match
        page = match.url_name if match else None
        # Agents change their password here; what they may see of the lists is in the console.
        sections = site_map(request.user, page or "") if self.has_permission(request) else ()
        return super().each_context(request) | _ways_out(request) | {"site_map": sections, "is_home": page == "index"}

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:  # type: ignore[override]
        """Let people change their own password."""
        context = self.each_context(request) | {"title": _("Change your password")} | (extra_context or {})
        view = OwnPassword.as_view(success_url=reverse("admin:password_change_done"), extra_context=context)
        return view(request)

    def password_change_done(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """Say that the new password holds."""
        context = self.each_context(request) | {"title": _("Your password is changed")} | (extra_context or {})
        return TemplateResponse(request, "admin/password_changed.html", context)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        context = {"overview": overview(request.user), "endpoint": copyable(endpoint_url()), "activity": last_day()}
        return super().index(request, context | (extra_context or {}))

    def app_index(self, *_args: Any, **_kwargs: Any) -> HttpResponse:  # type: ignore[override]
        """Go home: the site map is not ordered by app."""
        return HttpResponseRedirect(reverse("admin:index"))


def _ways_out(request: HttpRequest) -> dict[str, str]:
    works_in_console = roles_of(request.user) & {Role.AGENT, Role.SUPERVISOR}
    return {
        "console_url": reverse("console:home") if works_in_console else "",
        "phone_url": "/simulator/" if settings.SIMULATOR else "",
    }
