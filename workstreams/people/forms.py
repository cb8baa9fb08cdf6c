"""What people type about skills, capacity, presence and quick replies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html, format_html_join
from django.utils.text import get_text_list
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from omnichannel.common.choices import Choices
from omnichannel.common.locales import locale_choices
from workstreams.models import CapacityProfile, Presence, QuickReply, RatingModel, Skill, SkillType
from workstreams.models.capacity import ResetFrequency
from workstreams.models.presence import BaseStatus
from workstreams.models.quick_reply import TEXT_LIMIT
from workstreams.slugs import NAMES, unknown_slugs

if TYPE_CHECKING:
    SkillForm = forms.ModelForm[Skill]
    RatingForm = forms.ModelForm[RatingModel]
    ProfileForm = forms.ModelForm[CapacityProfile]
    PresenceForm = forms.ModelForm[Presence]
    ReplyForm = forms.ModelForm[QuickReply]
else:
    SkillForm = RatingForm = ProfileForm = PresenceForm = ReplyForm = forms.ModelForm


class Lines(forms.CharField):
    """Texts, one on each line."""

    widget: Any = forms.Textarea(attrs={"rows": 5})
    separator = "\n"
    longest = 100

    def prepare_value(self, value: Any) -> Any:
        return self.separator.join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return [line.strip() for line in str(super().to_python(value)).split(self.separator.strip(" ")) if line.strip()]

    def validate(self, value: Any) -> None:
        super().validate(value)
        too_long = next((line for line in value if len(line) > self.longest), None)
        if too_long:
            raise ValidationError(
                _("“%(line)s” is too long: %(most)s characters at most."),
                code="long",
                params={"line": too_long[:40] + "…", "most": self.longest},
            )

    def run_validators(self, value: Any) -> None:
        super().run_validators(self.separator.join(value))


class Tags(Lines):
    """Words that are searched, parted by commas; each counts once."""

    widget = forms.TextInput
    separator = ", "
    longest = 50

    def to_python(self, value: Any) -> Any:
        found = (part.strip() for part in str(super(Lines, self).to_python(value)).split(","))
        return list(dict.fromkeys(filter(None, found)))


class SkillDetails(SkillForm):
    """A skill, of a type that exists or is new."""

    type_name = forms.CharField(label=_("type"), max_length=100)

    class Meta:
        model = Skill
        fields = ("name", "rating_model", "description")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "type_name" in self.fields:
            if self.instance.pk:
                self.initial["type_name"] = self.instance.type.name
            self.fields["type_name"].help_text = self._about_types()
        if "rating_model" in self.fields:
            self._offer_scales(self.fields["rating_model"])

    def _about_types(self) -> str:
        names = [f"“{name}”" for name in SkillType.objects.values_list("name", flat=True)[:8]]
        if not names:
            return gettext("Groups skills: Languages, Products.")
        return gettext("%(names)s, or a new one.") % {"names": get_text_list(names, gettext("or"))}

    def _offer_scales(self, field: Any) -> None:
        field.empty_label = None
        field.help_text = _("The scale on which agents are rated.")
        if self.instance.pk and self.instance.agent_skills.exists():
            field.disabled = True
            field.help_text = _("Fixed, since agents are rated on it.")


class Scale(RatingForm):
    """A scale, with a word for each value."""

    labels = Lines(
        label=_("labels"), required=False, max_length=5000, help_text=_("One on each line, from the lowest value on.")
    )

    class Meta:
        model = RatingModel
        fields = ("name", "minimum", "maximum", "labels")

    def clean(self) -> dict[str, Any] | None:
        """Refuse more labels than values, and an end that somebody's rating lies beyond."""
        data = super().clean()
        entered = self.cleaned_data
        if {"minimum", "maximum"} <= set(entered):
            values = entered["maximum"] - entered["minimum"] + 1
            if 1 < values < len(entered.get("labels", ())):
                self.add_error("labels", _("There are more labels than values. Leave out some, or raise the highest."))
            self._check_ratings(entered["minimum"], entered["maximum"])
        return data

    def _check_ratings(self, minimum: int, maximum: int) -> None:
        if not self.instance.pk:
            return
        given = Skill.objects.filter(rating_model=self.instance, agent_skills__isnull=False)
        if given.filter(agent_skills__rating__lt=minimum).exists():
            self.add_error("minimum", _("Agents have a lower rating. Change theirs first."))
        if given.filter(agent_skills__rating__gt=maximum).exists():
            self.add_error("maximum", _("Agents have a higher rating. Change theirs first."))


class Profile(ProfileForm):
    """A limit for one kind of work."""

    reset = forms.ChoiceField(
        label=_("reset frequency"),
        choices=ResetFrequency.choices,
        initial=ResetFrequency.IMMEDIATE,
        widget=forms.RadioSelect,
        help_text=_("Cannot be changed later."),
    )

    class Meta:
        model = CapacityProfile
        fields = ("name", "limit", "reset", "blocks_assignment")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "reset" in self.fields and self.instance.pk:
            self.fields["reset"].disabled = True
            self.fields["reset"].help_text = _("Fixed. Create another profile to have another frequency.")


class CustomPresence(PresenceForm):
    """A presence of the company's own."""

    base_status = forms.ChoiceField(
        label=_("base status"),
        choices=BaseStatus.choices,
        help_text=_("Decides who is offered work; name and text do not."),
    )

    class Meta:
        model = Presence
        fields = ("name", "text", "base_status", "description", "user_can_set")


class Reply(ReplyForm):
    """A canned text in one language."""

    locale = forms.ChoiceField(
        label=_("locale"),
        choices=locale_choices,
        initial="en-US",
        help_text=_("One record for each language; nothing is translated by itself."),
    )
    text = forms.CharField(label=_("message"), max_length=TEXT_LIMIT, widget=forms.Textarea(attrs={"rows": 6}))
    tags = Tags(
        label=_("tags"), required=False, max_length=500, help_text=_("Words that find it, with commas between them.")
    )

    class Meta:
        model = QuickReply
        fields = ("title", "locale", "text", "tags", "workstreams")
        widgets = {"workstreams": Choices}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "text" in self.fields:
            codes = format_html_join(" ", "<code>{}</code>", ((f"{{{name}}}",) for name in sorted(NAMES)))
            about = gettext("Filled in when it is used: {} and, for a context variable, {}.")
            self.fields["text"].help_text = format_html(about, codes, format_html("<code>{}</code>", "{OCContext.key}"))

    def clean_text(self) -> str:
        """Return the text, unless it names something that nothing can fill."""
        text: str = self.cleaned_data["text"]
        unknown = unknown_slugs(text)
        if unknown:
            raise ValidationError(
                _("Nothing fills in %(slugs)s. Copy one of those below."),
                code="slug",
                params={"slugs": ", ".join(unknown)},
            )
        return text
