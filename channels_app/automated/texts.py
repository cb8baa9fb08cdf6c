"""Which text a trigger sends, and what its slugs become: plain values in, plain values out.

Three layers, the nearest counts: the instance's own text, the channel's text in the instance's language or in the
language without its region, the stock text. A layer with an empty text only says whether the message is active.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channels_app.automated.triggers import Trigger

# What stands for what the conversation knows; the two of the documentation, and the place that one stock text names.
SLUGS: dict[str, Promise] = {
    "AgentName": gettext_lazy("name of the agent"),
    "QueueName": gettext_lazy("name of the queue"),
    "QueuePosition": gettext_lazy("place in the queue, in the message about it"),
}
_SLOT = re.compile(r"\{\$(?P<variable>[^{}]*)\$\}|\{(?P<slug>" + "|".join(SLUGS) + r")\}")
_BRACES = re.compile(r"\{[^{}]*\}")
_VARIABLE = re.compile(r"\{\$[A-Za-z0-9_]+\$\}")


class Source(models.TextChoices):
    """The layer that a text comes from."""

    STOCK = "stock", gettext_lazy("Stock text")
    CHANNEL = "channel", gettext_lazy("Channel text")
    INSTANCE = "instance", gettext_lazy("Text of the instance")


@dataclass(frozen=True)
class Layer:
    """What a person decided for one trigger: a text, or none to keep the next one's, and whether it is sent."""

    source: Source
    language: str
    text: str
    is_active: bool


@dataclass(frozen=True)
class InForce:
    """What holds for a trigger once all layers are looked at."""

    text: str
    is_active: bool
    source: Source
    language: str


def languages_of(code: str) -> tuple[str, ...]:
    """Return the language and what stands in for it: "fr-CA" gives "fr-ca" and "fr"."""
    whole = code.lower().replace("_", "-")
    return tuple(dict.fromkeys((whole, whole.partition("-")[0])))


def in_force(trigger: Trigger, layers: Iterable[Layer]) -> InForce:
    """Return what holds, the layers given nearest first."""
    stock = Layer(Source.STOCK, "", trigger.stock_text, trigger.is_active)
    ordered = [*layers, stock]
    said = next(layer for layer in ordered if layer.text)
    return InForce(said.text, ordered[0].is_active, said.source, said.language)


def to_send(trigger: Trigger, layers: Iterable[Layer]) -> str:
    """Return the text to send, or nothing where the message is deactivated."""
    found = in_force(trigger, layers)
    if found.is_active:
        return found.text
    return trigger.stock_text if trigger.always_sends else ""


def fill(text: str, slug: Callable[[str], str], variable: Callable[[str], object]) -> str:
    """Return the text as the customer reads it, each slug and each context variable replaced by its value."""

    def value(slot: re.Match[str]) -> str:
        name = slot["slug"]
        return slug(name) if name else str(variable(slot["variable"]))

    return _SLOT.sub(value, text)


def faults_of(text: str) -> list[str]:
    """Return what is wrong with the words in braces, in sentences for whoever wrote them."""
    return [_fault(found) for found in dict.fromkeys(_BRACES.findall(text)) if not _is_known(found)]


def _is_known(braces: str) -> bool:
    return braces[1:-1] in SLUGS or bool(_VARIABLE.fullmatch(braces))


def _fault(braces: str) -> str:
    if braces.startswith("{$"):
        return _("%(slug)s is no context variable: its name has letters, digits and _ only, as in {$OrderID$}.") % {
            "slug": braces
        }
    known = ", ".join(f"{{{name}}}" for name in SLUGS)
    return _("%(slug)s stands for nothing. Known are %(known)s, and context variables such as {$OrderID$}.") % {
        "slug": braces,
        "known": known,
    }
