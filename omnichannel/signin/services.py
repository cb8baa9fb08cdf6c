"""Writes about signing in: sessions that end, locks that open, second factors that go."""

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from axes.utils import reset
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from omnichannel.audit.models import Action
from omnichannel.audit.services import record
from omnichannel.signin.factors import FACTORS, second_factors
from workstreams.models import User


def subject_of(person: User) -> str:
    """Return how the audit log names somebody whom an act concerns."""
    return f"person {person.pk}"


@transaction.atomic
def end_sessions(sessions: "QuerySet[UserSession]", *, person: User, by: User, request: HttpRequest) -> int:
    """End these sessions of a person at once; return how many."""
    keys = list(sessions.filter(user=person).values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(session_key__in=keys).delete()
    if keys:
        record(Action.SESSIONS_ENDED, by=by, subject=subject_of(person), request=request, sessions=len(keys))
    return len(keys)


def end_other_sessions(request: HttpRequest, user: User) -> int:
    """End the person's sessions on every other device; return how many."""
    others = UserSession.objects.exclude(session_key=request.session.session_key)
    return end_sessions(others, person=user, by=user, request=request)


def end_all_sessions(person: User, *, by: User, request: HttpRequest) -> int:
    """End the person's sessions on every device; return how many."""
    return end_sessions(UserSession.objects.all(), person=person, by=by, request=request)


@transaction.atomic
def keep_this_session_only(request: HttpRequest, user: User) -> None:
    """Note a changed password, which ends the other sessions and gives this one a new key."""
    UserSession.objects.create_from_request(request, user=user)
    end_other_sessions(request, user)
    record(Action.PASSWORD_CHANGED, by=user, subject=subject_of(user), request=request)


@transaction.atomic
def note_new_factor(request: HttpRequest, user: User, kind: str) -> None:
    """Note a new second factor; with the first one end the other sessions, since a password alone opened them."""
    if kind in FACTORS and second_factors().filter(user=user).count() == 1:
        end_other_sessions(request, user)
    record(Action.SECOND_FACTOR_ADDED, by=user, subject=subject_of(user), request=request, kind=kind)


@transaction.atomic
def release(person: User, *, by: User, request: HttpRequest) -> None:
    """Let a person try again who is locked after failed sign-ins, from every address."""
    reset(username=person.username)
    record(Action.SIGN_IN_RELEASED, by=by, subject=subject_of(person), request=request)


@transaction.atomic
def remove_second_factors(person: User, *, by: User, request: HttpRequest) -> None:
    """Take away a person's second factors and recovery codes, for somebody who has lost them."""
    removed = list(Authenticator.objects.filter(user=person))
    Authenticator.objects.filter(pk__in=[each.pk for each in removed]).delete()
    for each in removed:
        record(Action.SECOND_FACTOR_REMOVED, by=by, subject=subject_of(person), request=request, kind=each.type)
