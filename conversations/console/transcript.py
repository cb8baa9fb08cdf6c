"""A conversation's entries as people read them: separators, groups, reactions on their bubbles."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import cached_property

from conversations.answers import answer_of, prompts_of
from conversations.models import Conversation, Delivery, Direction, Event, Kind, Message
from conversations.outbound.standing_links import is_link
from conversations.privacy.months import whole_months
from omnichannel import amb
from omnichannel.device import Drawn, draw
from richmessages.kinds.kind import Answer
from richmessages.pictures.address import picture_src

PAGE = 50
# A live update covers what the page shows, up to here; what is older stays as it was loaded.
LIVE_LIMIT = 300
GROUP_GAP = timedelta(minutes=5)
HEADING_GAP = timedelta(hours=1)
GLYPHS = {"like": "👍", "love": "❤️", "dislike": "👎", "laugh": "😂", "emphasize": "‼️", "question": "❓", "sticker": "🏷️"}


@dataclass(frozen=True)
class Entry:
    """One message with what its place among the others decides."""

    message: Message
    has_heading: bool
    begins_group: bool
    ends_group: bool
    reaction: Message | None = None
    prompt: Message | None = None

    @cached_property
    def drawn(self) -> Drawn | None:
        """Return a rich message as the device draws it."""
        message = self.message
        is_rich = message.direction == Direction.OUT and message.kind in (Kind.INTERACTIVE, Kind.RICH_LINK)
        if not is_rich or message.payload is None:
            return None
        return draw(message.payload, src=picture_src)

    @cached_property
    def answer(self) -> Answer | None:
        """Return what the customer answered to a rich message, in the viewer's zone."""
        return answer_of(self.message, timezone.get_current_timezone())

    @property
    def text(self) -> str:
        """Return the body without the marks that stand for files."""
        return self.message.body.replace(amb.PLACEHOLDER, "").strip()

    @property
    def removed_after(self) -> int:
        """Return how many months old its words were when they were removed."""
        return whole_months(self.message.created_at, self.message.erased_at) if self.message.erased_at else 0

    @property
    def note(self) -> str:
        """Return a note in words."""
        if self.message.kind != Kind.EVENT or self.message.body not in Event.values:
            return self.message.body
        return Event(self.message.body).label % {"agent": self.message.author}

    @property
    def glyph(self) -> str:
        """Return the mark of the customer's latest reaction."""
        known = amb.parse_reaction(self.reaction.body) if self.reaction else None
        return (known.emoji or GLYPHS.get(known.kind, "")) if known else ""

    @property
    def is_plain_link(self) -> bool:
        """Tell whether it is an address that went as text: no customer could open it, or not safely."""
        message = self.message
        return message.direction == Direction.OUT and message.kind == Kind.TEXT and is_link(message.body)

    @property
    def shows_state(self) -> bool:
        """Tell whether its delivery is told: always while open or wrong, once a group when sent."""
        is_told = self.message.delivery != Delivery.SENT or self.is_plain_link or self.ends_group
        return self.message.direction == Direction.OUT and is_told


@dataclass(frozen=True)
class Transcript:
    """A run of entries, and whether there are earlier ones."""

    entries: list[Entry]
    has_earlier: bool

    @property
    def first(self) -> int | None:
        """Return the id before which the next page ends."""
        return self.entries[0].message.pk if self.entries else None


def latest(conversation: Conversation) -> Transcript:
    """Return the newest page."""
    return _page(conversation, conversation.messages.all(), PAGE)


def before(conversation: Conversation, message_id: int) -> Transcript:
    """Return the page that ends before a message."""
    return _page(conversation, conversation.messages.filter(pk__lt=message_id), PAGE)


def since(conversation: Conversation, message_id: int) -> Transcript:
    """Return a message and everything after it."""
    newer = _page(conversation, conversation.messages.filter(pk__gte=message_id), LIVE_LIMIT)
    has_earlier = newer.has_earlier or conversation.messages.filter(pk__lt=message_id).exists()
    return Transcript(newer.entries, has_earlier)


def _page(conversation: Conversation, messages: QuerySet[Message], size: int) -> Transcript:
    rows = list(messages.for_transcript().order_by("-pk")[: size + 1])  # type: ignore[attr-defined]
    return Transcript(list(_entries(conversation, rows[:size][::-1])), has_earlier=len(rows) > size)


def _entries(conversation: Conversation, messages: list[Message]) -> Iterator[Entry]:
    prompts = prompts_of(conversation, messages)
    shown = {message.pk for message in messages}
    marks = _reactions(shown)
    lines = [each for each in messages if not (each.kind == Kind.REACTION and each.reaction_to_id in shown)]
    ends = [_is_apart(here, after) for here, after in zip(lines, [*lines, None][1:], strict=True)]
    previous: Message | None = None
    for message, ends_group in zip(lines, ends, strict=True):
        yield Entry(
            message,
            has_heading=previous is None or _needs_heading(previous.created_at, message.created_at),
            begins_group=_is_apart(message, previous),
            ends_group=ends_group,
            reaction=marks.get(message.pk),
            prompt=prompts.get(message.pk),
        )
        previous = message


def _reactions(shown: Iterable[int]) -> dict[int, Message]:
    """Return the last reaction to each message: a customer has one, which replaces the one before."""
    rows = Message.objects.filter(reaction_to__in=shown, kind=Kind.REACTION, erased_at=None).order_by("pk")
    return {row.reaction_to_id: row for row in rows if row.reaction_to_id}


def _is_apart(one: Message, other: Message | None) -> bool:
    if other is None:
        return True
    same_voice = (one.direction, one.author_id, one.is_automated) == (
        other.direction,
        other.author_id,
        other.is_automated,
    )
    return not same_voice or abs(one.created_at - other.created_at) > GROUP_GAP


def _needs_heading(earlier: datetime, later: datetime) -> bool:
    is_other_day = timezone.localdate(earlier) != timezone.localdate(later)
    return is_other_day or later - earlier > HEADING_GAP
