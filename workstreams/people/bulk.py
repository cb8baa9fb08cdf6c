"""Changes of many people at once: a few statements each, whatever their number."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from omnichannel.audit import changes as audit
from omnichannel.audit.models import Action
from workstreams.models import Agent, AgentCapacity, AgentSkill, CapacityProfile, Queue, Skill, User

PEOPLE_LIMIT = 200
ATTRIBUTE_LIMIT = 5


class SkillAct(models.TextChoices):
    """What happens to a skill of everybody who was chosen."""

    ADD = "add", _("Add, or rate anew")
    ACTIVATE = "activate", _("Activate")
    DEACTIVATE = "deactivate", _("Deactivate")
    REMOVE = "remove", _("Remove")


class Act(models.TextChoices):
    """What happens to a queue or a profile of everybody who was chosen."""

    ADD = "add", _("Add")
    REMOVE = "remove", _("Remove")


@dataclass(frozen=True)
class SkillChange:
    """One skill; ``rating`` counts where it is added."""

    act: SkillAct
    skill: Skill
    rating: int = 0


@dataclass(frozen=True)
class QueueChange:
    """One queue."""

    act: Act
    queue: Queue


@dataclass(frozen=True)
class CapacityChange:
    """One profile; without a custom limit its own holds."""

    act: Act
    profile: CapacityProfile
    custom_limit: int | None = None


def update_skills(
    agents: Sequence[Agent], changes: Sequence[SkillChange], *, by: User, request: HttpRequest | None = None
) -> None:
    """Give, rate, switch or take skills; who does not have one is not concerned by switching it."""
    with _watched(agents, by, request):
        for change in changes:
            had = AgentSkill.objects.filter(agent__in=agents, skill=change.skill)
            if change.act == SkillAct.ADD:
                rate(agents, change.skill, change.rating)
            elif change.act == SkillAct.REMOVE:
                had.delete()
            else:
                had.update(is_active=change.act == SkillAct.ACTIVATE)


def rate(agents: Sequence[Agent], skill: Skill, rating: int) -> None:
    """Give everybody an active skill of this rating, also those who had it otherwise."""
    AgentSkill.objects.bulk_create(
        [AgentSkill(agent=agent, skill=skill, rating=rating, is_active=True) for agent in agents],
        update_conflicts=True,
        unique_fields=["agent", "skill"],
        update_fields=["rating", "is_active"],
    )


def update_queues(
    agents: Sequence[Agent], changes: Sequence[QueueChange], *, by: User, request: HttpRequest | None = None
) -> None:
    """Let everybody serve these queues, or no longer."""
    with _watched(agents, by, request):
        for change in changes:
            if change.act == Act.ADD:
                change.queue.agents.add(*agents)
            else:
                change.queue.agents.remove(*agents)


def update_capacity(
    agents: Sequence[Agent], changes: Sequence[CapacityChange], *, by: User, request: HttpRequest | None = None
) -> None:
    """Limit everybody by these profiles, or no longer."""
    with _watched(agents, by, request):
        for change in changes:
            if change.act == Act.ADD:
                limit(agents, change.profile, change.custom_limit)
            else:
                AgentCapacity.objects.filter(agent__in=agents, profile=change.profile).delete()


def limit(agents: Sequence[Agent], profile: CapacityProfile, custom_limit: int | None) -> None:
    """Limit everybody by a profile, also those whom it limited otherwise."""
    AgentCapacity.objects.bulk_create(
        [AgentCapacity(agent=agent, profile=profile, custom_limit=custom_limit) for agent in agents],
        update_conflicts=True,
        unique_fields=["agent", "profile"],
        update_fields=["custom_limit"],
    )


def _watched(agents: Sequence[Agent], by: User, request: HttpRequest | None) -> AbstractContextManager[None]:
    people = User.objects.filter(pk__in=[agent.user_id for agent in agents])
    return audit.all_watched(people, by=by, request=request, action=Action.PEOPLE_CHANGED)
