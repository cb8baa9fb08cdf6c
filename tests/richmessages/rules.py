"""What tests of rules share: pictures that are kept without a database, and the places of faults."""

from typing import Any

from richmessages.kinds import KINDS
from richmessages.kinds.kind import Kind
from richmessages.lint import lint, pictures_in
from richmessages.models import Picture, PictureSource, SourceState
from tests.factories.richmessages import PNG


def picture(digest: str, png: bytes = PNG) -> Picture:
    """Return a picture as the database would hold it, which counts its bytes."""
    made = Picture(digest=digest, png=png, width=1, height=1)
    made.size = len(png)
    return made


KEPT = picture("0" * 64)


def kept_sources(kind: Kind, content: Any) -> dict[str, PictureSource]:
    """Return every picture in content as one that is kept."""
    urls = {url for _path, url in pictures_in(kind, content)}
    return {url: PictureSource(url=url, state=SourceState.KEPT, picture=KEPT) for url in urls}


def faults(slug: str, content: Any) -> dict[str, str]:
    """Return what keeps content from being published, by the name of the field."""
    kind = KINDS[slug]
    found = lint(kind, content, kept_sources(kind, content))
    return {fault.name: fault.text for fault in found if not fault.is_warning}


def warnings(slug: str, content: Any) -> dict[str, str]:
    """Return what is only advised against, by the name of the field."""
    kind = KINDS[slug]
    found = lint(kind, content, kept_sources(kind, content))
    return {fault.name: fault.text for fault in found if fault.is_warning}
