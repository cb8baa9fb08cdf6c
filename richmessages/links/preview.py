"""Reads what a link shows before it is sent: the page's title and picture, under guard and within seconds."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from omnichannel.common import web
from richmessages.links.page import TITLE_LIMIT, read_page
from richmessages.pictures.convert import Converted, NotAPicture, convert

# The message waits for it: of the page, and of everything together.
PAGE_SECONDS = 4.0
WHOLE_SECONDS = 7.0
# Enough for the head of a page; what follows is left unread.
PAGE_LIMIT = 500_000
PICTURE_LIMIT = 10_000_000
MOST_PICTURES = 3
NEUTRAL = Path(__file__).with_name("link.png")


@dataclass(frozen=True)
class Preview:
    """What a link shows; without a picture of the page it shows a neutral one."""

    title: str
    picture: Converted


def read_preview(url: str) -> Preview:
    """Return what the page at an address shows of itself, or its host; raise web.NotPublic where no customer gets."""
    ends_at = time.monotonic() + WHOLE_SECONDS
    try:
        found = web.fetch(url, limit=PAGE_LIMIT, cut=True, within=PAGE_SECONDS)
    except web.NotPublic:
        raise
    except web.CannotFetch:
        return bare(url)
    page = read_page(found.content, found.content_type, found.url)
    pictures = (found.url,) if found.content_type.startswith("image/") else page.pictures
    return Preview(page.title or _host(url), _picture(pictures, ends_at) or neutral())


def bare(url: str) -> Preview:
    """Return what a link shows whose page could not be read."""
    return Preview(_host(url), neutral())


def neutral() -> Converted:
    """Return the picture of links whose pages have none."""
    return convert(NEUTRAL.read_bytes())


def _picture(urls: Iterable[str], ends_at: float) -> Converted | None:
    for url in [each for each in urls if each][:MOST_PICTURES]:
        left = ends_at - time.monotonic()
        if left <= 0:
            return None
        try:
            return convert(web.fetch(url, limit=PICTURE_LIMIT, within=left).content)
        except (web.CannotFetch, NotAPicture):
            continue
    return None


def _host(url: str) -> str:
    return (urlsplit(url).hostname or url).removeprefix("www.")[:TITLE_LIMIT]
