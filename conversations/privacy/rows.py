"""The rows that hold a customer's words: found in pieces, locked in the one order that everybody keeps, and emptied."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from conversations.models import (
    Attachment,
    Attempt,
    Conversation,
    DoomedFile,
    Fetch,
    InboundReceipt,
    Message,
    MessagePicture,
    Reference,
)

Row = TypeVar("Row", bound=Model)
Removed = Counter[str]


def in_chunks(rows: QuerySet[Row], size: int) -> Iterator[list[Row]]:
    """Yield rows by number, so many at a time; no cursor and no transaction stays open between them."""
    last = 0
    while chunk := list(rows.filter(pk__gt=last).order_by("pk")[:size]):
        yield chunk
        last = chunk[-1].pk


def lock(messages: QuerySet[Message]) -> list[int]:
    """Lock messages with what belongs to them, and return the numbers of those that are there still.

    What waits to be fetched comes first, then conversations, then messages: the order in which a worker takes them
    that writes down a file it has just brought.
    """
    ids = list(messages.order_by("pk").values_list("pk", flat=True))
    for model in (Attachment, Reference):
        waiting = model._default_manager.filter(message__in=ids, state=Fetch.WAITING).order_by("pk")
        list(waiting.select_for_update(of=("self",)).values_list("pk", flat=True))
    list(Conversation.objects.filter(pk__in=Message.objects.filter(pk__in=ids).values("conversation")).locked())
    # Asked again under the locks: what was queued or sent meanwhile no longer fits.
    return list(messages.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))


def doom(paths: Iterable[str]) -> int:
    """Note files for deletion, in the transaction that forgets them; return how many."""
    return len(DoomedFile.objects.bulk_create([DoomedFile(path=path) for path in paths if path]))


def doom_files(messages: list[int]) -> int:
    """Note the files of messages for deletion."""
    files = Attachment.objects.filter(message__in=messages).select_for_update(of=("self",)).order_by("pk")
    return doom(path for pair in files.values_list("file", "preview") for path in pair)


def empty(messages: list[int], **changes: Any) -> Removed:
    """Take every word and file of messages; what stays is when, who, which kind and how large."""
    files = doom_files(messages)
    Attachment.objects.filter(message__in=messages).update(
        state=Fetch.REMOVED,
        name="",
        reason="",
        file="",
        preview="",
        width=None,
        height=None,
        url="",
        owner="",
        signature_base64="",
        key="",
    )
    Reference.objects.filter(message__in=messages).delete()
    MessagePicture.objects.filter(message__in=messages).delete()
    Attempt.objects.filter(message__in=messages).exclude(reason="").update(reason="")
    count = Message.objects.filter(pk__in=messages).update(
        body="", subject="", payload=None, answer_key="", client_key="", failure_reason="", **changes
    )
    return Removed(messages=count, files=files)


def delete_messages(messages: list[int]) -> Removed:
    """Delete messages with everything that hangs on them."""
    removed = Removed(files=doom_files(messages))
    receipts = list(InboundReceipt.objects.filter(message__in=messages).values_list("pk", flat=True))
    Message.objects.filter(reaction_to__in=messages).update(reaction_to=None)
    MessagePicture.objects.filter(message__in=messages).delete()
    for kind, rows in (
        ("attachments", Attachment.objects.filter(message__in=messages)),
        ("references", Reference.objects.filter(message__in=messages)),
        ("attempts", Attempt.objects.filter(message__in=messages)),
        ("messages", Message.objects.filter(pk__in=messages)),
        ("receipts", InboundReceipt.objects.filter(pk__in=receipts)),
    ):
        removed[kind] = delete_at_once(rows)
    return removed


def delete_receipts(receipts: list[int]) -> int:
    """Delete deliveries; their messages stay."""
    Message.objects.filter(receipt__in=receipts).update(receipt=None)
    return delete_at_once(InboundReceipt.objects.filter(pk__in=receipts))


def delete_at_once(rows: QuerySet[Any]) -> int:
    """Delete rows by one statement, where the caller has seen to whatever points at them."""
    # Django answers None where it sees beforehand that nothing can match.
    return rows._raw_delete(rows.db) or 0
