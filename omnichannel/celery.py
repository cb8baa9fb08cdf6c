"""The Celery application; its tasks only ring and drain, rows hold the work."""

import os
from typing import Any

import structlog
from celery import Celery
from celery.signals import before_task_publish, task_failure, task_postrun, task_prerun
from django.db import close_old_connections

from omnichannel.common import task_counts

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "omnichannel.settings")

app = Celery("omnichannel")
app.config_from_object("django.conf:settings", namespace="CELERY")
# Every installed app, and the parts of the live product, which keep their tasks beside what they start.
app.autodiscover_tasks()
app.autodiscover_tasks(
    [
        "conversations.inbound",
        "conversations.outbound",
        "conversations.privacy",
        "channels_app.doctor",
        "richmessages.pictures",
    ]
)

log = structlog.get_logger(__name__)


@before_task_publish.connect
def name_the_ringer(headers: dict[str, Any] | None = None, **_: Any) -> None:
    """Have the task's log lines name the request, or the task, that rang for it."""
    bound = structlog.contextvars.get_contextvars()
    if headers is not None and (ringer := bound.get("request_id") or bound.get("task_id")):
        headers["rung_by"] = ringer


@task_prerun.connect
def begin(task: Any, task_id: str, **_: Any) -> None:
    """Have every log line of a task carry its id."""
    structlog.contextvars.clear_contextvars()
    ringer = getattr(task.request, "rung_by", None)
    structlog.contextvars.bind_contextvars(task=task.name, task_id=task_id, **({"rung_by": ringer} if ringer else {}))


@task_prerun.connect
def mend_connection(**_: Any) -> None:
    """Have a task find a connection that works: Celery keeps even one whose database has restarted meanwhile."""
    close_old_connections()


@task_failure.connect
def tell_failure(exception: BaseException, **_: Any) -> None:
    """Write down that a task failed, in words that hold no data."""
    log.error("task_failed", exc_info=exception)


@task_postrun.connect
def end(task: Any, state: str | None = None, **_: Any) -> None:
    """Count the run, and let go of what its lines carried."""
    task_counts.note(task.name, state or "UNKNOWN")
    structlog.contextvars.clear_contextvars()
