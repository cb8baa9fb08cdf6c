"""Which kinds of file Apple Messages for Business carries, as the documented product lists them for each way."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

OFFICE = "application/vnd.openxmlformats-officedocument."
PICTURE = frozenset({"image/jpeg", "image/png"})
FILM = frozenset({"video/mp4", "video/x-m4v", "video/quicktime"})
TEXT = frozenset({"text/plain", "text/calendar", "text/vcard"})


@dataclass(frozen=True)
class Kind:
    """Files that people call by one name."""

    label: Any
    # From agents exactly these endings (Enable file attachments; Channel capabilities), with what such files hold.
    from_agents: Mapping[str, frozenset[str]]
    # From customers whatever its name is; the usual endings, for people to read.
    from_customers: tuple[str, ...]


KINDS = (
    Kind(_("Pictures"), {"jpg": PICTURE, "jpeg": PICTURE, "png": PICTURE}, ("jpg", "png", "heic", "webp")),
    Kind(_("Animated pictures"), {"gif": frozenset({"image/gif"})}, ("gif",)),
    Kind(
        _("Sound"),
        {"mp3": frozenset({"audio/mpeg"}), "amr": frozenset({"audio/amr"}), "caf": frozenset({"audio/x-caf"})},
        ("mp3", "amr", "caf", "m4a", "aac", "wav"),
    ),
    Kind(_("Films"), {"mp4": FILM}, ("mp4", "m4v", "mov")),
    Kind(
        _("Documents"),
        {
            "pdf": frozenset({"application/pdf"}),
            "docx": frozenset({f"{OFFICE}wordprocessingml.document"}),
            "xlsx": frozenset({f"{OFFICE}spreadsheetml.sheet"}),
            "txt": TEXT,
        },
        ("pdf", "docx", "xlsx", "pptx", "doc", "xls", "ppt", "rtf", "txt", "ics", "vcf"),
    ),
    Kind(_("Wallet passes"), {"pkpass": frozenset({"application/vnd.apple.pkpass"})}, ("pkpass",)),
    Kind(_("Objects in 3D"), {"usdz": frozenset({"model/vnd.usdz+zip"})}, ("usdz",)),
)
OUTBOUND = {ending: holds for kind in KINDS for ending, holds in kind.from_agents.items()}


def ending_of(name: str) -> str:
    """Return how a file name ends, in small letters and without the dot; empty where it ends in nothing."""
    # Blanks and dots at the end are dropped by what opens the file, so they must not hide an ending here.
    _stem, dot, ending = name.rstrip(" .").rpartition(".")
    return ending.strip().lower() if dot else ""
