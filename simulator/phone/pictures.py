"""What stands in an image's data becomes an address that holds it, where a device can show it."""

import base64
import binascii

from simulator.services.devices import image_type_of

# Enough of the Base64 text to tell an image by its first bytes.
START = 1024


def src(data: object) -> str:
    """Return the address of an image, empty for what no device shows."""
    image_type = _type(data) if isinstance(data, str) else ""
    return f"data:{image_type};base64,{data}" if image_type else ""


def _type(text: str) -> str:
    try:
        return image_type_of(base64.b64decode(text[:START], validate=True))
    except (binascii.Error, ValueError):
        return ""
