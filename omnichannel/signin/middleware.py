"""Looks once at whoever opens a page: when they were last here, and whether a second factor is still owed."""

import datetime
from collections.abc import Callable
from typing import cast

from allauth.usersessions.models import UserSession
from django.db.models import Exists, OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django_htmx.http import HttpResponseClientRefresh

from omnichannel.common.address import NOWHERE, address_of
from omnichannel.signin.factors import needs_second_factor, second_factors
from workstreams.models import User

# They know no sessions: programs bring a token, Apple its signature, the simulator is open to all, and probes must be
# answered while the database is not.
NO_SESSIONS = ("/api/", "/applemessagesforbusiness/message", "/simulator/", "/healthz", "/readyz", "/metrics")
# What can be opened while a second factor is owed: setting one up, and leaving.
OPEN = ("/security/", "/sign-out/")
SEEN_EVERY = datetime.timedelta(minutes=5)


class VisitMiddleware:
    """One query a page, for people who are signed in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(NO_SESSIONS) or not request.user.is_authenticated:
            return self.get_response(request)
        seen_at, has_factor = _look_up(request)
        _note(request, seen_at)
        is_open = request.path_info.startswith(OPEN)
        if not (has_factor or is_open) and needs_second_factor(request.user):
            return _refuse(request)
        return self.get_response(request)


def _look_up(request: HttpRequest) -> tuple[datetime.datetime | None, bool]:
    session = UserSession.objects.filter(session_key=request.session.session_key).values("last_seen_at")
    factors = second_factors().filter(user_id=OuterRef("pk"))
    people = User.objects.filter(pk=cast(User, request.user).pk)
    seen_at, has_factor = people.values_list(Subquery(session), Exists(factors)).get()
    return seen_at, has_factor


def _note(request: HttpRequest, seen_at: datetime.datetime | None) -> None:
    """Keep the list of devices right, with a write every few minutes instead of one a page."""
    if seen_at is None:
        # From before there was such a list. The next page enters it, none of the fragments that come many at a time.
        if request.headers.get("Sec-Fetch-Dest") == "document":
            UserSession.objects.create_from_request(request)
    elif timezone.now() - seen_at > SEEN_EVERY:
        here = UserSession.objects.filter(session_key=request.session.session_key)
        here.update(last_seen_at=timezone.now(), ip=address_of(request) or NOWHERE)


def _refuse(request: HttpRequest) -> HttpResponse:
    """Return the way to the page that sets a second factor up; a stream or a fragment cannot be sent there."""
    if request.headers.get("HX-Request"):
        refresh = HttpResponseClientRefresh()
        refresh.status_code = 401
        return refresh
    if request.headers.get("Accept") == "text/event-stream":
        return HttpResponse(status=401)
    return redirect("security")
