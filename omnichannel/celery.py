"""The Celery application; its tasks only ring and drain, rows hold the work."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "omnichannel.settings")

app = Celery("omnichannel")
app.config_from_object("django.conf:settings", namespace="CELERY")
# Every installed app, and the two halves of the live product, which keep their tasks beside what they start.
app.autodiscover_tasks()
app.autodiscover_tasks(["conversations.inbound", "conversations.outbound"])
