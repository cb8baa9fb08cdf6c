"""Fills the bytes of kept pictures into a message that is about to leave."""

import base64
from typing import Any

from richmessages.models import Picture
from richmessages.pictures.pointers import digests_in, filled


def with_pictures(payload: Any) -> Any:
    """Return a message with the Base64 text of every picture that it names; one query where there are any."""
    digests = digests_in(payload)
    if not digests:
        return payload
    pictures = Picture.objects.filter(pk__in=digests)
    return filled(payload, {each.digest: base64.b64encode(each.png).decode() for each in pictures})
