"""What only the network tells: our public endpoint seen from outside, and Apple's gateway. Workers look."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from django.utils import timezone

from channels_app.apple_side.identity import CHALLENGE, PROOF, is_proof
from channels_app.doctor.calls import Answer, NoAnswer, addresses_of, call, certificate_ends_at
from channels_app.doctor.near import apart
from channels_app.doctor.outcomes import Found
from channels_app.endpoint import endpoint_url
from channels_app.models import Account, Examination, MspConnection
from omnichannel import amb
from omnichannel.common.encryption import CannotDecrypt

RENEW = timedelta(days=21)


def found_for(examination: Examination) -> list[Found]:
    """Return what the network tells about the subject of an examination."""
    if examination.account:
        return [*_account(examination.account)]
    if examination.connection_id:
        return [*_connection(MspConnection.objects.defer("secret").get(pk=examination.connection_id))]
    return [*_installation()]


def _installation() -> Iterator[Found]:
    url = endpoint_url()
    try:
        addresses = addresses_of(url)
    except NoAnswer as fault:
        yield Found("endpoint", fault.outcome, {"url": url, "host": _host(url)})
        addresses = []
    else:
        yield _endpoint(url, addresses)
    yield _certificate(url, addresses)


def _endpoint(url: str, addresses: list[str]) -> Found:
    """Call the endpoint as a stranger: it must prove that it is us, and want a token."""
    challenge = secrets.token_urlsafe(32)
    facts = {"url": url, "host": _host(url)}
    try:
        answer = call("GET", url, {CHALLENGE: challenge}, addresses)
        if not is_proof(answer.headers.get(PROOF, ""), challenge):
            return Found("endpoint", "host" if answer.status == 400 else "stranger", facts | {"status": answer.status})
        delivery = call("POST", f"{url}/message", {}, addresses)
    except NoAnswer as fault:
        return Found("endpoint", fault.outcome, facts)
    if delivery.status != 401:
        return Found("endpoint", "open", facts | {"status": delivery.status})
    return Found("endpoint", "fine" if url.startswith("https://") else "local", facts)


def _certificate(url: str, addresses: list[str]) -> Found:
    if not url.startswith("https://"):
        return Found("certificate", "local")
    try:
        ends_at = certificate_ends_at(url, addresses)
    except NoAnswer:
        return Found("certificate", "unread")
    outcome = "soon" if ends_at - timezone.now() < RENEW else "fine"
    return Found("certificate", outcome, {"until": ends_at.isoformat()})


def _connection(connection: MspConnection) -> Iterator[Found]:
    account = connection.accounts.filter(retired_at=None).first()
    try:
        answer = _asked(connection, account)
    except NoAnswer as fault:
        yield Found("gateway", fault.outcome, {"host": _host(connection.gateway_url)})
        return
    except (CannotDecrypt, ValueError):
        # The test of the secret says so already, and there is nothing to ask with.
        return
    yield Found("gateway", _outcome(answer, has_account=account is not None), {"status": answer.status})
    yield _gateway_clock(answer)


def _account(account: Account) -> Iterator[Found]:
    connection = MspConnection.objects.defer("secret").get(pk=account.connection_id)
    try:
        answer = _asked(connection, account)
    except NoAnswer as fault:
        yield Found("account_gateway", fault.outcome, {"host": _host(connection.gateway_url)})
        return
    except (CannotDecrypt, ValueError):
        return
    yield Found("account_gateway", _outcome(answer, has_account=True), {"status": answer.status})


def _asked(connection: MspConnection, account: Account | None) -> Answer:
    """Ask leave to store a file of one byte, and store none: the one call of Apple's that changes nothing and is heard
    by nobody. It needs an account to speak for."""
    headers = {"Authorization": amb.bearer(connection.credentials), "MMCS-Size": "1"}
    named = {"source-id": account.business_id} if account else {}
    url = f"{connection.gateway_url}/preUpload"
    return call("GET", url, headers | named, addresses_of(url))


def _outcome(answer: Answer, *, has_account: bool) -> str:
    if answer.status >= 500 or answer.status in {408, 425, 429}:
        return "busy"
    if not has_account:
        return "unproved"
    if answer.status in {401, 403}:
        return "denied"
    return "fine" if answer.status == 200 else "odd"


def _gateway_clock(answer: Answer) -> Found:
    try:
        told = parsedate_to_datetime(answer.headers.get("Date", ""))
    except ValueError:
        return Found("gateway_clock", "untold")
    moment = told if told.tzinfo else told.replace(tzinfo=UTC)
    return apart("gateway_clock", abs((moment - datetime.now(UTC)).total_seconds()))


def _host(url: str) -> str:
    return urlsplit(url).hostname or url
