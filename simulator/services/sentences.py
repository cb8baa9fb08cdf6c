"""The sentences that reactions become: what a device without them would show."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from simulator.models import PhoneMessage


@dataclass(frozen=True)
class Reaction:
    """A reaction that a device has a button for."""

    kind: str
    verb: str
    emoji: str
    label: str | Promise


REACTIONS = (
    Reaction("love", "Loved", "❤️", _lazy("Love")),
    Reaction("like", "Liked", "👍", _lazy("Like")),
    Reaction("dislike", "Disliked", "👎", _lazy("Dislike")),
    Reaction("laugh", "Laughed at", "😂", _lazy("Laugh")),
    Reaction("emphasize", "Emphasized", "‼️", _lazy("Emphasize")),
    Reaction("question", "Questioned", "❓", _lazy("Question")),
)
KINDS = (*(reaction.kind for reaction in REACTIONS), "sticker", "emoji")
_BY_KIND = {reaction.kind: reaction for reaction in REACTIONS}
# A family of four with tones of skin is eleven characters, and one emoji.
LONGEST_EMOJI = 16


class NotAReaction(ValueError):
    """No device offers such a reaction, for the reason given."""


def check_reaction(kind: str, emoji: str) -> None:
    """Pass only a reaction that a device offers: one of its own, or one emoji."""
    if kind not in KINDS:
        raise NotAReaction(_("kind must be one of %(kinds)s.") % {"kinds": ", ".join(KINDS)})
    if (kind == "emoji") != bool(emoji):
        raise NotAReaction(_("An emoji belongs to the kind emoji, and only there."))
    if emoji and (emoji.isascii() or "\0" in emoji or len(emoji) > LONGEST_EMOJI):
        raise NotAReaction(_("A reaction is one emoji."))


def sentence(target: PhoneMessage, kind: str, emoji: str = "") -> str:
    """Return the English sentence for a reaction."""
    if kind == "emoji":
        return f"Reacted {emoji} to {_quoted(target)}"
    if kind == "sticker":
        return f"Reacted with a sticker to {_quoted(target)}"
    return f"{_BY_KIND[kind].verb} {_quoted(target)}"


def mark(reaction: str) -> str:
    """Return what hangs at the bubble: a reaction that has a button by its emoji, an emoji as it is."""
    return _BY_KIND[reaction].emoji if reaction in _BY_KIND else reaction


def _quoted(target: PhoneMessage) -> str:
    words = target.body.replace("\ufffc", "").strip()
    if target.type == "interactive":
        return "1 Business Message"
    if words:
        return f"“{words}”"
    return _file_words(target)


def _file_words(target: PhoneMessage) -> str:
    first = target.attachments.first()
    group = first.mime_type.partition("/")[0] if first else ""
    return {"image": "an image", "video": "a video", "audio": "an audio message"}.get(group, "a file")
