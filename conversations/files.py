"""Which files may pass, judged by what is in them, and the small pictures that pages show of images."""

import io
import zipfile
from dataclasses import dataclass
from typing import IO, Any

import filetype
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from PIL import ExifTags, Image, ImageOps

from channels_app.carried import OUTBOUND, ending_of
from omnichannel.common import scanning

PREVIEW_PIXELS = 640
# A picture of more pixels is refused before it is decoded: such files are made to exhaust memory.
MOST_PIXELS = 60_000_000
HEAD_BYTES = 8192

# Apple's documentation (Special types) names office files, PDF, calendars, pictures, voice recordings, passes and
# three-dimensional objects; sound and film are what a phone records.
ALLOWED = {
    "application/pdf",
    "application/msword",
    "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.apple.pkpass",
    "application/rtf",
    "audio/aac",
    "audio/amr",
    "audio/mp4",
    "audio/mpeg",
    "audio/x-caf",
    "audio/x-wav",
    "image/gif",
    "image/heic",
    "image/jpeg",
    "image/png",
    "image/webp",
    "model/vnd.usdz+zip",
    "text/calendar",
    "text/plain",
    "text/vcard",
    "video/mp4",
    "video/quicktime",
    "video/x-m4v",
}
DECODED = {"image/gif", "image/jpeg", "image/png", "image/webp"}
# Refused for their ending even where their content is a plain text.
PROGRAMS = frozenset(["bat", "cmd", "com", "exe", "hta", "htm", "html", "js", "msi", "ps1", "scr", "sh", "svg", "vbs"])


class FileRefused(Exception):
    """The file may not pass; ``str()`` of it says why, for people."""


@dataclass(frozen=True)
class Preview:
    """A small picture, and the size of the large one."""

    content: "ContentFile[bytes]"
    width: int
    height: int


def recognise(file: IO[bytes], name: str) -> str:
    """Return the media type of an allowed file; raise FileRefused for anything else, whatever its name says."""
    if ending_of(name) in PROGRAMS:
        raise FileRefused(_("Programs and web pages are not accepted."))
    file.seek(0)
    head = file.read(HEAD_BYTES)
    if not head:
        raise FileRefused(_("The file is empty."))
    media_type = _by_content(file, head)
    file.seek(0)
    if media_type not in ALLOWED:
        raise FileRefused(_("This kind of file is not accepted. Pictures, films, sound, PDF and office files are."))
    return media_type


def recognise_outbound(file: IO[bytes], name: str) -> str:
    """Return the media type of a file that agents may send; raise FileRefused where name or content forbid it."""
    held = OUTBOUND.get(ending_of(name))
    media_type = recognise(file, name)
    if held is None:
        raise FileRefused(_("Apple Messages for Business does not carry files of this kind."))
    if media_type not in held:
        raise FileRefused(_("What it holds is not what its name says."))
    return media_type


def check_clean(file: IO[bytes]) -> None:
    """Have the virus scanner look at it, where one is set; raise FileRefused, or scanning.NotScanned: ask again."""
    try:
        scanning.scan(file)
    except scanning.Infected as found:
        raise FileRefused(_("The virus scanner found %(signature)s in it.") % {"signature": found}) from found
    except scanning.TooLargeToScan as fault:
        raise FileRefused(_("It is larger than what the virus scanner takes.")) from fault


def preview(file: IO[bytes], media_type: str) -> Preview | None:
    """Return a small WebP of a picture, None for other files; raise FileRefused where it cannot be decoded."""
    if media_type not in DECODED:
        return None
    file.seek(0)
    try:
        with Image.open(file) as image:
            _check_pixels(image)
            width, height = reversed(image.size) if _lies_on_its_side(image) else image.size
            # Made small first: a decoder then never holds the whole of a large photograph.
            image.thumbnail((PREVIEW_PIXELS, PREVIEW_PIXELS))
            small = ImageOps.exif_transpose(image).convert("RGBA" if "A" in image.getbands() else "RGB")
    except FileRefused:
        raise
    except Exception as fault:  # decoders raise whatever a crafted file leads them to
        raise FileRefused(_("The picture is damaged.")) from fault
    out = io.BytesIO()
    small.save(out, "WEBP", quality=80)
    return Preview(ContentFile(out.getvalue(), name="preview"), width, height)


def _check_pixels(image: Image.Image) -> None:
    if image.width * image.height > MOST_PIXELS:
        raise FileRefused(_("The picture is too large to be shown."))


def _lies_on_its_side(image: Image.Image) -> bool:
    return int(image.getexif().get(ExifTags.Base.Orientation, 1)) >= 5


def as_fields(picture: Preview | None) -> dict[str, Any]:
    """Return the attachment's columns that a preview fills."""
    return {"preview": picture.content, "width": picture.width, "height": picture.height} if picture else {}


def _by_content(file: IO[bytes], head: bytes) -> str:
    guess = filetype.guess(head)
    if head.startswith(b"caff"):
        return "audio/x-caf"
    if head.startswith(b"PK\x03\x04"):
        return _in_zip(file)
    if guess:
        return str(guess.mime)
    return _text_type(head)


def _in_zip(file: IO[bytes]) -> str:
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError):
        return ""
    if "pass.json" in names and "manifest.json" in names:
        return "application/vnd.apple.pkpass"
    if names and names[0].lower().endswith((".usdc", ".usda", ".usd")):
        return "model/vnd.usdz+zip"
    return _office_type(names)


def _office_type(names: list[str]) -> str:
    prefix = "application/vnd.openxmlformats-officedocument."
    folders = {
        "word/": "wordprocessingml.document",
        "xl/": "spreadsheetml.sheet",
        "ppt/": "presentationml.presentation",
    }
    if "[Content_Types].xml" not in names or any(name.endswith("vbaProject.bin") for name in names):
        return ""
    return next((prefix + kind for folder, kind in folders.items() if any(n.startswith(folder) for n in names)), "")


def _text_type(head: bytes) -> str:
    # A character cut at the end of what was read is no fault.
    text = head.decode("utf-8", "ignore" if len(head) == HEAD_BYTES else "replace")
    if (
        not text.strip()
        or "\x00" in text
        or "�" in text
        or text.lstrip().lower().startswith(("<!doctype", "<html", "<svg"))
    ):
        return ""
    if text.startswith("BEGIN:VCARD"):
        return "text/vcard"
    return "text/calendar" if text.startswith("BEGIN:VCALENDAR") else "text/plain"
