"""Writes on people, queues and workstreams that touch more than one row."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone

from workstreams.models import Agent, ApiToken, Queue, User, Workstream
from workstreams.roles import Role

# Who answers customers has an agent's side: supervisors step in too.
ANSWERING = frozenset({Role.AGENT, Role.SUPERVISOR})


@transaction.atomic
def save_workstream(workstream: Workstream, *, new_queue: str = "") -> Workstream:
    """Save it, with a new and empty fallback queue where a name for one is given."""
    if new_queue:
        workstream.fallback_queue = Queue.objects.create(name=new_queue)
    workstream.save()
    return workstream


@dataclass(frozen=True)
class Duties:
    """What a person is there for."""

    roles: frozenset[Role]
    agent_name: str = ""
    queues: Iterable[Queue] = ()


@transaction.atomic
def assign_duties(user: User, duties: Duties) -> None:
    """Give a person exactly these roles, and an agent's side where one of them answers customers."""
    user.groups.set(Group.objects.filter(name__in=[role.value for role in duties.roles]))
    if duties.roles & ANSWERING:
        agent, _ = Agent.objects.update_or_create(user=user, defaults={"name": duties.agent_name or str(user)[:64]})
        agent.queues.set(duties.queues)
    else:
        # The agent's side stays, since past conversations name it; no queue offers it work any more.
        for agent in Agent.objects.filter(user=user):
            agent.queues.clear()


def issue_token(token: ApiToken) -> str:
    """Store a new token by its digest and return its text, which nobody can read again."""
    text = ApiToken.generate()
    token.digest = ApiToken.digest_of(text)
    token.save()
    return text


def revoke_token(token: ApiToken) -> None:
    """Refuse the token from now on; revoking twice keeps the first time."""
    ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now())
