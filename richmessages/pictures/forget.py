"""Forgets addresses of pictures that nobody uses: a link half typed, a picture that was exchanged for another."""

import datetime
from collections.abc import Iterator

from django.db import transaction
from django.db.models import QuerySet

from omnichannel.common import clock
from richmessages.lint import pictures_in
from richmessages.models import Picture, PictureSource, RichMessage

BATCH = 500
# Somebody may be about to publish what names it, or to undo what no longer does.
UNUSED_FOR = datetime.timedelta(days=7)


def forget_sources() -> None:
    """Delete the addresses that no rich message names and nobody asked for lately, a batch at a time.

    Their pictures stay for a while yet, for whoever has just read of them.
    """
    named = set(_named())
    unused = [pk for pk, url in _idle().values_list("pk", "url") if url not in named]
    for start in range(0, len(unused), BATCH):
        _forget(unused[start : start + BATCH])


@transaction.atomic
def _forget(sources: list[int]) -> None:
    # Asked again under the locks; whoever holds one asks for it at this moment.
    idle = _idle().filter(pk__in=sources).select_for_update(skip_locked=True)
    digest_by_pk = dict(idle.values_list("pk", "picture"))
    # In the one order in which everybody keeps pictures.
    pictures = Picture.objects.filter(pk__in=digest_by_pk.values()).order_by("pk").select_for_update(no_key=True)
    digests = list(pictures.values_list("pk", flat=True))
    Picture.objects.filter(pk__in=digests).update(kept_at=clock.now())
    PictureSource.objects.filter(pk__in=digest_by_pk).delete()


def _idle() -> QuerySet[PictureSource]:
    return PictureSource.objects.filter(asked_at__lt=clock.now() - UNUSED_FOR, due_at=None)


def _named() -> Iterator[str]:
    for message in RichMessage.objects.only("kind", "content", "edits").iterator():
        for content in (message.content, message.edits):
            yield from (url for _path, url in pictures_in(message.described, content))
