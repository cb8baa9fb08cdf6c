"""Video rich link: a film that plays in the conversation (Create rich messages, Video rich link)."""

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Annotated
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import AfterValidator

from omnichannel import amb
from richmessages.kinds.fields import PICTURE, Content, PictureLink, Required, RequiredLink, Shown
from richmessages.kinds.kind import Fault, Kind, SendContext
from richmessages.kinds.links import link

MIME_TYPES = {
    ".mp4": "video/mp4",
    ".mkv": "video/x-matroska",
    ".wmv": "video/x-ms-wmv",
    ".m4v": "video/x-m4v",
    ".mov": "video/quicktime",
    ".avi": "video/x-msvideo",
    ".flv": "video/x-flv",
    ".webm": "video/webm",
    ".flac": "audio/flac",
    ".mka": "audio/x-matroska",
    ".m4a": "audio/mp4",
    ".aac": "audio/aac",
    ".ogg": "audio/ogg",
}


def mime_type_of(url: str) -> str | None:
    """Return what a file is by the ending of its address; None for a page or an unknown ending."""
    try:
        return MIME_TYPES.get(PurePosixPath(urlsplit(url).path).suffix.lower())
    except ValueError:
        return None


def _film(url: str) -> str:
    if mime_type_of(url) is None:
        endings = " ".join(MIME_TYPES)
        raise ValueError(
            _("Link to the file itself, not to a page that plays it. It ends in one of: %(endings)s")
            % {"endings": endings}
        )
    return url


class VideoLink(Content):
    """The file that plays, and what is seen before."""

    title: Annotated[Required, Shown(gettext_lazy("Title"))]
    url: Annotated[
        RequiredLink,
        AfterValidator(_film),
        Shown(
            gettext_lazy("Video URL"),
            gettext_lazy("The file itself, such as https://cdn.example/film.mp4; no page of a streaming service."),
            "url",
        ),
    ]
    image_url: Annotated[PictureLink, PICTURE] = ""


def lint(content: VideoLink) -> Iterator[Fault]:
    """Yield a warning where nothing is to be seen before the film plays."""
    if not content.image_url:
        yield Fault(("image_url",), _("Without a picture the preview is blank."), is_warning=True)


def encode(content: VideoLink, context: SendContext) -> amb.RichLinkData:
    """Return the link with its film; while the address is not complete, without it."""
    mime_type = mime_type_of(content.url)
    video = amb.LinkVideo(url=content.url, mime_type=mime_type) if mime_type else None
    return link(context, title=content.title, url=content.url, image_url=content.image_url, video=video)


def fallback(content: VideoLink) -> str:
    """Return title and address as words."""
    return f"{content.title}\n{content.url}"


KIND = Kind(
    slug="video_link",
    label=gettext_lazy("Video rich link"),
    tag="video rich link",
    hint=gettext_lazy("A film that plays inside the conversation."),
    content=VideoLink,
    lint=lint,
    encode=encode,
    fallback=fallback,
    starter={"title": "", "url": "", "image_url": ""},
    editable=("title", "url"),
)
