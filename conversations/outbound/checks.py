"""A system check that asks the database: is anything waiting for longer than a message may?"""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error
from django.db import DEFAULT_DB_ALIAS, connection
from django.db import Error as DatabaseError
from django.db.migrations.executor import MigrationExecutor

from conversations.outbound.overdue import count_overdue

REACH_IT = "See that PostgreSQL runs, and set DATABASE_URL=postgres://user:password@host:5432/name to where it does."


def check_overdue(databases: Sequence[str] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    """Return an error where messages are neither sent nor given up; ``manage.py check --database default`` asks."""
    if DEFAULT_DB_ALIAS not in (databases or ()):
        return []
    try:
        # What only running processes settle must not hold up the migration that lets them run.
        count = 0 if _is_being_updated() else count_overdue()
    except DatabaseError as fault:
        reason = str(fault).partition("\n")[0]
        return [_error(f"The database cannot be asked: {reason}", REACH_IT, "omnichannel.E018")]
    if not count:
        return []
    message = f"{count} messages wait for longer than SETTLE_WITHIN_SECONDS."
    hint = "Start beat and a worker, or look why they do not run: the sweep ends what waits for too long."
    return [_error(message, hint, "omnichannel.E017")]


def _is_being_updated() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _error(message: str, hint: str, name: str) -> Error:
    return Error(message, hint=hint, id=name)
