"""What people write that is sent by itself, and for which of the triggers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.forms.formsets import DELETION_FIELD_NAME
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from channels_app.automated.listing import known_languages
from channels_app.automated.preview import shown_in_bubble
from channels_app.automated.services import Said
from channels_app.automated.texts import faults_of
from channels_app.automated.triggers import TRIGGER_BY_SLUG, TRIGGERS, Trigger, choices
from channels_app.models import ChannelInstance
from omnichannel.common.records import dress

if TYPE_CHECKING:
    PlainFormSet = forms.BaseFormSet["OwnText"]
else:
    PlainFormSet = forms.BaseFormSet

TEXT_LIMIT = 2000


class Slotted(forms.CharField):
    """A text with slugs in it; one that stands for nothing is named, since the customer would read it as it is."""

    def __init__(self, **kwargs: Any) -> None:
        # Marked for the page's script, which shows the bubble and offers the slugs.
        writer = forms.Textarea(attrs={"rows": 4, "data-slotted": ""})
        super().__init__(max_length=TEXT_LIMIT, widget=writer, **kwargs)

    def validate(self, value: Any) -> None:
        super().validate(value)
        if faults := faults_of(value):
            raise ValidationError(faults, code="unknown_slug")


class ChannelText(forms.Form):
    """The channel's text for one trigger in one language."""

    text = Slotted(label=_("localized text"))
    is_active = forms.BooleanField(
        label=_("active"), required=False, help_text=_("A message that is not active is not sent.")
    )
    description = forms.CharField(
        label=_("message description"),
        required=False,
        max_length=TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For your colleagues; customers never see it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self.fields.values())


class Selection(forms.Form):
    """The triggers that were ticked in the list, and the language of that list."""

    trigger = forms.MultipleChoiceField(
        choices=choices, error_messages={"required": _("Tick the messages that you want to change.")}
    )
    language = forms.ChoiceField(label=_("language code"), choices=known_languages)

    @property
    def triggers(self) -> list[Trigger]:
        """Return them in the documented order."""
        ticked = self.cleaned_data["trigger"]
        return [trigger for trigger in TRIGGERS if trigger.slug in ticked]


class BulkText(Selection):
    """One text, in one language, for every ticked trigger."""

    text = Slotted(label=_("localized text"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress((self.fields["language"], self.fields["text"]))


class OwnText(forms.Form):
    """What an instance says for one trigger instead of the channel's text."""

    trigger = forms.ChoiceField(label=_("message trigger"), choices=lambda: [("", _("Choose a trigger")), *choices()])
    text = Slotted(
        label=_("automated message"),
        help_text=_("{AgentName}, {QueueName} and context variables like {$OrderID$} are replaced."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self.fields.values())


class InstanceMessage(OwnText):
    """The same, with whether it is sent; the slugs stand beside the field."""

    text = Slotted(label=_("automated message"))
    is_active = forms.BooleanField(
        label=_("active"),
        required=False,
        initial=True,
        help_text=_("Not active: this instance sends nothing here, whatever the channel does."),
    )

    @property
    def bubble(self) -> str:
        """Return what the customer's phone shows of it."""
        return shown_in_bubble(self["text"].value() or "")


class OwnTexts(PlainFormSet):
    """All messages of one instance, at most one for each trigger; rows left empty are passed over."""

    def clean(self) -> None:
        """Say at its field that a trigger is there twice."""
        seen: set[str] = set()
        for form in self._written:
            trigger = form.cleaned_data.get("trigger")
            if trigger and trigger in seen:
                form.add_error("trigger", gettext("This trigger has a message already. Keep one of the two."))
            seen.add(trigger or "")

    @property
    def said(self) -> list[Said]:
        """Return what the instance is to say, ready for ``write_instance_messages``."""
        return [
            Said(form.cleaned_data["trigger"], form.cleaned_data["text"], form.cleaned_data.get("is_active"))
            for form in self._written
        ]

    @property
    def _written(self) -> list[OwnText]:
        filled = (form for form in self.forms if form.cleaned_data)
        return [form for form in filled if not form.cleaned_data.get(DELETION_FIELD_NAME)]


def _set_of(form: type[OwnText], **how: Any) -> type[OwnTexts]:
    made = forms.formset_factory(form, OwnTexts, can_delete=True, max_num=len(TRIGGERS), **how)
    return cast("type[OwnTexts]", made)


OwnTextSet = _set_of(OwnText, extra=0)
InstanceMessages = _set_of(InstanceMessage, extra=1, validate_max=True)


def initial_messages(instance: ChannelInstance) -> list[dict[str, Any]]:
    """Return what an instance says now, as the formset wants it: ``InstanceMessages(initial=...)``."""
    rows = {row.trigger: row for row in instance.automated_messages.all() if row.trigger in TRIGGER_BY_SLUG}
    ordered = [rows[trigger.slug] for trigger in TRIGGERS if trigger.slug in rows]
    return [{"trigger": row.trigger, "text": row.text, "is_active": row.is_active} for row in ordered]
