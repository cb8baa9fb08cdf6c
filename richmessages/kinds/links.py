"""What the two kinds of rich link share."""

from omnichannel import amb
from richmessages.kinds.kind import SendContext
from richmessages.pictures.pointers import pointer

# A white square. Apple refuses a link without a picture; with this one the preview is blank, as documented.
BLANK = (
    "iVBORw0KGgoAAAANSUhEUgAAAPAAAADwAQAAAAAWLtQ/AAAAL0lEQVR42u3JsQ0AAAgDoOr/P+sH7iawUpNLR2uttdZaa6211lprrbXWWmut"
    "n/YCUUkC34ixuzwAAAAASUVORK5CYII="
)
MIME_TYPE = "image/png"


def link(
    context: SendContext, *, title: str, url: str, image_url: str, video: amb.LinkVideo | None = None
) -> amb.RichLinkData:
    """Return a link with its preview."""
    digest = context.picture(image_url)
    image = amb.LinkImage(data=pointer(digest) if digest else BLANK, mime_type=MIME_TYPE)
    return amb.RichLinkData(url=url, title=title, assets=amb.LinkAssets(image=image, video=video))
