"""The portal's page on how one person signs in: for locks, lost phones and sessions that must end."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from omnichannel.signin import services
from omnichannel.signin.devices import sessions_of
from omnichannel.signin.factors import needs_second_factor
from workstreams.models import User
from workstreams.roles import may_change_person


@require_GET
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what locks a person out, what second factors they have, and how many sessions."""
    who = _person(request, pk)
    context = admin.site.each_context(request) | {
        "title": _("Sign-in"),
        "subtitle": who,
        "original": who,
        "opts": User._meta,
        "locks": locks_on(who),
        "factors": Authenticator.objects.filter(user=who).order_by("created_at"),
        "needs_second_factor": needs_second_factor(who),
        "session_count": sessions_of(who.pk).count(),
    }
    return TemplateResponse(request, "signin/person.html", context)


def locks_on(who: User) -> Any:
    """Return the addresses from which a person may not try at the moment, each with the failures there."""
    recent = AccessAttempt.objects.filter(
        username=who.username, attempt_time__gte=timezone.now() - settings.AXES_COOLOFF_TIME
    )
    counted = recent.order_by("ip_address").values("ip_address").annotate(failures=Sum("failures_since_start"))
    return counted.filter(failures__gte=settings.SIGN_IN_TRIES).values_list("ip_address", "failures")


@require_POST
def release(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a locked person try again."""
    return _act(request, pk, services.release, _("%(person)s can sign in again."))


@require_POST
def remove_factors(request: HttpRequest, pk: int) -> HttpResponse:
    """Take away second factors that a person has lost."""
    return _act(request, pk, services.remove_second_factors, _("%(person)s signs in without a second factor now."))


@require_POST
def end_sessions(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign a person out on every device."""
    return _act(request, pk, services.end_all_sessions, _("%(person)s is signed out everywhere."))


def _act(request: HttpRequest, pk: int, act: Callable[..., object], said: str) -> HttpResponse:
    who = _person(request, pk)
    act(who, by=request.user, request=request)
    messages.success(request, said % {"person": who})
    return redirect("admin:signin_person", pk)


def _person(request: HttpRequest, pk: int) -> User:
    if not request.user.has_perm("workstreams.change_user"):
        raise PermissionDenied
    person = get_object_or_404(User, pk=pk)
    if not may_change_person(request.user, person):
        raise PermissionDenied
    return person


urlpatterns = [
    path("<int:pk>/", person, name="signin_person"),
    path("<int:pk>/release/", release, name="signin_release"),
    path("<int:pk>/second-factors/remove/", remove_factors, name="signin_remove_factors"),
    path("<int:pk>/sessions/end/", end_sessions, name="signin_end_sessions"),
]
