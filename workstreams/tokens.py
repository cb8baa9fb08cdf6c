"""Issues and revokes the keys of programs."""

from django.utils import timezone

from workstreams.models import ApiToken


def issue_token(token: ApiToken) -> str:
    """Store a new token by its digest and return its text, which nobody can read again."""
    text = ApiToken.generate()
    token.digest = ApiToken.digest_of(text)
    token.save()
    return text


def revoke_token(token: ApiToken) -> None:
    """Refuse the token from now on; revoking twice keeps the first time."""
    ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now())
