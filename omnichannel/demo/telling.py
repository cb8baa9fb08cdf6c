"""The grammar of the story: conversations, their lines, and the files in them."""

from dataclasses import dataclass
from enum import StrEnum

from conversations.models import CloseReason, Delivery, State

# Minutes between two lines where the story says nothing else.
USUAL_PAUSE = 1.5


class Voice(StrEnum):
    """Who wrote a line."""

    CUSTOMER = "customer"
    AGENT = "agent"
    PROGRAM = "program"


@dataclass(frozen=True)
class Line:
    """One message; ``after`` is the number of minutes since the line before it."""

    voice: Voice
    text: str = ""
    after: float = USUAL_PAUSE
    files: tuple[str, ...] = ()
    # A reaction, as Apple's sentence for it, and how many lines back its bubble is.
    reacts: int = 0
    # Apple's type of message; all but text are unknown to us.
    type: str = "text"
    # How sending it went, with Apple's status and the reason people see.
    delivery: Delivery = Delivery.SENT
    status: int | None = None
    reason: str = ""


@dataclass(frozen=True)
class Tale:
    """One conversation; its last line was written so many minutes ago."""

    customer: str
    locale: str
    desk: str
    state: State
    minutes_ago: float
    lines: tuple[Line, ...]
    agent: str = ""
    unread: int = 0
    close_reason: CloseReason | None = None
    intent: str = ""
    group: str = ""
    # What the customer's device shows beyond text; an old one shows less.
    is_old_device: bool = False


def says(text: str, *files: str, after: float = USUAL_PAUSE) -> Line:
    """Return what the customer writes."""
    return Line(Voice.CUSTOMER, text, after, files)


def reacts(sentence: str, *, back: int = 1, after: float = USUAL_PAUSE) -> Line:
    """Return a reaction to the bubble so many lines before."""
    return Line(Voice.CUSTOMER, sentence, after, reacts=back)


def sends_unknown(type_: str, text: str, *, after: float = USUAL_PAUSE) -> Line:
    """Return a message of a type that we do not know."""
    return Line(Voice.CUSTOMER, text, after, type=type_)


def replies(text: str, *files: str, after: float = USUAL_PAUSE) -> Line:
    """Return what the agent writes, accepted by Apple."""
    return Line(Voice.AGENT, text, after, files)


def automatic(text: str, *, after: float = 0.1) -> Line:
    """Return what a program writes."""
    return Line(Voice.PROGRAM, text, after)


def fails(text: str, reason: str, *files: str, status: int | None = None, after: float = USUAL_PAUSE) -> Line:
    """Return what the agent writes and Apple does not take."""
    return Line(Voice.AGENT, text, after, files, delivery=Delivery.FAILED, status=status, reason=reason)


def may_be_lost(text: str, reason: str, *, after: float = USUAL_PAUSE) -> Line:
    """Return what the agent writes when nobody knows whether it arrived."""
    return Line(Voice.AGENT, text, after, delivery=Delivery.UNKNOWN, reason=reason)
