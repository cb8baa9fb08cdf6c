"""Conditions on how a customer came: what a rule may ask, whether it holds, and how people read it.

Texts are compared without regard to capitals. A condition on something that is not set holds for the operators that
deny ("does not equal"), and for no other.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from django.db import models
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

MOST_CONDITIONS = 10
MOST_VALUES = 50
# Apple's links carry 100 characters at most in the documented product; we keep what comes.
LONGEST_VALUE = 255


class Attribute(models.TextChoices):
    """What an entry point tells: the documented attributes of a rule on this channel."""

    INTENT = "intent", gettext_lazy("Intent id")
    GROUP = "group", gettext_lazy("Group id")
    LOCALE = "locale", gettext_lazy("Locale")


class Operator(models.TextChoices):
    """How a text is compared."""

    EQUALS = "equals", gettext_lazy("equals")
    NOT_EQUALS = "not_equals", gettext_lazy("does not equal")
    CONTAINS = "contains", gettext_lazy("contains")
    NOT_CONTAINS = "not_contains", gettext_lazy("does not contain")
    BEGINS = "begins", gettext_lazy("begins with")
    ENDS = "ends", gettext_lazy("ends with")
    ONE_OF = "one_of", gettext_lazy("is one of")
    SET = "set", gettext_lazy("is set (contains data)")
    NOT_SET = "not_set", gettext_lazy("is not set (contains no data)")


class Needs(StrEnum):
    """What stands to the right of an operator."""

    NOTHING = "nothing"
    ONE = "one"
    SEVERAL = "several"


NEEDS = {Operator.SET: Needs.NOTHING, Operator.NOT_SET: Needs.NOTHING, Operator.ONE_OF: Needs.SEVERAL}

HOLDS: Mapping[Operator, Callable[[str, Sequence[str]], bool]] = {
    Operator.EQUALS: lambda text, values: text == values[0],
    Operator.NOT_EQUALS: lambda text, values: text != values[0],
    Operator.CONTAINS: lambda text, values: values[0] in text,
    Operator.NOT_CONTAINS: lambda text, values: values[0] not in text,
    Operator.BEGINS: lambda text, values: text.startswith(values[0]),
    Operator.ENDS: lambda text, values: text.endswith(values[0]),
    Operator.ONE_OF: lambda text, values: text in values,
    Operator.SET: lambda text, _values: bool(text),
    Operator.NOT_SET: lambda text, _values: not text,
}


class WrongCount(ValueError):
    """There are too few or too many values for the operator."""


class Condition(BaseModel):
    """One line of a rule, as it is stored."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    attribute: Attribute
    operator: Operator
    values: tuple[str, ...] = Field(default=(), max_length=MOST_VALUES)

    @model_validator(mode="after")
    def _count(self) -> "Condition":
        count, needs = len(self.values), needs_of(self.operator)
        fits = {Needs.NOTHING: count == 0, Needs.ONE: count == 1, Needs.SEVERAL: count > 0}[needs]
        if not fits or any(not 0 < len(value) <= LONGEST_VALUE for value in self.values):
            raise WrongCount("the values do not fit the operator")
        return self

    def holds(self, known: Mapping[str, str]) -> bool:
        """Tell whether it is so for what is known, by attribute."""
        text = self._comparable(known.get(self.attribute, ""))
        return HOLDS[self.operator](text, [self._comparable(value) for value in self.values])

    def __str__(self) -> str:
        # The remark in brackets helps to choose, not to read.
        operator = str(self.operator.label).partition(" (")[0]
        values = get_text_list([str(value) for value in self.values], _("or"))
        return f"{self.attribute.label} {operator} {values}".strip()

    def _comparable(self, text: str) -> str:
        folded = text.strip().casefold()
        # Devices write en_GB, people en-GB.
        return folded.replace("_", "-") if self.attribute == Attribute.LOCALE else folded


_CONDITIONS: TypeAdapter[tuple[Condition, ...]] = TypeAdapter(tuple[Condition, ...])


def needs_of(operator: str) -> Needs:
    """Return what stands to the right of an operator."""
    return NEEDS.get(Operator(operator), Needs.ONE)


def read_conditions(stored: Any) -> tuple[Condition, ...]:
    """Return the conditions of a rule as it is stored; raise pydantic's ValidationError for what is none."""
    return _CONDITIONS.validate_python(stored)


def as_stored(conditions: Sequence[Condition]) -> list[dict[str, Any]]:
    """Return the conditions as they are stored."""
    return [condition.model_dump(mode="json") for condition in conditions]


def in_words(conditions: Sequence[Condition]) -> str:
    """Return the conditions as one reads them aloud."""
    return _(" and ").join(str(condition) for condition in conditions)
