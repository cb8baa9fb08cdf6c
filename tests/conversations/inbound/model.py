"""What must come of Apple's deliveries, in plain Python: no database, no batches, no workers."""

import datetime
from dataclasses import dataclass, field

SAME_ANSWER = datetime.timedelta(seconds=10)
TYPING = datetime.timedelta(seconds=60)
LEFT = "customer_left"

# Account and customer.
Lane = tuple[int, int]


@dataclass(frozen=True)
class Delivered:
    """One delivery that was stored: what it says, without how it is written."""

    lane: Lane
    at: datetime.datetime
    kind: str
    body: str = ""
    # What the message says once a large reply is here; the body is all there is until then.
    answer: str = ""
    is_missing: bool = False
    will_come: bool = False
    # What a reaction is for.
    quoted: str = ""
    files: tuple[str, ...] = ()


@dataclass
class Said:
    """An entry of a transcript."""

    kind: str
    body: str
    at: datetime.datetime
    answer: str = ""
    is_missing: bool = False
    will_come: bool = False
    files: list[str] = field(default_factory=list)
    reacts_to: str | None = None


@dataclass
class Talk:
    """A conversation."""

    entries: list[Said] = field(default_factory=list)
    is_open: bool = True
    unread: int = 0
    preview: str = ""
    # Whose words the preview shows.
    previewed: Said | None = None
    typing_until: datetime.datetime | None = None


@dataclass
class Person:
    """A customer toward one business."""

    talks: list[Talk] = field(default_factory=list)
    left_at: datetime.datetime | None = None
    last_seen_at: datetime.datetime | None = None

    @property
    def open_talk(self) -> Talk | None:
        """The conversation that still takes messages."""
        return self.talks[-1] if self.talks and self.talks[-1].is_open else None

    def has_answered(self, answer: str, at: datetime.datetime) -> bool:
        """Tell whether the same answer is in a transcript, moments from then."""
        known = [said for talk in self.talks for said in talk.entries if said.answer == answer and not said.is_missing]
        return any(abs(at - said.at) <= SAME_ANSWER for said in known)


@dataclass
class World:
    """Everybody who wrote, and the deliveries that nobody could use."""

    working: frozenset[int]
    people: dict[Lane, Person] = field(default_factory=dict)
    parked: int = 0

    def apply(self, each: Delivered) -> None:
        """Take in one delivery."""
        person = self.people.setdefault(each.lane, Person())
        person.last_seen_at = each.at
        if each.lane[0] not in self.working:
            self.parked += 1
        elif each.kind in ("typing_start", "typing_end"):
            _type(person, each)
        elif each.kind == "close":
            _leave(person, each)
        elif each.is_missing or not (each.answer and person.has_answered(each.answer, each.at)):
            _write(person, each)

    def fetch(self) -> None:
        """Take in the large replies that still come, and every file."""
        for person in self.people.values():
            for talk in person.talks:
                for said in list(talk.entries):
                    said.files = ["stored" if file == "waiting" else file for file in said.files]
                    if said.is_missing and said.will_come:
                        _complete(person, talk, said)


def _type(person: Person, each: Delivered) -> None:
    if person.open_talk:
        person.open_talk.typing_until = each.at + TYPING if each.kind == "typing_start" else None


def _leave(person: Person, each: Delivered) -> None:
    person.left_at = each.at
    if talk := person.open_talk:
        talk.is_open, talk.unread, talk.typing_until = False, 0, None
        talk.entries.append(Said("event", LEFT, each.at))


def _write(person: Person, each: Delivered) -> None:
    person.left_at = None
    talk = person.open_talk
    if talk is None:
        talk = Talk()
        person.talks.append(talk)
    said = Said(
        each.kind, each.body, each.at, each.answer, each.is_missing, each.will_come, ["waiting"] * len(each.files)
    )
    if each.kind == "reaction":
        known = [entry.body for entry in talk.entries if entry.kind != "event"]
        said.kind, said.reacts_to = ("reaction", each.quoted) if each.quoted in known else ("text", None)
    talk.entries.append(said)
    talk.unread, talk.typing_until = talk.unread + 1, None
    talk.previewed = said
    talk.preview = " ".join(each.body.split()) or (each.files[0] if each.files else "")


def _complete(person: Person, talk: Talk, said: Said) -> None:
    if person.has_answered(said.answer, said.at):
        # It stays counted as unread: nobody knows whether it was read already.
        talk.entries.remove(said)
    else:
        said.body, said.is_missing = said.answer, False
        if talk.previewed is said:
            talk.preview = said.body
