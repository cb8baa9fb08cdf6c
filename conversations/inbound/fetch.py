"""Brings what Apple only pointed at: files and large replies. No network inside a transaction.

A row is claimed by moving its due time, and kept by moving it again while the fetch goes on; so what a dead worker
had begun falls due by itself.
"""

import datetime
import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import TypeVar

import structlog
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from channels_app.models import ChannelInstance
from conversations import files, live
from conversations.gateways import gateway
from conversations.inbound.apply import stored_payload
from conversations.inbound.recognise import earlier_answer
from conversations.models import Attachment, Fetch, InboundReceipt, Message, Reference
from omnichannel import amb
from omnichannel.common.rolling import Drain

WIDTH = 4
CLAIM = datetime.timedelta(seconds=20)
# Two seconds, then twice as long each time: about two minutes in all.
ATTEMPTS = 6
# How long a worker leaves a large reply to the web process that is fetching it: for as long as Apple waits.
HEAD_START_SECONDS = 30

Row = TypeVar("Row", Attachment, Reference)
log = structlog.get_logger(__name__)
_running = Lock()


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


def while_apple_waits(receipt_id: int, client: amb.Gateway, business_id: str, reference: amb.DataReference) -> None:
    """Fetch a large reply at once and keep it with its receipt; where that fails a worker tries again."""
    fetched = None
    try:
        fetched = (
            client.fetch_reference(business_id, reference).model_dump_json(by_alias=True, exclude_none=True).encode()
        )
    except amb.AmbError as fault:
        log.warning("reference_not_fetched", receipt=receipt_id, fault=type(fault).__name__)
    InboundReceipt.objects.filter(pk=receipt_id).update(fetched=fetched, due_at=timezone.now())


def fetch_all() -> int:
    """Bring everything that is due; return how many were tried. A second call in the same process does nothing."""
    if not _running.acquire(blocking=False):
        return 0
    try:
        return Drain(_pool(), WIDTH, claim=_claim, do=_bring, record=_record, keep=_keep).run()
    finally:
        _running.release()


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(WIDTH, thread_name_prefix="fetch")


def _claim(limit: int) -> list[Job]:
    # Links to large replies die first.
    rows: list[Attachment | Reference] = [*_claimed(Reference, limit)]
    rows += _claimed(Attachment, limit - len(rows))
    return [job for row in rows if (job := _job_of(row))]


def _job_of(row: Attachment | Reference) -> Job | None:
    if row.attempts > ATTEMPTS:
        # Nobody could record the last attempt: what is fetched may be what its workers died of.
        _write(row, Brought(reason="Loading it was begun many times and never ended."))
        return None
    return _reference_job(row) if isinstance(row, Reference) else _file_job(row)


@transaction.atomic
def _claimed(model: type[Row], limit: int) -> list[Row]:
    now = timezone.now()
    due = model._default_manager.filter(state=Fetch.WAITING, due_at__lte=now).order_by("due_at")
    ids = [row.pk for row in due.select_for_update(of=("self",), skip_locked=True)[:limit]]
    model._default_manager.filter(pk__in=ids).update(due_at=now + CLAIM, attempts=F("attempts") + 1)
    rows = model._default_manager.filter(pk__in=ids)
    return list(rows.select_related("message__receipt", "message__conversation__instance__account__connection"))


def _instance(row: Attachment | Reference) -> ChannelInstance:
    return row.message.conversation.instance


def _file_job(row: Attachment) -> Job:
    instance = _instance(row)
    pointer = amb.Attachment(
        name=row.name,
        mime_type=row.mime_type,
        size=row.size or None,
        url=row.url,
        owner=row.owner,
        key=row.key,
        signature_base64=row.signature_base64,
    )
    return _job(row, instance, pointer, instance.attachment_limit_kb * 1024)


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
    until = timezone.now() + CLAIM
    for model in (Attachment, Reference):
        ids = [job.row.pk for job in jobs if isinstance(job.row, model)]
        model._default_manager.filter(pk__in=ids, state=Fetch.WAITING).update(due_at=until)


def _bring(job: Job) -> Brought:
    try:
        if isinstance(job.pointer, amb.DataReference):
            return Brought(data=job.gateway.fetch_reference(job.business_id, job.pointer))
        return _file(job.gateway.download(job.business_id, job.pointer, limit=job.limit), job.pointer.name or "file")
    except (files.FileRefused, amb.FileTooLarge) as fault:
        return Brought(reason=str(fault), is_refused=True)
    except amb.NotAuthorized as fault:
        job.gateway.renew_token()
        return Brought(reason=fault.reason)
    except amb.GatewayError as fault:
        return Brought(reason=fault.reason, is_final=isinstance(fault, amb.MessageRejected))
    except amb.DecodeError as fault:
        return Brought(reason=str(fault), is_final=True)


def _file(content: bytes, name: str) -> Brought:
    file = io.BytesIO(content)
    media_type = files.recognise(file, name)
    return Brought(ContentFile(content, name=name), media_type, files.preview(file, media_type))


def _record(results: list[tuple[Job, Brought]]) -> None:
    for job, brought in results:
        _write(job.row, brought)


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


def _write_failure(row: Attachment | Reference, brought: Brought) -> None:
    row.reason = brought.reason[:400]
    attempts = row.attempts
    if brought.is_refused:
        row.state = Fetch.REFUSED
    elif brought.is_final or attempts >= ATTEMPTS:
        row.state = Fetch.FAILED
    row.due_at = timezone.now() + datetime.timedelta(seconds=2**attempts)
    row.save(update_fields=["state", "reason", "due_at"])
    log.info("fetch_failed", row=row.pk, kind=type(row).__name__, attempt=attempts, state=row.state)


def _write_file(row: Attachment, brought: Brought) -> None:
    if brought.file is None:
        return
    row.file.save(row.name, brought.file, save=False)
    if brought.preview:
        row.preview.save(row.name, brought.preview.content, save=False)
        row.width, row.height = brought.preview.width, brought.preview.height
    row.state, row.reason, row.size = Fetch.STORED, "", brought.file.size
    # What the content is counts, not what the sender called it.
    row.mime_type = brought.media_type
    row.save()


def _write_answer(row: Reference, brought: Brought) -> None:
    if brought.data is None:
        return
    message = row.message
    key = amb.answer_key(brought.data)
    if earlier := earlier_answer(message.conversation.customer, key, message.created_at, []):
        _drop_repeated(message, earlier)
        return
    Message.objects.filter(pk=message.pk).update(
        body=amb.answer_title(brought.data) or message.body, payload=stored_payload(brought.data), answer_key=key
    )
    row.state, row.reason = Fetch.STORED, ""
    row.save(update_fields=["state", "reason"])


def _drop_repeated(message: Message, earlier: Message) -> None:
    InboundReceipt.objects.filter(message=message).update(
        outcome=f"The same answer came before, as message {earlier.apple_id}."
    )
    message.delete()
