"""Reads the plain values from which assignment decides."""

from workstreams.assignment import Candidate
from workstreams.models import Agent, AgentSkill, Queue


def candidates(queue: Queue) -> list[Candidate]:
    """Return the agents who serve a queue and may sign in, with the skills that count; two queries."""
    agents = list(Agent.objects.filter(queues=queue, user__is_active=True).order_by("pk").values_list("pk", flat=True))
    ratings: dict[int, dict[int, int]] = {agent: {} for agent in agents}
    rated = AgentSkill.objects.filter(agent__in=agents, is_active=True).order_by()
    for agent, skill, rating in rated.values_list("agent", "skill", "rating"):
        ratings[agent][skill] = rating
    return [Candidate(agent, ratings[agent]) for agent in agents]
