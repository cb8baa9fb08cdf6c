"""Forgets addresses of pictures that nobody uses: a link half typed, a picture that was exchanged for another."""

import datetime
from collections.abc import Iterator

from django.db import transaction

from omnichannel.common import clock
from richmessages.lint import pictures_in
from richmessages.models import Picture, PictureSource, RichMessage

# Somebody may be about to publish what names it, or to undo what no longer does.
UNUSED_FOR = datetime.timedelta(days=7)


@transaction.atomic
def forget_sources() -> int:
    """Delete the addresses that no rich message names and nobody asked for lately; return how many.

    Their pictures stay for a while yet, for whoever has just read of them.
    """
    now = clock.now()
    idle = PictureSource.objects.filter(asked_at__lt=now - UNUSED_FOR, due_at=None)
    unused = idle.exclude(url__in=set(_named()))
    Picture.objects.filter(sources__in=unused).update(kept_at=now)
    count, _by_model = unused.delete()
    return count


def _named() -> Iterator[str]:
    for message in RichMessage.objects.only("kind", "content", "edits").iterator():
        for content in (message.content, message.edits):
            yield from (url for _path, url in pictures_in(message.described, content))
