"""The texts that instances send by themselves, read at once for as many of them as are needed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from django.db.models import Q

from channels_app.automated.texts import Layer, Source, languages_of, to_send
from channels_app.automated.triggers import Trigger
from channels_app.models import AutomatedMessage, ChannelInstance


class Wording:
    """What some instances say for some triggers; one query, however many there are."""

    def __init__(self, instances: Iterable[ChannelInstance], triggers: Collection[Trigger]) -> None:
        languages = {code: languages_of(code) for code in {each.language for each in instances}}
        self._instances: dict[tuple[int, str], Layer] = {}
        self._channel: dict[str, dict[str, Layer]] = defaultdict(dict)
        wanted = Q(instance=None, language__in={code for codes in languages.values() for code in codes})
        wanted |= Q(instance__in={each.pk for each in instances})
        rows = AutomatedMessage.objects.filter(wanted, trigger__in=[trigger.slug for trigger in triggers])
        for row in rows.order_by():
            self._add(row)

    def text(self, trigger: Trigger, instance: ChannelInstance) -> str:
        """Return what the instance sends, its slugs not filled yet; nothing where the message is deactivated."""
        own = self._instances.get((instance.pk, trigger.slug))
        channel = self._channel.get(trigger.slug, {})
        nearest = (own, *(channel.get(code) for code in languages_of(instance.language)))
        return to_send(trigger, [layer for layer in nearest if layer])

    def _add(self, row: AutomatedMessage) -> None:
        if row.instance_id:
            self._instances[row.instance_id, row.trigger] = layer_of(row)
        else:
            self._channel[row.trigger][row.language] = layer_of(row)


def layer_of(row: AutomatedMessage) -> Layer:
    """Return a row as plain values."""
    source = Source.INSTANCE if row.instance_id else Source.CHANNEL
    return Layer(source, row.language, row.text, row.is_active)
