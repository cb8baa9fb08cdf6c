"""Changes what is sent by itself: for the whole channel in one language, or for one instance."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import transaction
from django.http import HttpRequest

from channels_app.automated.texts import languages_of
from channels_app.automated.triggers import Trigger
from channels_app.models import AutomatedMessage, ChannelInstance
from channels_app.models.automated import AutomatedMessageQuerySet
from omnichannel.audit import changes

# Who changes something; None where a program does.
Person = AbstractBaseUser | AnonymousUser | None


@dataclass(frozen=True)
class Said:
    """What an instance says for one trigger; whether it is active stays as it was where that is None."""

    trigger: str
    text: str
    is_active: bool | None = None


def write_text(
    triggers: Collection[Trigger],
    language: str,
    text: str,
    *,
    is_active: bool | None = None,
    description: str | None = None,
    by: Person,
    request: HttpRequest | None = None,
) -> None:
    """Set the channel's text of triggers in one language; whether they are active stays unless it is given."""
    given = {"text": text, "is_active": is_active, "description": description}
    with changes.all_watched(_rows(triggers, language), by=by, request=request):
        _make_rows(triggers, language)
        _rows(triggers, language).update(**{name: value for name, value in given.items() if value is not None})


def set_active(
    triggers: Collection[Trigger], language: str, *, is_active: bool, by: Person, request: HttpRequest | None = None
) -> None:
    """Have the channel's messages of one language sent, or not; their texts stay."""
    with changes.all_watched(_rows(triggers, language), by=by, request=request):
        _make_rows(triggers, language)
        _rows(triggers, language).update(is_active=is_active)


def reset(triggers: Collection[Trigger], language: str, *, by: Person, request: HttpRequest | None = None) -> None:
    """Go back to what holds without a text of the channel in this language."""
    with changes.all_watched(_rows(triggers, language), by=by, request=request):
        _rows(triggers, language).delete()


@transaction.atomic
def write_instance_messages(
    instance: ChannelInstance, said: Sequence[Said], *, by: Person, request: HttpRequest | None = None
) -> None:
    """Have an instance say exactly this by itself; what is not among it is inherited from the channel."""
    ChannelInstance.objects.select_for_update().get(pk=instance.pk)
    with changes.all_watched(instance.automated_messages.all(), by=by, request=request):
        instance.automated_messages.exclude(trigger__in=[each.trigger for each in said]).delete()
        known = {row.trigger: row for row in instance.automated_messages.all()}
        for each in said:
            # A handful of rows that a person typed.
            row = known.get(each.trigger) or AutomatedMessage(instance=instance, trigger=each.trigger)
            row.language, row.text = instance.language, each.text
            row.is_active = row.is_active if each.is_active is None else each.is_active
            row.save()


def _rows(triggers: Collection[Trigger], language: str) -> AutomatedMessageQuerySet:
    return AutomatedMessage.objects.of_channel().filter(trigger__in=[each.slug for each in triggers], language=language)


def _make_rows(triggers: Collection[Trigger], language: str) -> None:
    here = _active_by_trigger(triggers, language)
    # A text for French in Canada stays switched off where French is.
    above = _active_by_trigger(triggers, languages_of(language)[-1])
    missing = [each for each in triggers if each.slug not in here]
    # Somebody else may be about to make the same ones.
    AutomatedMessage.objects.bulk_create(
        [
            AutomatedMessage(trigger=each.slug, language=language, is_active=above.get(each.slug, each.is_active))
            for each in missing
        ],
        ignore_conflicts=True,
    )


def _active_by_trigger(triggers: Collection[Trigger], language: str) -> dict[str, bool]:
    return dict(_rows(triggers, language).values_list("trigger", "is_active"))
