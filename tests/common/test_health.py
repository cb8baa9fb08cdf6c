"""What machines are told."""

import datetime

import pytest
from django.test import Client, override_settings
from django.utils import timezone

from tests.factories.conversations import InboundReceiptFactory

pytestmark = pytest.mark.django_db


def test_a_process_that_runs_says_so(client: Client) -> None:
    assert client.get("/healthz").content == b"ok\n"


def test_readiness_names_the_ages_of_what_waits(client: Client) -> None:
    InboundReceiptFactory.create(received_at=timezone.now() - datetime.timedelta(seconds=90))

    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json()["database"]
    assert answer.json()["oldest_unprocessed_seconds"] >= 90
    assert answer.json()["oldest_unsent_seconds"] == 0


def test_without_a_broker_the_installation_is_not_ready(client: Client) -> None:
    with override_settings(REDIS_URL="redis://127.0.0.1:1/0"):
        answer = client.get("/readyz")

    assert (answer.status_code, answer.json()["broker"]) == (503, False)
