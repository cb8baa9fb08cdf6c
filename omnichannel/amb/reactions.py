"""Reactions: they arrive as the sentence that a device without them would show."""

import re
from dataclasses import dataclass

_KIND_BY_VERB = {
    "Liked": "like",
    "Loved": "love",
    "Disliked": "dislike",
    "Laughed at": "laugh",
    "Emphasized": "emphasize",
    "Questioned": "question",
}
_TARGET_KIND_BY_WORD = {
    "image": "image",
    "video": "video",
    "audio": "audio",
    "audio message": "audio",
    "file": "file",
    "attachment": "file",
}

_VERB = "|".join(_KIND_BY_VERB)
_WORD = "|".join(_TARGET_KIND_BY_WORD)
_EMOJI = r"(?=\S*[^\x00-\x7f])[^\sA-Za-z]{1,32}"
_REACTION = re.compile(
    rf"(?:(?P<verb>{_VERB})|Reacted (?:(?P<sticker>with a sticker)|(?P<emoji>{_EMOJI})) to)"
    rf" (?:[“\"](?P<text>.+)[”\"]|an? (?P<word>{_WORD})|(?P<bubble>[0-9]+ Business Messages?))",
    re.DOTALL,
)


@dataclass(frozen=True)
class Reaction:
    """How a customer reacted, and to what: a quoted text, or a kind of message that has none."""

    kind: str
    target_text: str | None = None
    target_kind: str | None = None
    emoji: str | None = None


def parse_reaction(body: str) -> Reaction | None:
    """The reaction that a text stands for, if it is one."""
    match = _REACTION.fullmatch(body.strip())
    if match is None:
        return None
    return Reaction(
        kind=_KIND_BY_VERB[match["verb"]] if match["verb"] else "sticker" if match["sticker"] else "emoji",
        target_text=match["text"],
        target_kind="interactive" if match["bubble"] else _TARGET_KIND_BY_WORD.get(match["word"]),
        emoji=match["emoji"],
    )
