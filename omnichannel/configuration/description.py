"""How a kind of record stands in the file: under which name, known by what, with which of its fields."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import Model, QuerySet

from omnichannel.common.encryption import EncryptedTextField

# What a record is known by: a text, or several values where it takes several to tell records apart.
Natural = Any


@dataclass(frozen=True)
class Description:
    """One section of the file.

    Every field of the model is in it, so that a new one comes along by itself, except for what ``left_out`` names and
    for what leads to records that have no section: people and conversations never do.
    """

    section: str
    model: type[Model]
    # The fields that tell its records apart everywhere, in place of ids; none where there is one record only.
    key: tuple[str, ...]
    left_out: frozenset[str] = frozenset()
    # What is decided when a record is added, and never again.
    fixed: frozenset[str] = frozenset()
    # Which rows belong to the set-up, where some are only history.
    rows: Callable[[], QuerySet[Any]] | None = field(default=None, compare=False)
    # What follows from the fields of the file before a record is kept; raises ValidationError where it cannot be kept.
    settle: Callable[[Any], None] | None = field(default=None, compare=False)

    @property
    def is_single(self) -> bool:
        """Tell whether there is one record only, whoever sets up what."""
        return not self.key

    def all(self) -> QuerySet[Any]:
        """Return the rows that belong to the set-up."""
        return self.rows() if self.rows else self.model._default_manager.all()

    def fields(self, described: dict[type[Model], Description]) -> Iterator[models.Field[Any, Any]]:
        """Yield the fields that are in the file."""
        for each in (*self.model._meta.concrete_fields, *self.model._meta.many_to_many):
            if each.name not in self.left_out and _is_set_up(each) and _leads_inside(each, described):
                yield each


def is_secret(each: models.Field[Any, Any]) -> bool:
    """Tell whether the file only says that there is a value."""
    return isinstance(each, EncryptedTextField)


def _is_set_up(each: models.Field[Any, Any]) -> bool:
    is_clock = getattr(each, "auto_now", False) or getattr(each, "auto_now_add", False)
    return not (each.primary_key or is_clock or isinstance(each, models.FileField | models.BinaryField))


def _leads_inside(each: models.Field[Any, Any], described: dict[type[Model], Description]) -> bool:
    return not each.is_relation or each.related_model in described
