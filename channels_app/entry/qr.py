"""QR codes of entry links, as pictures."""

import io
from typing import Any

import segno
from segno.encoder import DataOverflowError

# Apple names none; M survives a scratch and a logo in the middle.
CORRECTION = "m"
QUIET_ZONE = 4


def fits(text: str) -> bool:
    """Tell whether a QR code can hold so much."""
    return _code(text) is not None


def svg(text: str) -> bytes | None:
    """Return the code as a picture of any size, always black on white; None where the text is too long."""
    return _saved(text, kind="svg", svgclass=None, lineclass=None, omitsize=True)


def png(text: str) -> bytes | None:
    """Return the code as a picture of about a thousand pixels; None where it is too long."""
    code = _code(text)
    width = code.symbol_size(border=QUIET_ZONE)[0] if code else 1
    return _saved(text, kind="png", scale=max(1, 1000 // width))


def _saved(text: str, **options: Any) -> bytes | None:
    code = _code(text)
    if code is None:
        return None
    file = io.BytesIO()
    code.save(file, border=QUIET_ZONE, dark="#000", light="#fff", **options)
    return file.getvalue()


def _code(text: str) -> segno.QRCode | None:
    try:
        return segno.make_qr(text, error=CORRECTION)
    except DataOverflowError:
        return None
