"""Deletes pictures that nothing shows any more: no message, no rich message, no link that was read a moment ago."""

import datetime
import time

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from conversations.models import MessagePicture
from conversations.privacy.rows import delete_at_once
from omnichannel.common import clock
from richmessages.models import LinkPreview, Picture, PictureSource
from richmessages.pictures.forget import forget_sources

BATCH = 200
# Longer than any transaction: whoever has just read of a picture still finds it when writing what names it.
REST = datetime.timedelta(days=1)


def remove_unused(*, seconds: float | None = None) -> bool:
    """Delete addresses and pictures that are of no use; return False where the time was up before all were gone."""
    ends_at = None if seconds is None else time.monotonic() + seconds
    forget_sources()
    while _delete_batch():
        if ends_at is not None and time.monotonic() >= ends_at:
            return False
    return True


@transaction.atomic
def _delete_batch() -> int:
    # Whoever holds one is keeping it anew.
    unused = _unused().select_for_update(of=("self",), skip_locked=True)
    found = list(unused.values_list("pk", flat=True)[:BATCH])
    # Asked again under the locks: what was used meanwhile stays.
    return delete_at_once(_unused().filter(pk__in=found))


def _unused() -> QuerySet[Picture]:
    users = (MessagePicture, PictureSource, LinkPreview)
    used = [Exists(user._default_manager.filter(picture=OuterRef("pk"))) for user in users]
    return Picture.objects.filter(*(~each for each in used), kept_at__lt=clock.now() - REST)
