"""What the pages about automated messages show: every trigger with the text that holds in one language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from channels_app.automated.texts import InForce, Layer, Source, in_force, languages_of
from channels_app.automated.triggers import TRIGGERS, Trigger
from channels_app.automated.wording import layer_of
from channels_app.languages import language_choices, language_name
from channels_app.models import AutomatedMessage, ChannelInstance


@dataclass(frozen=True)
class Line:
    """One trigger as the list shows it in one language."""

    trigger: Trigger
    language: str
    in_force: InForce
    languages: tuple[str, ...]
    overriding: int

    @property
    def source(self) -> str:
        """Return the layer in force, with its language where that is another one than was asked for."""
        label = str(Source(self.in_force.source).label)
        is_other = self.in_force.language not in ("", self.language)
        return f"{label}: {language_name(self.in_force.language)}" if is_other else label

    @property
    def language_names(self) -> list[str]:
        """Return the languages in which the channel has a text of its own."""
        return [language_name(code) for code in self.languages]


def lines_in(language: str) -> list[Line]:
    """Return every trigger, in the documented order."""
    rows = list(AutomatedMessage.objects.of_channel().order_by("language"))
    own = Counter(AutomatedMessage.objects.of_current_instances().values_list("trigger", flat=True))
    return [_line(trigger, language, rows, own[trigger.slug]) for trigger in TRIGGERS]


def line_of(trigger: Trigger, language: str) -> Line:
    """Return one trigger."""
    return next(line for line in lines_in(language) if line.trigger == trigger)


def below(trigger: Trigger, language: str) -> InForce:
    """Return what would hold without a text of the channel in this very language."""
    stand_ins = languages_of(language)[1:]
    rows = AutomatedMessage.objects.of_channel().filter(trigger=trigger.slug, language__in=stand_ins)
    return in_force(trigger, [layer_of(row) for row in rows])


def languages_in_use() -> list[tuple[str, str]]:
    """Return the languages of instances at work and of channel texts, the most used first."""
    counts = Counter(ChannelInstance.objects.current().values_list("language", flat=True))
    counts.update(dict.fromkeys(AutomatedMessage.objects.of_channel().values_list("language", flat=True), 0))
    codes = [code for code, _count in counts.most_common()] or ["en"]
    return [(code, language_name(code)) for code in codes]


def known_languages() -> list[tuple[str, str]]:
    """Return the languages that a text may be in, those in use among them."""
    return sorted((dict(language_choices()) | dict(languages_in_use())).items(), key=lambda choice: choice[1])


def language_asked_for(asked: str) -> str:
    """Return the language that a page shows: the one asked for where that is one, else the most used."""
    return asked if asked in dict(known_languages()) else languages_in_use()[0][0]


def instances() -> QuerySet[ChannelInstance]:
    """Return the instances at work with how many messages of their own they have."""
    current = ChannelInstance.objects.current().select_related("account", "workstream")
    return current.annotate(own=Count("automated_messages"))


def _line(trigger: Trigger, language: str, rows: Iterable[AutomatedMessage], overriding: int) -> Line:
    mine = {row.language: layer_of(row) for row in rows if row.trigger == trigger.slug}
    layers: list[Layer] = [mine[code] for code in languages_of(language) if code in mine]
    spoken = tuple(code for code, layer in mine.items() if layer.text)
    return Line(trigger, language, in_force(trigger, layers), spoken, overriding)


def row_of(trigger: Trigger, language: str) -> AutomatedMessage | None:
    """Return what the channel has of its own for a trigger in a language."""
    return AutomatedMessage.objects.of_channel().filter(trigger=trigger.slug, language=language).first()
