"""Brings what Apple only pointed at: files and large replies. No network inside a transaction.

A row is claimed by moving its due time, and kept by moving it again while the fetch goes on; so what a dead worker
had begun falls due by itself. The database's clock decides: hosts disagree about the time.
"""

import datetime
import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

import structlog
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F

from channels_app.models import ChannelInstance, Organisation
from conversations import files, live
from conversations.gateways import gateway
from conversations.inbound.reading import stored_payload
from conversations.inbound.recognise import earlier_answer
from conversations.inbound.secrecy import as_asked
from conversations.models import Attachment, Conversation, Fetch, InboundReceipt, Message, Reference
from conversations.storing import CannotStore, discard, store
from omnichannel import amb
from omnichannel.common import clock, scanning
from omnichannel.common.encryption import CannotDecrypt, EncryptedTextField
from omnichannel.common.rolling import Drain, one_at_a_time
from omnichannel.common.steps import Step, reached

WIDTH = 4
# Two seconds, then twice as long each time: about two minutes in all.
ATTEMPTS = 6
# A storage that takes nothing is our own fault, so it is tried for as long as that lasts, every so many sweeps.
STORAGE_SWEEPS = 3
# What a row's secrets raise that were sealed with another key, or are no secrets.
UNREADABLE = (CannotDecrypt, ValueError)
# How long a worker leaves a large reply to the web process that is fetching it: for as long as Apple waits.
HEAD_START_SECONDS = 30

CANNOT_BE_READ = "The key of this file, or the secret of its connection, cannot be read."
NOT_STORED = "Our storage does not take it; the disk may be full. It is tried again."
NOT_SCANNED = "It waits for the virus scanner, which does not answer. It is tried again."
Row = TypeVar("Row", Attachment, Reference)
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Job:
    """One thing to bring, as plain values that a thread may hold."""

    row: Attachment | Reference
    gateway: amb.Gateway
    business_id: str
    pointer: amb.Attachment | amb.DataReference
    limit: int


@dataclass(frozen=True)
class Brought:
    """What came of it: content, or why there is none and whether to try again."""

    file: "ContentFile[bytes] | None" = None
    media_type: str = ""
    preview: files.Preview | None = None
    data: amb.InteractiveData | None = None
    reason: str = ""
    is_final: bool = False
    is_refused: bool = False
    is_put_off: bool = False


def while_apple_waits(receipt_id: int, client: amb.Gateway, business_id: str, reference: amb.DataReference) -> None:
    """Fetch a large reply at once and keep it with its receipt; where that fails a worker tries again."""
    fetched = None
    try:
        fetched = (
            client.fetch_reference(business_id, reference).model_dump_json(by_alias=True, exclude_none=True).encode()
        )
    except amb.AmbError as fault:
        log.warning("reference_not_fetched", receipt=receipt_id, fault=type(fault).__name__)
    InboundReceipt.objects.filter(pk=receipt_id).update(fetched=fetched, due_at=clock.now())


@one_at_a_time
def fetch_all() -> int:
    """Bring everything that is due; return how many were tried."""
    return Drain(_pool(), WIDTH, claim=_claim, do=_bring_one, record=_record, keep=_keep).run()


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(WIDTH, thread_name_prefix="fetch")


def _claim(limit: int) -> list[Job]:
    # Links to large replies die first.
    rows: list[Attachment | Reference] = [*_claimed(Reference, limit)]
    rows += (files_due := _claimed(Attachment, limit - len(rows)))
    largest = Organisation.get().largest_file if files_due else 0
    jobs = [job for row in rows if (job := _readable_job_of(row, largest))]
    if jobs:
        reached(Step.FETCH_CLAIMED)
    return jobs


def _readable_job_of(row: Attachment | Reference, largest: int) -> Job | None:
    try:
        return _job_of(row, largest)
    except UNREADABLE:
        _write(row, Brought(reason=CANNOT_BE_READ, is_final=True))
        return None


def _job_of(row: Attachment | Reference, largest: int) -> Job | None:
    if row.attempts > ATTEMPTS:
        # Nobody could record the last attempt: what is fetched may be what its workers died of.
        _write(row, Brought(reason="Loading it was begun many times and never ended."))
        return None
    return _reference_job(row) if isinstance(row, Reference) else _file_job(row, largest)


@transaction.atomic
def _claimed(model: type[Row], limit: int) -> list[Row]:
    now = clock.now()
    # The row alone, without a secret in it: one that cannot be read must not hold up the others.
    due = model._default_manager.only("pk").filter(state=Fetch.WAITING, due_at__lte=now).order_by("due_at")
    ids = [row.pk for row in due.select_for_update(of=("self",), skip_locked=True)[:limit]]
    model._default_manager.filter(pk__in=ids).update(due_at=now + _claim_time(), attempts=F("attempts") + 1)
    return _loaded(model, ids)


def _loaded(model: type[Row], ids: list[int]) -> list[Row]:
    rows = model._default_manager.filter(pk__in=ids)
    plain = rows.select_related("message__receipt", "message__conversation__instance__account")
    try:
        return list(plain.select_related("message__conversation__instance__account__connection"))
    except UNREADABLE:
        # Read when a job is made of it, each row for itself.
        secrets = [each.name for each in model._meta.concrete_fields if isinstance(each, EncryptedTextField)]
        return list(plain.defer(*secrets))


def _claim_time() -> datetime.timedelta:
    return datetime.timedelta(seconds=settings.CLAIM_SECONDS)


def _instance(row: Attachment | Reference) -> ChannelInstance:
    return row.message.conversation.instance


def _file_job(row: Attachment, largest: int) -> Job:
    pointer = amb.Attachment(
        name=row.name,
        mime_type=row.mime_type,
        size=row.size or None,
        url=row.url,
        owner=row.owner,
        key=row.key,
        signature_base64=row.signature_base64,
    )
    return _job(row, _instance(row), pointer, largest)


def _reference_job(row: Reference) -> Job | None:
    pointer = _pointer(row.message.receipt)
    if pointer is None:
        _write(row, Brought(reason="Its link is no longer kept.", is_final=True))
        return None
    return _job(row, _instance(row), pointer, 0)


def _pointer(receipt: InboundReceipt | None) -> amb.DataReference | None:
    try:
        message = amb.decode(bytes(receipt.body)) if receipt else None
    except amb.DecodeError:
        return None
    return message.interactive_data_ref if isinstance(message, amb.InteractiveMessage) else None


def _job(
    row: Attachment | Reference, instance: ChannelInstance, pointer: amb.Attachment | amb.DataReference, limit: int
) -> Job:
    account = instance.account
    client = gateway(account.connection.credentials, account.connection.gateway_url)
    return Job(row, client, account.business_id, pointer, limit)


def _keep(jobs: list[Job]) -> None:
    until = clock.now() + _claim_time()
    for model in (Attachment, Reference):
        ids = [job.row.pk for job in jobs if isinstance(job.row, model)]
        model._default_manager.filter(pk__in=ids, state=Fetch.WAITING).update(due_at=until)


def _bring_one(job: Job) -> Brought:
    brought = _bring(job)
    reached(Step.FETCH_BROUGHT)
    return brought


def _bring(job: Job) -> Brought:
    try:
        if isinstance(job.pointer, amb.DataReference):
            return Brought(data=job.gateway.fetch_reference(job.business_id, job.pointer))
        return _bring_file(job, job.pointer)
    except amb.NotAuthorized as fault:
        job.gateway.renew_token()
        return Brought(reason=fault.reason)
    except amb.GatewayError as fault:
        return Brought(reason=fault.reason, is_final=isinstance(fault, amb.MessageRejected))
    except amb.DecodeError as fault:
        return Brought(reason=str(fault), is_final=True)


def _bring_file(job: Job, pointer: amb.Attachment) -> Brought:
    try:
        # Asked first: nothing is loaded that could not be stored.
        scanning.check_reachable()
        return _file(job.gateway.download(job.business_id, pointer, limit=job.limit), pointer.name or "file")
    except (files.FileRefused, amb.FileTooLarge) as fault:
        return Brought(reason=str(fault), is_refused=True)
    except scanning.NotScanned:
        return Brought(reason=NOT_SCANNED, is_put_off=True)


def _file(content: bytes, name: str) -> Brought:
    file = io.BytesIO(content)
    media_type = files.recognise(file, name)
    files.check_clean(file)
    return Brought(ContentFile(content, name=name), media_type, files.preview(file, media_type))


def _record(results: list[tuple[Job, Brought]]) -> None:
    for job, brought in results:
        if brought.is_put_off:
            _put_off(job.row, brought.reason)
        else:
            _keep_what_came(job.row, brought)
        reached(Step.FETCH_COMMITTED)


def _keep_what_came(row: Attachment | Reference, brought: Brought) -> None:
    try:
        _write(row, brought)
    except CannotStore:
        _put_off(row, NOT_STORED)


@transaction.atomic
def _put_off(row: Attachment | Reference, reason: str) -> None:
    """Leave the file at Apple until we can take it; an attempt that failed on our side is not counted."""
    mine = type(row)._default_manager.filter(pk=row.pk, attempts=row.attempts, state=Fetch.WAITING)
    due_at = clock.now() + datetime.timedelta(seconds=STORAGE_SWEEPS * settings.SWEEP_SECONDS)
    mine.update(reason=reason, due_at=due_at, attempts=row.attempts - 1)
    live.changed(row.message.conversation)
    if isinstance(row, Attachment) and row.file.name:
        # It fitted, and its preview did not.
        discard(row.file, row.file.name)


@transaction.atomic
def _write(row: Attachment | Reference, brought: Brought) -> None:
    # The attempt is the fence: what was erased, or begun anew by another worker, is left alone.
    mine = type(row)._default_manager.filter(pk=row.pk, attempts=row.attempts, state=Fetch.WAITING)
    if not mine.update(reason=brought.reason[:400]):
        return
    if brought.reason:
        _write_failure(row, brought)
    elif isinstance(row, Attachment):
        _write_file(row, brought)
    else:
        _write_answer(row, brought)
    live.changed(row.message.conversation)
    reached(Step.FETCH_WRITTEN)


def _write_failure(row: Attachment | Reference, brought: Brought) -> None:
    row.reason = brought.reason[:400]
    attempts = row.attempts
    if brought.is_refused:
        row.state = Fetch.REFUSED
    elif brought.is_final or attempts >= ATTEMPTS:
        row.state = Fetch.FAILED
    row.due_at = clock.now() + datetime.timedelta(seconds=2**attempts)
    row.save(update_fields=["state", "reason", "due_at"])
    log.info("fetch_failed", row=row.pk, kind=type(row).__name__, attempt=attempts, state=row.state)


def _write_file(row: Attachment, brought: Brought) -> None:
    if brought.file is None:
        return
    store(row.file, row.name, brought.file)
    if brought.preview:
        store(row.preview, row.name, brought.preview.content)
        row.width, row.height = brought.preview.width, brought.preview.height
    row.state, row.reason, row.size = Fetch.STORED, "", brought.file.size
    # What the content is counts, not what the sender called it.
    row.mime_type = brought.media_type
    row.save()


def _write_answer(row: Reference, brought: Brought) -> None:
    if brought.data is None:
        return
    message = row.message
    customer = message.conversation.customer
    data = as_asked(brought.data, account=customer.account_id, customer_id=customer.customer_id)
    # Conversations before messages, as everybody locks them.
    list(Conversation.objects.filter(pk=message.conversation_id).locked())
    key = amb.answer_key(data)
    if earlier := earlier_answer(customer, key, message.created_at, []):
        _drop_repeated(message, earlier)
        return
    body = amb.answer_title(data) or message.body
    Message.objects.filter(pk=message.pk).update(body=body, payload=stored_payload(data), answer_key=key)
    # What a list line shows of it, as long as nothing came after.
    Conversation.objects.filter(pk=message.conversation_id, last_message_at=message.created_at).update(
        preview=" ".join(body.split())[:120]
    )
    row.state, row.reason = Fetch.STORED, ""
    row.save(update_fields=["state", "reason"])


def _drop_repeated(message: Message, earlier: Message) -> None:
    InboundReceipt.objects.filter(message=message).update(
        outcome=f"The same answer came before, as message {earlier.apple_id}."
    )
    message.delete()
