"""People, queues and workstreams."""

from workstreams.models.agent import Agent
from workstreams.models.capacity import AgentCapacity, CapacityProfile
from workstreams.models.presence import BaseStatus, Presence
from workstreams.models.queue import Queue
from workstreams.models.quick_reply import QuickReply
from workstreams.models.rule import RouteRule
from workstreams.models.skill import AgentSkill, RatingModel, Skill, SkillType
from workstreams.models.token import ApiToken
from workstreams.models.user import User
from workstreams.models.workstream import Workstream

__all__ = [
    "Agent",
    "AgentCapacity",
    "AgentSkill",
    "ApiToken",
    "BaseStatus",
    "CapacityProfile",
    "Presence",
    "Queue",
    "QuickReply",
    "RatingModel",
    "RouteRule",
    "Skill",
    "SkillType",
    "User",
    "Workstream",
]
