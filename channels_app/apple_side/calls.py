"""Notes what reaches us from Apple's side without being a delivery, and only what proves itself."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.db import Error
from django.utils import timezone

from channels_app.models import Account, CallKind, InboundCall, MspConnection
from omnichannel import amb
from omnichannel.common.encryption import CannotDecrypt

# However often somebody calls: what is shown to people need not be more exact.
ONE_WRITE = datetime.timedelta(minutes=1)


def signed_by(authorization: str | None) -> MspConnection:
    """Return the connection whose secret signed a call by Apple; raises TokenError."""
    if not authorization:
        raise amb.MissingToken("The Authorization header is missing.")
    # The secret is read row by row: one that cannot be read must not hide the others.
    for connection in MspConnection.objects.defer("secret"):
        if _has_signed(connection, authorization):
            return connection
    raise amb.TokenError("The token is not valid for any connection here.")


def note_probe(headers: Mapping[str, str]) -> bool:
    """Note a call that delivers nothing, where its token is Apple's; return whether it was."""
    try:
        connection = signed_by(headers.get("Authorization"))
        named = headers.get("destination-id", "").strip().lower()
        is_known = Account.objects.current().filter(connection=connection, business_id=named[:36]).exists()
        _note(CallKind.PROBE, connection, named if is_known else "")
    except (amb.TokenError, Error):
        return False
    return True


def note_visit(business_id: str) -> None:
    """Note that an administrator came to the landing page for this account, which need not exist yet."""
    _note(CallKind.LANDING, None, business_id)


def _note(kind: CallKind, connection: MspConnection | None, business_id: str) -> None:
    key: dict[str, Any] = {"kind": kind, "connection": connection, "business_id": business_id}
    now = timezone.now()
    if not InboundCall.objects.filter(**key, at__gt=now - ONE_WRITE).exists():
        InboundCall.objects.update_or_create(**key, defaults={"at": now})


def _has_signed(connection: MspConnection, authorization: str) -> bool:
    try:
        amb.verify_from_apple(authorization, connection.credentials)
    except (amb.TokenError, CannotDecrypt, ValueError):
        return False
    return True
