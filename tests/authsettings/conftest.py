"""Who visits the portal."""

from tests.portal.visitors import administrator, agent, supervisor

__all__ = ["administrator", "agent", "supervisor"]
