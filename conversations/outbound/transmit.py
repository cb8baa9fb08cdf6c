"""Hands one claimed message to Apple and says how that went; runs in a thread, with no row and no transaction."""

import datetime
from dataclasses import dataclass, field, replace
from typing import Any

import structlog
from django.utils import timezone
from django.utils.translation import gettext as _

from conversations.models import Delivery
from conversations.outbound.wire import Outgoing
from omnichannel import amb
from omnichannel.common.steps import Step, reached

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Outcome:
    """How sending one message went, and when."""

    delivery: Delivery
    status: int | None = None
    reason: str = ""
    retry_after: float | None = None
    has_customer_left: bool = False
    uploads: dict[int, amb.UploadedFile] = field(default_factory=dict)
    lent: amb.DataReference | None = None
    is_reference_refused: bool = False
    began_at: datetime.datetime = field(default_factory=timezone.now)
    ended_at: datetime.datetime = field(default_factory=timezone.now)


def transmit(job: Outgoing) -> Outcome:
    """Send a message with its files, by reference where Apple has it already; no failure is raised."""
    uploads: dict[int, amb.UploadedFile] = {}
    began_at = timezone.now()
    try:
        outcome = _with_fresh_token(job, uploads)
    except amb.GatewayError as fault:
        outcome = _failed(fault)
    except OSError:
        outcome = Outcome(Delivery.FAILED, reason=_("A file could not be read from our storage."))
    if outcome.delivery == Delivery.SENT:
        reached(Step.MESSAGE_ACCEPTED)
    return replace(outcome, uploads=uploads, began_at=began_at, ended_at=timezone.now())


def _with_fresh_token(job: Outgoing, uploads: dict[int, amb.UploadedFile]) -> Outcome:
    try:
        return _upload_and_send(job, uploads)
    except amb.NotAuthorized:
        # Apple's documentation (Response codes): a refused token is replaced once, then somebody must look.
        job.gateway.renew_token()
        outcome = _upload_and_send(replace(job, reference=None, clip_region=""), uploads)
        return replace(outcome, is_reference_refused=job.reference is not None)


def _upload_and_send(job: Outgoing, uploads: dict[int, amb.UploadedFile]) -> Outcome:
    for file in job.files:
        if file.uploaded is None and file.pk not in uploads:
            uploads[file.pk] = job.gateway.upload(job.message.source_id, file.chunks())
            reached(Step.FILE_UPLOADED)
    if _is_sent_by_reference(job):
        return Outcome(Delivery.SENT)
    lent = _hand_over(job, _with_files(job, uploads), want_reference=bool(job.digest))
    return Outcome(Delivery.SENT, lent=lent, is_reference_refused=job.reference is not None)


def _is_sent_by_reference(job: Outgoing) -> bool:
    """Send what Apple has already, where it has; what it refuses has not been sent."""
    try:
        if message := _by_reference(job):
            _hand_over(job, message)
            return True
    except amb.MessageRejected as fault:
        log.info("reference_refused", message=job.pk, status=fault.status)
    return False


def _by_reference(job: Outgoing) -> amb.Message | None:
    ends = job.message.model_dump(include={"id", "source_id", "destination_id"})
    if job.reference:
        return amb.InteractiveMessage(**ends, interactive_data_ref=job.reference)
    if job.clip_region and isinstance(job.message, amb.RichLinkMessage) and job.message.rich_link_data:
        return _with_clip(job, job.message.rich_link_data.url, ends)
    return None


def _with_clip(job: Outgoing, url: str, ends: dict[str, Any]) -> amb.Message | None:
    try:
        reference = job.gateway.construct_payload(job.message.source_id, url, store_region=job.clip_region)
    except amb.GatewayUnavailable:
        # The link says as much without its App Clip.
        return None
    return amb.RichLinkMessage(**ends, rich_link_data_ref=reference)


def _hand_over(job: Outgoing, message: amb.Message, *, want_reference: bool = False) -> amb.DataReference | None:
    return job.gateway.send(
        message, auto_reply=job.is_automated, agent_name=job.agent_name, want_reference=want_reference
    )


def _with_files(job: Outgoing, uploads: dict[int, amb.UploadedFile]) -> amb.Message:
    if not isinstance(job.message, amb.TextMessage):
        return job.message
    shown = [(file.uploaded or uploads[file.pk]).as_attachment(file.name, file.mime_type) for file in job.files]
    body = amb.with_placeholders(job.message.body, len(shown))
    return job.message.model_copy(update={"body": body, "attachments": tuple(shown)})


def _failed(fault: amb.GatewayError) -> Outcome:
    if isinstance(fault, amb.GatewayUnavailable):
        delivery = Delivery.QUEUED if fault.outcome_known else Delivery.UNKNOWN
        return Outcome(delivery, fault.status, fault.reason, retry_after=fault.retry_after)
    has_left = isinstance(fault, amb.CustomerLeft)
    return Outcome(Delivery.FAILED, fault.status, fault.reason, has_customer_left=has_left)
