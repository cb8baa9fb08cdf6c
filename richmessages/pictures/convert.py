"""Makes of any picture what Apple takes: a still PNG of at most 200,000 bytes that tells nothing but what it shows."""

import hashlib
import io
import warnings
from dataclasses import dataclass
from threading import Lock

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from richmessages.models.picture import PICTURE_LIMIT

# By content, whatever the name or the server says. A GIF is opened only to be told from what is no picture at all.
FORMATS = ("PNG", "JPEG", "WEBP", "AVIF", "GIF")
# More are refused before they are decoded: such files are made to exhaust memory.
MOST_PIXELS = 25_000_000
# The widest place in a bubble has 789 pixels (Apple, large style at 3x); more would be scaled down on the device.
EDGES = (789, 600, 450, 300, 180)
COLOURS = 256

# Pillow only warns of pictures up to twice its limit; those would be decoded.
warnings.simplefilter("error", Image.DecompressionBombWarning)
# One at a time: several of the largest would need more memory than a small host has.
_decoding = Lock()


class NotAPicture(Exception):
    """The file cannot become a picture in a message; ``str()`` of it says why, for people."""


@dataclass(frozen=True)
class Converted:
    """A PNG that fits."""

    png: bytes
    width: int
    height: int

    @property
    def digest(self) -> str:
        """Return its name."""
        return hashlib.sha256(self.png).hexdigest()


def convert(content: bytes) -> Converted:
    """Return the picture in a file, upright, without what else the file tells; raise NotAPicture where none is."""
    with _decoding:
        try:
            return _fitting(_decoded(content))
        except NotAPicture:
            raise
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as fault:
            raise NotAPicture(_too_many_pixels()) from fault
        except Exception as fault:  # decoders raise whatever a crafted file leads them to
            raise NotAPicture(_("This is no PNG, JPEG or WebP picture, or it is damaged.")) from fault


def _decoded(content: bytes) -> Image.Image:
    with Image.open(io.BytesIO(content), formats=FORMATS) as image:
        if image.format == "GIF" or getattr(image, "is_animated", False):
            raise NotAPicture(_("Moving pictures and GIFs are not shown. Use a still PNG or JPEG."))
        if image.width * image.height > MOST_PIXELS:
            raise NotAPicture(_too_many_pixels())
        # A JPEG is decoded no larger than it has to be.
        image.draft("RGB", (EDGES[0], EDGES[0]))
        return ImageOps.exif_transpose(_plain(image))


def _plain(image: Image.Image) -> Image.Image:
    """Return the picture in true colours, with transparency only where there is some."""
    if image.mode.startswith("I"):
        # Sixteen bits of grey: Pillow would cut them off rather than scale them.
        image = image.point(lambda value: value * (1 / 256)).convert("L")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _fitting(image: Image.Image) -> Converted:
    for edge in EDGES:
        image.thumbnail((edge, edge))
        for version in (image, image.quantize(COLOURS)):
            png = _png(version)
            if len(png) <= PICTURE_LIMIT:
                return Converted(png, image.width, image.height)
    raise NotAPicture(_("The picture cannot be made smaller than 200 KB."))


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    bare = image.copy()
    bare.info = {}
    bare.save(out, "PNG", optimize=True)
    return out.getvalue()


def _too_many_pixels() -> str:
    return _("The picture has too many pixels; at most %(count)s million.") % {"count": MOST_PIXELS // 1_000_000}
