"""Finds a rich message as an agent types: ``/rm time``, ``/rm #``, ``/rm #time picker brakes``.

A hash sign begins a tag, which may hold blanks; every other word is looked for in names, descriptions and tags. All of
them must match.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from conversations.models import Conversation
from conversations.offers import locale_of, offered, why_not
from omnichannel.common.locales import locale_name
from richmessages.kinds import KINDS
from richmessages.models import RichMessage

COMMAND = "/rm"
# Whoever has more finds them by another word.
SHOWN = 50
LONGEST = 200


class Nothing(StrEnum):
    """Why a list is empty."""

    PUBLISHED = "published"
    IN_LANGUAGE = "language"
    FOR_WORKSTREAM = "workstream"
    FOUND = "found"


@dataclass(frozen=True)
class Terms:
    """What a search asks for: whole tags, words, and the beginning of a tag that is still being typed."""

    tags: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    begun: str | None = None


@dataclass(frozen=True)
class Tag:
    """A tag to narrow the list by, what to search for then, and how many messages it leaves."""

    name: str
    query: str
    count: int


@dataclass(frozen=True)
class Choice:
    """A rich message, and why it cannot be sent here."""

    message: RichMessage
    reason: str


@dataclass(frozen=True)
class Search:
    """What an agent finds in one conversation."""

    conversation: Conversation
    query: str

    @cached_property
    def tags(self) -> list[Tag]:
        """Return the tags to choose from: all after a lone hash sign, else those that begin as typed."""
        if self._terms.begun is None:
            return []
        before = self.query.rpartition("#")[0]
        counts = Counter(tag for each in self._narrowed for tag in each.every_tag)
        names = sorted((each for each in counts if each.casefold().startswith(self._terms.begun)), key=str.casefold)
        return [Tag(name, f"{before}#{name}", counts[name]) for name in names]

    @cached_property
    def choices(self) -> list[Choice]:
        """Return the messages that match, those that cannot be sent last, and the one of that very name first."""
        found = [Choice(each, self._reasons[each.kind]) for each in self._found]
        return sorted(found, key=lambda choice: (bool(choice.reason), *self._distance(choice.message)))[:SHOWN]

    @property
    def has_more(self) -> bool:
        """Tell whether messages are left out."""
        return len(self._found) > SHOWN

    @property
    def nothing(self) -> Nothing | None:
        """Return why the list is empty, None where it is not."""
        if self.tags or self.choices:
            return None
        if self._offered:
            return Nothing.FOUND
        active = RichMessage.objects.active()
        if active.filter(locale=locale_of(self.conversation)).exists():
            return Nothing.FOR_WORKSTREAM
        return Nothing.IN_LANGUAGE if active.exists() else Nothing.PUBLISHED

    @property
    def language(self) -> str:
        """Return the language of the session."""
        return locale_name(locale_of(self.conversation))

    @cached_property
    def _offered(self) -> list[RichMessage]:
        return list(offered(self.conversation).filter(kind__in=KINDS).defer("content", "edits"))

    @cached_property
    def _terms(self) -> Terms:
        return read(self.query, {tag for each in self._offered for tag in each.every_tag})

    @cached_property
    def _reasons(self) -> dict[str, str]:
        return {slug: why_not(self.conversation, KINDS[slug]) for slug in {each.kind for each in self._offered}}

    def _distance(self, message: RichMessage) -> tuple[bool, bool]:
        name, typed = message.name.casefold(), _bare(self.query)
        return name != typed, not name.startswith(typed)

    @cached_property
    def _narrowed(self) -> list[RichMessage]:
        return [each for each in self._offered if _matches(each, self._terms)]

    @cached_property
    def _found(self) -> list[RichMessage]:
        begun = self._terms.begun
        if begun is None:
            return self._narrowed
        # A lone hash sign asks for the tags.
        return [each for each in self._narrowed if begun and any(tag.startswith(begun) for tag in _tags(each))]


def read(query: str, known: Collection[str]) -> Terms:
    """Return what a search asks for; a known tag is taken whole, blanks and all."""
    longest_first = sorted((tag.casefold() for tag in known), key=len, reverse=True)
    rest, tags, words, begun = _bare(query), list[str](), list[str](), None
    while rest:
        is_tag, rest = rest.startswith("#"), rest.removeprefix("#").lstrip()
        whole = next((tag for tag in longest_first if _begins(rest, tag)), None)
        if whole is None and is_tag:
            typed, hash_sign, after = rest.partition("#")
            begun, rest = typed.strip(), hash_sign + after
            continue
        term = whole or rest.partition("#")[0].split()[0]
        (tags if is_tag else words).append(term)
        rest = rest[len(term) :].lstrip()
    return Terms(tuple(tags), tuple(words), begun)


def _bare(query: str) -> str:
    text = " ".join(query[:LONGEST].casefold().split())
    return text.removeprefix(COMMAND).lstrip() if _begins(text, COMMAND) else text


def _begins(text: str, term: str) -> bool:
    return text.startswith(term) and text[len(term) : len(term) + 1] in ("", " ", "#")


def _matches(message: RichMessage, terms: Terms) -> bool:
    tags = _tags(message)
    texts = [message.name.casefold(), message.description.casefold(), *tags]
    return all(tag in tags for tag in terms.tags) and all(any(word in text for text in texts) for word in terms.words)


def _tags(message: RichMessage) -> list[str]:
    return [tag.casefold() for tag in message.every_tag]
