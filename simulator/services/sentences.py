"""The sentences that reactions become: what a device without them would show."""

from simulator.models import PhoneMessage

VERBS = {
    "love": "Loved",
    "like": "Liked",
    "dislike": "Disliked",
    "laugh": "Laughed at",
    "emphasize": "Emphasized",
    "question": "Questioned",
}
EMOJI = {"love": "❤️", "like": "👍", "dislike": "👎", "laugh": "😂", "emphasize": "‼️", "question": "❓"}
KINDS = (*VERBS, "sticker", "emoji")


def sentence(target: PhoneMessage, kind: str, emoji: str = "") -> str:
    """Return the English sentence for a reaction."""
    if kind == "emoji":
        return f"Reacted {emoji} to {_quoted(target)}"
    if kind == "sticker":
        return f"Reacted with a sticker to {_quoted(target)}"
    return f"{VERBS[kind]} {_quoted(target)}"


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
