"""A message on the designer's desk: its content as the page has it, and all that the page says about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from richmessages.designer.preview import Case, Preview, preview
from richmessages.designer.reading import as_json
from richmessages.designer.tree import Node, has_field, picture_fields, tree
from richmessages.kinds.kind import Fault
from richmessages.lint import Sources, is_complete
from richmessages.models import RichMessage, SourceState


@dataclass(frozen=True)
class Desk:
    """What one answer shows; ``is_checked`` says that gaps are marked too, not only what is wrong."""

    message: RichMessage
    content: dict[str, Any]
    found: Sequence[Fault]
    sources: Sources
    is_checked: bool = False
    cases: frozenset[Case] = frozenset()
    focus: str = ""
    # Whether all fields are drawn anew, and what the page tells beside them.
    has_fields: bool = True
    told: str = ""
    refusal: str = ""
    pasted: str = ""
    # Where somebody else has written since: the revision that this page was made from.
    outdated: int | None = None

    @property
    def faults(self) -> list[Fault]:
        """Return what is marked: what lasts, and no gaps while somebody fills in the form for the first time."""
        lasting = [fault for fault in self.found if not fault.is_passing]
        return [fault for fault in lasting if self.is_checked or not self._is_gap(fault)]

    @property
    def has_conflict(self) -> bool:
        """Tell whether nothing more is kept until somebody chooses between two versions."""
        return self.outdated is not None

    @property
    def revision(self) -> int:
        """Return the revision that the next write of this page names."""
        return self.message.revision if self.outdated is None else self.outdated

    @property
    def gaps(self) -> int:
        """Return how many things somebody has to do before it can be published."""
        return sum(not (fault.is_warning or fault.is_passing) for fault in self.found)

    @property
    def is_complete(self) -> bool:
        """Tell whether it may be published."""
        return is_complete(list(self.found))

    @property
    def has_edits(self) -> bool:
        """Tell whether agents still send something else."""
        return self.message.edits is not None

    @cached_property
    def nodes(self) -> list[Node]:
        """Return the form."""
        return tree(self.message.described, self.content, self.faults, self.sources)

    @property
    def pictures(self) -> list[dict[str, Any]]:
        """Return what is known of each picture, by the name of its field; the whole form would take longer to make."""
        kind = self.message.described
        fields = picture_fields(kind, self.content)
        return [{"name": name, "source": self.sources.get(url)} for name, url in fields]

    @property
    def is_waiting(self) -> bool:
        """Tell whether a picture is still being fetched."""
        return any(source.state == SourceState.WAITING for source in self.sources.values())

    @property
    def elsewhere(self) -> list[Fault]:
        """Return what is wrong at no field: with the message as a whole, or with names that it has no field for."""
        kind = self.message.described
        return [fault for fault in self.faults if not has_field(kind, self.content, fault.path)]

    @cached_property
    def preview(self) -> Preview:
        """Return what the phone shows."""
        return preview(self.message.described, self.content, self.sources, self.cases, self.message.locale)

    @property
    def json(self) -> str:
        """Return the content as people copy it."""
        return as_json(self.content)

    def _is_gap(self, fault: Fault) -> bool:
        value: Any = self.content
        for step in fault.path:
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError):
                return True
        return value in ("", None, [])
