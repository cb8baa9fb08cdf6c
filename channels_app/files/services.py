"""Writes what holds for every file of the company."""

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.http import HttpRequest

from channels_app.models import Organisation
from omnichannel.audit import changes


def save_rules(
    largest_file_kb: int,
    blocked_extensions: list[str],
    *,
    by: AbstractBaseUser | AnonymousUser,
    request: HttpRequest | None = None,
) -> Organisation:
    """Keep the limit and the blocked endings; they hold at once, both ways."""
    organisation = Organisation.get()
    with changes.watched(organisation, by=by, request=request):
        organisation.largest_file_kb, organisation.blocked_extensions = largest_file_kb, blocked_extensions
        organisation.save(update_fields=["largest_file_kb", "blocked_extensions"])
    return organisation
