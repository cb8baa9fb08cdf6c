"""Writes into the audit log who came in, who did not, and what changed about how they do.

The libraries tell of these only by signals; each receiver hands over to one call of the audit log.
"""

from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.signals import user_logged_in
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
)
from axes.signals import user_locked_out
from django.contrib.auth.signals import user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from omnichannel.audit.models import Action
from omnichannel.audit.services import record
from omnichannel.signin.services import note_new_factor, subject_of
from workstreams.models import User

NOBODY = "an unknown user name"


@receiver(user_logged_in)
def signed_in(request: HttpRequest, user: User, **more: Any) -> None:
    """Record a sign-in."""
    record(Action.SIGNED_IN, by=user, subject=subject_of(user), request=request, **_way(request, user, more))


@receiver(user_logged_out)
def signed_out(request: HttpRequest, user: User | None, **_more: Any) -> None:
    """Record a sign-out of somebody who was signed in."""
    if user:
        record(Action.SIGNED_OUT, by=user, subject=subject_of(user), request=request)


@receiver(user_login_failed)
def password_refused(credentials: dict[str, Any], request: HttpRequest | None = None, **_more: Any) -> None:
    """Record a wrong password; the one that closes a lock is told with it, and behind a lock nothing is tried."""
    if request and not getattr(request, "axes_locked_out", False):
        record(Action.SIGN_IN_FAILED, by=None, subject=_named(credentials.get("username")), request=request)


@receiver(authentication_failed)
def code_refused(request: HttpRequest, user: User, **_more: Any) -> None:
    """Record a wrong code after the right password."""
    record(Action.SIGN_IN_FAILED, by=None, subject=subject_of(user), request=request, second_factor=True)


@receiver(user_locked_out)
def locked(request: HttpRequest, username: str, **_more: Any) -> None:
    """Record a lock as it closes, not each time that somebody rattles at it."""
    if failures := getattr(request, "axes_failures_since_start", None):
        record(Action.SIGN_IN_LOCKED, by=None, subject=_named(username), request=request, failures=failures)


@receiver([authenticator_added, authenticator_reset])
def factor_added(request: HttpRequest, user: User, authenticator: Any, **_more: Any) -> None:
    """Record a new second factor, or new recovery codes."""
    note_new_factor(request, user, authenticator.type)


@receiver(authenticator_removed)
def factor_removed(request: HttpRequest, user: User, authenticator: Any, **_more: Any) -> None:
    """Record that a person took a second factor away."""
    record(Action.SECOND_FACTOR_REMOVED, by=user, subject=subject_of(user), request=request, kind=authenticator.type)


def _way(request: HttpRequest, user: User, more: dict[str, Any]) -> dict[str, str]:
    """Return by what means somebody came in: a provider, or the last thing they showed."""
    if login := more.get("sociallogin"):
        return {"with": login.account.provider}
    last = (get_authentication_records(request, user) or [{}])[-1]
    return {"with": str(last.get("type") or last.get("method"))}


def _named(username: str | None) -> str:
    """Return whose name was typed. What is nobody's name is not written down: it may be a password."""
    person = User.objects.filter(username=username or "").first()
    return subject_of(person) if person else NOBODY
