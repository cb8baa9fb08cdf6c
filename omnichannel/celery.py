"""The Celery application; its tasks only ring and drain, rows hold the work."""

import os
from typing import Any

from celery import Celery
from celery.signals import task_prerun
from django.db import close_old_connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "omnichannel.settings")

app = Celery("omnichannel")
app.config_from_object("django.conf:settings", namespace="CELERY")
# Every installed app, and the two halves of the live product, which keep their tasks beside what they start.
app.autodiscover_tasks()
app.autodiscover_tasks(["conversations.inbound", "conversations.outbound"])


@task_prerun.connect
def mend_connection(**_: Any) -> None:
    """Have a task find a connection that works: Celery keeps even one whose database has restarted meanwhile."""
    close_old_connections()
