"""What is kept of the pictures that content names."""

from collections.abc import Iterable, Mapping
from typing import Any

from richmessages.kinds.kind import Kind
from richmessages.lint import pictures_in
from richmessages.models import PictureSource


def sources_of(kind: Kind, content: Any) -> dict[str, PictureSource]:
    """Return what is known of each picture in content, by address."""
    return sources_by_url({url for _path, url in pictures_in(kind, content)})


def sources_by_url(urls: Iterable[str]) -> dict[str, PictureSource]:
    """Return what is known of these addresses, without the pictures' bytes."""
    wanted = set(urls)
    if not wanted:
        return {}
    found = PictureSource.objects.filter(url__in=wanted).select_related("picture").defer("picture__png")
    return {each.url: each for each in found}


def kept(sources: Mapping[str, PictureSource]) -> dict[str, str]:
    """Return the digest of each kept picture by its address, as encoding wants it."""
    return {url: source.picture_id for url, source in sources.items() if source.picture_id}
