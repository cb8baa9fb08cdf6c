"""What a kind of rich message is, for everything that must not know which one it holds."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from enum import Enum
from typing import Any

from omnichannel import amb
from richmessages.kinds.fields import Content
from richmessages.pictures.pointers import pointer

Encoded = amb.InteractiveData | amb.RichLinkData
Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Fault:
    """Something wrong with content, at its place; a warning does not keep it from being published."""

    path: Path
    text: str
    is_warning: bool = False
    # It goes by itself, since a worker is at it.
    is_passing: bool = False

    @property
    def name(self) -> str:
        """Return its place as fields are named: sections.0.title."""
        return ".".join(map(str, self.path))


class Needs(Enum):
    """What the channel instance must have before a kind can be sent."""

    AUTHENTICATION = "authentication"
    PAYMENT = "payment"


@dataclass(frozen=True)
class SendContext:
    """What encoding takes beside the content: plain values that the sender has looked up.

    ``picture_by_url`` names the kept picture of each address; a picture that is not kept is left out of the message.
    ``extra`` holds what the kind's own setting adds: the merchant of a payment, the scope of a sign-in.
    ``locale`` is the message's own, for words that we add.
    """

    request_id: str = ""
    picture_by_url: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)
    locale: str = ""

    def picture(self, url: str) -> str | None:
        """Return the identifier of the picture kept from an address."""
        return self.picture_by_url.get(url) if url else None

    def pictures(self, *urls: str) -> tuple[amb.Image, ...]:
        """Return each kept picture once, named by its digest; its bytes are filled in on the way out."""
        found = dict.fromkeys(digest for url in urls if (digest := self.picture(url)))
        return tuple(amb.Image(identifier=digest, data=pointer(digest)) for digest in found)


@dataclass(frozen=True)
class AnswerLine:
    """One question with what was answered; the question may go without saying."""

    question: str
    answers: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """What a customer answered, as agents read it; hidden answers have no lines."""

    title: str
    lines: tuple[AnswerLine, ...] = ()
    is_hidden: bool = False

    @property
    def is_told_by_lines(self) -> bool:
        """Tell whether the title says nothing that the lines do not."""
        return self.title == ", ".join(each for line in self.lines for each in line.answers)


def _nothing_more(_content: Any) -> Iterable[Fault]:
    return ()


@dataclass(frozen=True)
class Kind:
    """A kind of rich message: what it holds, how it is checked, sent, and read when it comes back.

    ``capabilities``: the device must have one of them; none means that every device shows it.
    ``editable``: the fields, named as in a path with ``*`` for every entry of a list, that an agent may change for a
    single sending; none means that agents cannot configure it.
    """

    slug: str
    label: Any
    tag: str
    content: type[Content]
    encode: Callable[[Any, SendContext], Encoded]
    fallback: Callable[[Any], str]
    starter: Mapping[str, Any]
    marker: amb.Marker | None = None
    capabilities: frozenset[amb.Capability] = frozenset()
    needs: Needs | None = None
    editable: tuple[str, ...] = ()
    lint: Callable[[Any], Iterable[Fault]] = _nothing_more
    reads: Callable[[amb.InteractiveData], bool] | None = None
    read_answer: Callable[[amb.InteractiveData, tzinfo], Answer] | None = None
    hint: Any = ""
    extra_sample: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_configurable(self) -> bool:
        """Tell whether agents may ever change it for a single sending."""
        return bool(self.editable)

    def is_shown_by(self, capabilities: Iterable[str]) -> bool:
        """Tell whether a device with these capabilities shows it (Apple's documentation, Capability list)."""
        return not self.capabilities or bool(self.capabilities & set(capabilities))

    def reads_answer(self, data: amb.InteractiveData) -> bool:
        """Tell whether an answer is one of this kind: by its marker, never by what was sent last."""
        return self.reads(data) if self.reads else self.marker is not None and data.marker == self.marker
