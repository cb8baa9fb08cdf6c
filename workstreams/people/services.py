"""Writes on people: what they are there for, what they are given to work with, and the skills there are."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, Group
from django.db import transaction
from django.http import HttpRequest

from omnichannel.audit import changes
from workstreams.models import Agent, AgentCapacity, AgentSkill, Queue, Skill, SkillType, User
from workstreams.roles import Role

# Who answers customers has an agent's side: supervisors step in too.
ANSWERING = frozenset({Role.AGENT, Role.SUPERVISOR})
RATED = ["rating", "is_active"]


@dataclass(frozen=True)
class Duties:
    """What a person is there for."""

    roles: frozenset[Role]
    agent_name: str = ""
    queues: Iterable[Queue] = ()
    secret_rights: tuple[str, ...] = ()


@transaction.atomic
def assign_duties(user: User, duties: Duties) -> None:
    """Give a person exactly these roles, and an agent's side where one of them answers customers."""
    user.groups.set(Group.objects.filter(name__in=[role.value for role in duties.roles]))
    user.secret_rights = sorted(duties.secret_rights)
    user.save(update_fields=["secret_rights"])
    if duties.roles & ANSWERING:
        agent, _is_new = Agent.objects.update_or_create(
            user=user, defaults={"name": duties.agent_name or str(user)[:64]}
        )
        agent.queues.set(duties.queues)
    else:
        # The agent's side stays, since past conversations name it; no queue offers it work any more.
        for agent in Agent.objects.filter(user=user):
            agent.queues.clear()


def save_work(
    agent: Agent,
    *,
    queues: Iterable[Queue],
    skills: list[dict[str, Any]],
    profiles: list[dict[str, Any]],
    by: AbstractBaseUser | AnonymousUser,
    request: HttpRequest | None = None,
) -> None:
    """Save an agent with exactly these queues, skills and capacity profiles; rows as their tables name the columns."""
    with changes.watched(agent.user, by=by, request=request):
        agent.save()
        agent.queues.set(queues)
        _save_skills(agent, skills)
        _save_profiles(agent, profiles)


def _save_skills(agent: Agent, skills: list[dict[str, Any]]) -> None:
    agent.agent_skills.exclude(skill__in=[row["skill"] for row in skills]).delete()
    AgentSkill.objects.bulk_create(
        [AgentSkill(agent=agent, **{name: row[name] for name in ("skill", *RATED)}) for row in skills],
        update_conflicts=True,
        unique_fields=["agent", "skill"],
        update_fields=RATED,
    )


def _save_profiles(agent: Agent, profiles: list[dict[str, Any]]) -> None:
    agent.agent_capacities.exclude(profile__in=[row["profile"] for row in profiles]).delete()
    AgentCapacity.objects.bulk_create(
        [AgentCapacity(agent=agent, profile=row["profile"], custom_limit=row["custom_limit"]) for row in profiles],
        update_conflicts=True,
        unique_fields=["agent", "profile"],
        update_fields=["custom_limit"],
    )


@transaction.atomic
def save_skill(skill: Skill, *, type_name: str) -> Skill:
    """Save it under the type of that name, which is made where it does not exist."""
    skill.type = SkillType.objects.get_or_create(name=type_name)[0]
    skill.save()
    return skill
