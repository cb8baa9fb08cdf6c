"""What Apple's gateway demands of a link with its preview (rule E16)."""

import base64
import binascii

from simulator.gateway.answers import Refusal
from simulator.gateway.shape import Part, needed_object, needed_text, refuse_unless

LARGEST_IMAGE = 200_000


def check(link: Part) -> None:
    """Pass a link with an address, a title and a small enough picture."""
    for name in ("url", "title"):
        needed_text(link, name, "richLinkData")
    image = needed_object(needed_object(link, "assets", "richLinkData"), "image", "richLinkData")
    size = len(decoded(needed_text(image, "data", "richLinkData: image"), "richLinkData: image"))
    refuse_unless(size <= LARGEST_IMAGE, f"richLinkData: image must have at most {LARGEST_IMAGE} bytes, not {size}.")


def decoded(text: str, where: str) -> bytes:
    """Return the bytes of a picture."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as fault:
        raise Refusal(400, f"{where}: data must be Base64.") from fault
