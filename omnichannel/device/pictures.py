"""Pictures as the device finds them in a message: by identifier, each with its address."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from omnichannel.device.reading import Payload, inside, objects, text

Src = Callable[[Any], str]


@dataclass(frozen=True)
class Picture:
    """An image; its address is empty while there is nothing to show, and its words are for screen readers."""

    src: str
    alt: str = ""


class Album:
    """The images of one message."""

    def __init__(self, payload: Payload, src: Src) -> None:
        self._src = src
        self._by_identifier = {text(image, "identifier"): image for image in objects(inside(payload, "data"), "images")}

    def named_by(self, place: Payload, *, alt: str = "") -> Picture | None:
        """Return the picture that a bubble or a line names; one that the message lacks is a blank."""
        identifier = text(place, "imageIdentifier")
        if not identifier:
            return None
        image = self._by_identifier.get(identifier, {})
        return Picture(self._src(image.get("data")), alt or text(image, "description"))
