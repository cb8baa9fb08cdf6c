"""People, queues and workstreams."""

from workstreams.models.agent import Agent
from workstreams.models.queue import Queue
from workstreams.models.token import ApiToken
from workstreams.models.user import User
from workstreams.models.workstream import Workstream

__all__ = ["Agent", "ApiToken", "Queue", "User", "Workstream"]
