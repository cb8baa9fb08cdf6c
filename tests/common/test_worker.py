"""What every task of a worker can rely on."""

import pytest
from celery import shared_task
from django.db import connection

from workstreams.models import Queue


@shared_task
def count_queues() -> int:
    """A task that asks the database outside any transaction."""
    return Queue.objects.count()


@pytest.mark.django_db(transaction=True)
def test_a_task_works_after_the_database_has_restarted() -> None:
    connection.ensure_connection()
    connection.connection.close()

    assert count_queues.apply().get() == 0
