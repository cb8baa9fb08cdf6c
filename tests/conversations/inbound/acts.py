"""What customers, Apple and workers may do, in any order: the alphabet of the model test."""

from dataclasses import dataclass

from hypothesis import strategies as st

TEXTS = ("Hello", "Is it ready?", "  two   spaces ", "修理の予約 🛠️")
CHOICES = ("Brake tune-up", "New chain")


@dataclass(frozen=True)
class Write:
    """A text, with files."""

    lane: tuple[int, int]
    text: str
    files: int = 0


@dataclass(frozen=True)
class React:
    """A reaction, which arrives as a sentence."""

    lane: tuple[int, int]
    quoted: str


@dataclass(frozen=True)
class Choose:
    """An answer to a picker: inside its message, or pointed at by a link that works, works later, or never."""

    lane: tuple[int, int]
    choice: str
    link: str


@dataclass(frozen=True)
class Signal:
    """Typing, leaving, or a type that nobody knows yet."""

    lane: tuple[int, int]
    kind: str


@dataclass(frozen=True)
class Again:
    """An earlier delivery once more, under its own id or under another."""

    number: int
    has_new_id: bool


@dataclass(frozen=True)
class Wait:
    """Time goes by."""

    seconds: int


@dataclass(frozen=True)
class Hold:
    """The newest delivery is not due yet, as while a web process still fetches what it points at."""


@dataclass(frozen=True)
class Release:
    """All that was held is due."""


@dataclass(frozen=True)
class Process:
    """A worker applies up to so many."""

    limit: int


@dataclass(frozen=True)
class Fetch:
    """A worker brings what is pointed at."""


Act = Write | React | Choose | Signal | Again | Wait | Hold | Release | Process | Fetch

_lanes = st.tuples(st.sampled_from([0, 0, 0, 0, 1, 2]), st.sampled_from([0, 0, 0, 1]))
_texts = st.sampled_from(TEXTS)
_deliveries = st.one_of(
    st.builds(Write, _lanes, _texts),
    st.builds(Write, _lanes, st.sampled_from(["", "Look"]), st.integers(1, 2)),
    st.builds(React, _lanes, _texts),
    st.builds(
        Choose, _lanes, st.sampled_from(CHOICES), st.sampled_from(["inside", "inside", "works", "works later", "never"])
    ),
    st.builds(Signal, _lanes, st.sampled_from(["typing_start", "typing_start", "typing_end", "close", "memoji"])),
    st.builds(Again, st.integers(0, 30), st.booleans()),
)
_workers = st.one_of(
    st.builds(Process, st.integers(1, 6)),
    st.builds(Process, st.just(100)),
    st.builds(Fetch),
    st.builds(Wait, st.sampled_from([2, 15, 90])),
    st.builds(Hold),
    st.builds(Release),
)
acts: st.SearchStrategy[list[Act]] = st.lists(st.one_of(_deliveries, _deliveries, _workers), min_size=12, max_size=40)
