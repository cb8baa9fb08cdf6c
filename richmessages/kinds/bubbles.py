"""The bubbles around what is interactive: what arrives, and what the answer becomes."""

from omnichannel import amb
from richmessages.kinds.kind import SendContext


def received(context: SendContext, title: str, subtitle: str = "", image_url: str = "") -> amb.Bubble:
    """Return the bubble that invites to answer; a picture is drawn large above its words."""
    picture = context.picture(image_url)
    return amb.Bubble(
        title=title,
        subtitle=subtitle or None,
        style="large" if picture else "icon",
        image_identifier=picture,
    )


def replied(context: SendContext, title: str, subtitle: str = "", image_url: str = "") -> amb.Bubble:
    """Return the bubble of the answer; devices put the choice in the place of the title."""
    picture = context.picture(image_url)
    return amb.Bubble(title=title, subtitle=subtitle or None, style="icon", image_identifier=picture)
