"""The pages about signing in that allauth does not have, and its sign-in page with our providers on it."""

import datetime
from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from allauth.account.views import LoginView
from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.usersessions.models import UserSession
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.decorators import login_required
from django.db.models import Max
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from requests import RequestException

from omnichannel.common.address import address_of
from omnichannel.signin import services
from omnichannel.signin.devices import device_of, sessions_of
from omnichannel.signin.factors import lacks_second_factor
from workstreams.models import User

View = Callable[..., HttpResponseBase]
DEVICES_SHOWN = 50


class SignIn(LoginView):
    """The sign-in page."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        used: Any = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]
        context: dict[str, Any] = super().get_context_data(**kwargs) | {"providers": used["APPS"]}
        return context


def telling(view: View) -> View:
    """Run a view of allauth that asks a provider, with a page for when the provider answers nothing useful."""

    @wraps(view)
    def told(request: HttpRequest, provider_id: str) -> HttpResponseBase:
        try:
            return view(request, provider_id)
        except (RequestException, KeyError, ValueError) as fault:
            provider = get_adapter().get_provider(request, provider_id)
            answer: HttpResponse = render_authentication_error(request, provider, exception=fault)
            return answer

    return told


def in_portal(view: View) -> View:
    """Show a page of allauth within the portal's own frame, to people who are signed in."""

    @wraps(view)
    def framed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if isinstance(response, TemplateResponse):
            owes = lacks_second_factor(request.user)
            frame = admin.site.each_context(request) | {"owes_second_factor": owes}
            response.context_data = frame | (response.context_data or {})
            if owes:
                # Every link there would lead back here.
                response.context_data |= {"site_map": (), "console_url": "", "phone_url": ""}
        return response

    return never_cache(login_required(framed))


def security(request: HttpRequest) -> HttpResponse:
    """Show how one signs in oneself, and where one is signed in."""
    user = cast(User, request.user)
    factors = list(Authenticator.objects.filter(user=user).order_by("created_at"))
    codes = next((each.wrap() for each in factors if each.type == Authenticator.Type.RECOVERY_CODES), None)
    context = {
        "title": _("Security"),
        "authenticator": next((each for each in factors if each.type == Authenticator.Type.TOTP), None),
        "passkeys": [each for each in factors if each.type == Authenticator.Type.WEBAUTHN],
        "codes_left": len(codes.get_unused_codes()) if codes else None,
        "codes_in_all": app_settings.RECOVERY_CODE_COUNT,
        "devices": _devices(request, user),
    }
    return TemplateResponse(request, "signin/security.html", context)


def _devices(request: HttpRequest, user: User) -> list[dict[str, Any]]:
    here = request.session.session_key
    sessions = sessions_of(user.pk)
    if not sessions.filter(session_key=here).exists():
        UserSession.objects.create_from_request(request)
    return [
        {"session": each, "name": device_of(each.user_agent), "is_here": each.session_key == here}
        for each in sessions[:DEVICES_SHOWN]
    ]


@require_POST
def end_device(request: HttpRequest, pk: int) -> HttpResponse:
    """End one of one's own sessions."""
    user = cast(User, request.user)
    session = get_object_or_404(UserSession, pk=pk, user=user)
    services.end_sessions(UserSession.objects.filter(pk=pk), person=user, by=user, request=request)
    messages.success(request, _("%(device)s is signed out.") % {"device": device_of(session.user_agent)})
    return redirect("security")


@require_POST
def end_other_devices(request: HttpRequest) -> HttpResponse:
    """End all of one's own sessions but this one."""
    ended = services.end_other_sessions(request, cast(User, request.user))
    messages.success(request, _ended(ended))
    return redirect("security")


def _ended(count: int) -> str:
    return ngettext("%(count)s device is signed out.", "%(count)s devices are signed out.", count) % {"count": count}


def sign_in_again(request: HttpRequest) -> HttpResponse:
    """Ask for a fresh sign-in where nothing else can prove who is there."""
    return TemplateResponse(request, "account/sign_in_again.html", {"title": _("Sign in again")})


def locked(request: HttpRequest, _response: HttpResponse | None, credentials: dict[str, Any] | None) -> HttpResponse:
    """Say how long a lock holds and what to do meanwhile; the same for names that nobody has."""
    tried = AccessAttempt.objects.filter(username=(credentials or {}).get("username"), ip_address=address_of(request))
    last = tried.aggregate(last=Max("attempt_time"))["last"] or timezone.now()
    left = last + datetime.timedelta(minutes=settings.SIGN_IN_LOCK_MINUTES) - timezone.now()
    minutes = max(1, -(-left // datetime.timedelta(minutes=1)))
    response = render(request, "account/locked.html", {"minutes": minutes}, status=429)
    response["Retry-After"] = str(minutes * 60)
    return response
