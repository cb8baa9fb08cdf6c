"""Who reads the ledger."""

from tests.portal.visitors import administrator, agent, supervisor

__all__ = ["administrator", "agent", "supervisor"]
