"""Signs programs in: a bearer token acts as one user."""

from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from workstreams.models import ApiToken, User


class BearerToken(BaseAuthentication):
    """The token of an ``Authorization: Bearer`` header, while neither it nor its user is switched off."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        scheme, _space, credentials = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        token = _token_for(credentials.strip())
        if token is None:
            raise AuthenticationFailed(_("This token is not known here, or it was revoked."))
        return token.user, token

    def authenticate_header(self, _request: Request) -> str:
        return "Bearer"


def _token_for(credentials: str) -> ApiToken | None:
    usable = ApiToken.objects.filter(revoked_at=None, user__is_active=True).select_related("user__agent")
    return usable.filter(digest=ApiToken.digest_of(credentials)).first()
