"""Which links may open an App Clip: those Apple is asked about before they leave (Apple, constructPayload)."""

import re
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

from django.conf import settings

from omnichannel import amb

# Apple's own addresses of App Clips.
ALWAYS = "appclip.apple.com"
ELSEWHERE = "US"


def clip_region(message: amb.Message, locale: str) -> str:
    """Return in which country's store to look for a link's App Clip; empty where none is expected."""
    link = message.rich_link_data if isinstance(message, amb.RichLinkMessage) else None
    if link is None or link.assets.video or not _may_have_clip(link.url):
        return ""
    country = re.search(r"[-_]([A-Za-z]{2})$", locale)
    return country[1].upper() if country else ELSEWHERE


def _may_have_clip(url: str) -> bool:
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    return any(fnmatchcase(host, pattern.lower()) for pattern in (ALWAYS, *settings.APP_CLIP_HOSTS))
