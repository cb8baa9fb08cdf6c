"""What is decided about Apple's side."""

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.http import HttpRequest

from channels_app.models import Organisation
from omnichannel.audit import changes


def choose_region(code: str, *, by: AbstractBaseUser | AnonymousUser, request: HttpRequest | None = None) -> None:
    """Keep the geography whose endpoint the pages show from now on."""
    with changes.watched(Organisation.get(), by=by, request=request):
        Organisation.objects.update(region=code)
