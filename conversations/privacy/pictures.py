"""Deletes pictures that nothing shows any more: no message, no rich message, no link that was read a moment ago."""

import datetime

from django.db.models import Exists, OuterRef, QuerySet

from conversations.models import MessagePicture
from conversations.privacy.rows import delete_at_once
from omnichannel.common import clock
from richmessages.models import LinkPreview, Picture, PictureSource
from richmessages.pictures.forget import forget_sources

BATCH = 200
# Longer than any transaction: whoever has just read of a picture still finds it when writing what names it.
REST = datetime.timedelta(days=1)


def remove_unused() -> int:
    """Delete addresses and pictures that are of no use; return how many pictures went."""
    forget_sources()
    removed = 0
    while count := _delete(BATCH):
        removed += count
    return removed


def _delete(limit: int) -> int:
    found = list(_unused().values_list("pk", flat=True)[:limit])
    # Asked again: what was brought anew meanwhile has moved its time, and stays.
    return delete_at_once(_unused().filter(pk__in=found))


def _unused() -> QuerySet[Picture]:
    users = (MessagePicture, PictureSource, LinkPreview)
    used = [Exists(user._default_manager.filter(picture=OuterRef("pk"))) for user in users]
    return Picture.objects.filter(*(~each for each in used), kept_at__lt=clock.now() - REST)
