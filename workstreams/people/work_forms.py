"""What one person is given to work with: capacity, presence, language, queues, skills and profiles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_lazy as _

from omnichannel.common.choices import Choices
from omnichannel.common.records import dress
from workstreams.models import Agent, CapacityProfile, Presence, Queue, Skill
from workstreams.people.fields import OneOf, Rows, check_rating

if TYPE_CHECKING:
    AgentForm = forms.ModelForm[Agent]
else:
    AgentForm = forms.ModelForm

# Empty rows below those that are filled.
EXTRA = 2


class Work(AgentForm):
    """Capacity, presence, language and queues of one person."""

    queues = forms.ModelMultipleChoiceField(
        label=_("queues"),
        queryset=Queue.objects.all(),
        required=False,
        widget=Choices,
        help_text=_("Where this person is offered work."),
    )

    class Meta:
        model = Agent
        fields = ("capacity", "default_presence", "language")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        presence: Any = self.fields["default_presence"]
        presence.queryset = Presence.objects.filter(user_can_set=True)
        presence.empty_label = _("Available, as nothing is chosen")
        self.fields["language"].choices = [  # type: ignore[attr-defined]
            ("", gettext("Every language")),
            *[choice for choice in self.fields["language"].choices if choice[0]],  # type: ignore[attr-defined]
        ]
        self.initial["queues"] = list(self.instance.queues.all())
        dress(self.fields.values())


class SkillRow(forms.Form):
    """One skill of the person."""

    skill = OneOf(label=_("skill"), required=False)
    rating = forms.IntegerField(label=_("proficiency"), required=False, min_value=1)
    is_active = forms.BooleanField(label=_("active"), required=False, initial=True)

    def __init__(self, *args: Any, skills: list[Skill], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["skill"].offer(skills, gettext("Choose a skill"))  # type: ignore[attr-defined]
        dress(self.fields.values())

    def clean(self) -> dict[str, Any] | None:
        """Ask for a rating on the skill's scale."""
        data = super().clean()
        skill = self.cleaned_data.get("skill")
        if skill and "rating" not in self.errors:
            check_rating(self, skill, self.cleaned_data.get("rating"))
        elif self.cleaned_data.get("rating"):
            self.add_error("skill", gettext("Choose the skill that you rated."))
        return data


class ProfileRow(forms.Form):
    """One capacity profile of the person."""

    profile = OneOf(label=_("capacity profile"), required=False)
    custom_limit = forms.IntegerField(label=_("custom limit"), required=False, min_value=1)

    def __init__(self, *args: Any, profiles: list[CapacityProfile], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["profile"].offer(profiles, gettext("Choose a profile"))  # type: ignore[attr-defined]
        dress(self.fields.values())

    def clean(self) -> dict[str, Any] | None:
        """Ask which profile a limit is for."""
        data = super().clean()
        if self.cleaned_data.get("custom_limit") and not self.cleaned_data.get("profile"):
            self.add_error("profile", gettext("Choose the profile that you limited."))
        return data


class SkillRows(Rows):
    """The person's skills."""

    named = "skill"
    twice = gettext_lazy("This skill is in the list already.")


class ProfileRows(Rows):
    """The person's capacity profiles."""

    named = "profile"
    twice = gettext_lazy("This profile is in the list already.")


SkillTable = forms.formset_factory(SkillRow, formset=SkillRows, extra=EXTRA, can_delete=True, can_delete_extra=False)
ProfileTable = forms.formset_factory(
    ProfileRow, formset=ProfileRows, extra=EXTRA, can_delete=True, can_delete_extra=False
)


def skills_of(agent: Agent, entered: Any) -> Any:
    """Return the table of skills, as it is stored or as it was entered."""
    stored = [
        {"skill": row.skill_id, "rating": row.rating, "is_active": row.is_active} for row in agent.agent_skills.all()
    ]
    skills = list(Skill.objects.select_related("rating_model"))
    return SkillTable(entered, prefix="skills", initial=stored, form_kwargs={"skills": skills})


def profiles_of(agent: Agent, entered: Any) -> Any:
    """Return the table of profiles, as it is stored or as it was entered."""
    stored = [{"profile": row.profile_id, "custom_limit": row.custom_limit} for row in agent.agent_capacities.all()]
    profiles = list(CapacityProfile.objects.all())
    return ProfileTable(entered, prefix="profiles", initial=stored, form_kwargs={"profiles": profiles})
