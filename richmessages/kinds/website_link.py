"""Website rich link: a page with title and picture (Create rich messages, Website rich link)."""

from typing import Annotated

from django.utils.translation import gettext_lazy as _

from omnichannel import amb
from richmessages.kinds.fields import PICTURE, Content, Required, RequiredLink, RequiredPicture, Shown
from richmessages.kinds.kind import Kind, SendContext
from richmessages.kinds.links import link


class WebsiteLink(Content):
    """The page that a tap opens, and how it looks before."""

    title: Annotated[Required, Shown(_("Title"))]
    url: Annotated[RequiredLink, Shown(_("Website URL"), _("Opens when the customer taps it."), "url")]
    image_url: Annotated[RequiredPicture, PICTURE]


def encode(content: WebsiteLink, context: SendContext) -> amb.RichLinkData:
    """Return the link with its picture."""
    return link(context, title=content.title, url=content.url, image_url=content.image_url)


def fallback(content: WebsiteLink) -> str:
    """Return title and address as words."""
    return f"{content.title}\n{content.url}"


KIND = Kind(
    slug="website_link",
    label=_("Website rich link"),
    tag="website rich link",
    hint=_("A page with its picture, opened by a tap."),
    content=WebsiteLink,
    encode=encode,
    fallback=fallback,
    starter={"title": "", "url": "", "image_url": ""},
    editable=("title", "url"),
)
