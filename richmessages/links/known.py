"""Previews that were read a moment ago, and those that have just been read."""

import hashlib
from collections.abc import Iterable, Mapping
from operator import attrgetter

from omnichannel import amb
from omnichannel.common import clock
from richmessages.links.preview import Preview
from richmessages.models import LinkPreview
from richmessages.models.link import KEPT_FOR
from richmessages.pictures.keep import keep_converted
from richmessages.pictures.pointers import pointer


def known_previews(urls: Iterable[str]) -> dict[str, LinkPreview]:
    """Return what is known of these addresses and still fresh."""
    url_by_key = {_key(url): url for url in urls}
    fresh = LinkPreview.objects.filter(pk__in=url_by_key, read_at__gt=clock.now() - KEPT_FOR)
    return {url_by_key[each.key]: each for each in fresh}


def note_previews(previews: Mapping[str, Preview]) -> dict[str, LinkPreview]:
    """Keep what has just been read of these addresses, pictures and all."""
    now = clock.now()
    picture_by_digest = {each.picture.digest: each.picture for each in previews.values()}
    # In one order, here and below, so that two workers with the same pages never wait for each other.
    kept = {digest: keep_converted(picture) for digest, picture in sorted(picture_by_digest.items())}
    rows = {
        url: LinkPreview(key=_key(url), title=each.title, picture=kept[each.picture.digest], read_at=now)
        for url, each in previews.items()
    }
    LinkPreview.objects.bulk_create(
        sorted(rows.values(), key=attrgetter("key")),
        update_conflicts=True,
        unique_fields=["key"],
        update_fields=["title", "picture", "read_at"],
    )
    return rows


def forget_old_previews() -> None:
    """Delete what is no longer fresh."""
    LinkPreview.objects.filter(read_at__lte=clock.now() - KEPT_FOR).delete()


def rich_link(url: str, preview: LinkPreview) -> amb.RichLinkData:
    """Return the link as it is sent; its picture is named in it, not held."""
    image = amb.LinkImage(data=pointer(preview.picture_id), mime_type="image/png")
    return amb.RichLinkData(url=url, title=preview.title, assets=amb.LinkAssets(image=image))


def _key(url: str) -> str:
    return hashlib.sha256(url.encode()).hexdigest()
