"""What /metrics says: the truth of the rows, in a handful of bounded questions, to whoever has the token."""

import datetime
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from channels_app.models import ChannelInstance
from conversations.models import Delivery, ReceiptState, State
from omnichannel.checks import check_settings
from omnichannel.common import task_counts
from omnichannel.metrics import process, views
from omnichannel.metrics.rows import Installation
from tests.factories.channels_app import ChannelInstanceFactory
from tests.factories.conversations import (
    AttachmentFactory,
    AttemptFactory,
    ConversationFactory,
    InboundReceiptFactory,
    OutboundFactory,
    ReferenceFactory,
)
from tests.factories.richmessages import PictureSourceFactory
from tests.factories.workstreams import AgentFactory

TOKEN = "a-token-of-thirty-two-characters"
Numbers = dict[tuple[str, frozenset[tuple[str, str]]], float]


def ago(seconds: float) -> datetime.datetime:
    return timezone.now() - datetime.timedelta(seconds=seconds)


def numbers_in(metrics: Any) -> Numbers:
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value for metric in metrics for sample in metric.samples
    }


def asked(name: str, numbers: Numbers, **labels: str) -> float | None:
    return numbers.get((f"omnichannel_{name}", frozenset(labels.items())))


def told() -> Numbers:
    """Return what the rows and the broker say."""
    return numbers_in(Installation().collect())


@pytest.fixture
def folder(settings: LazySettings, tmp_path: Path) -> Iterator[Path]:
    """Where this process counts; what earlier tests counted stays behind."""
    process.can_count.cache_clear()
    yield Path(settings.METRICS_DIR)
    process.can_count.cache_clear()


@pytest.mark.django_db
class TestRows:
    def test_an_installation_at_rest_says_zero_and_not_nothing(self) -> None:
        numbers = told()

        assert [asked("oldest_waiting_seconds", numbers, step=step) for step in ("process", "send", "fetch")] == [
            0,
            0,
            0,
        ]
        assert [asked("rows", numbers, kind="receipt", state=state) for state in ("waiting", "parked")] == [0, 0]
        assert [
            asked("rows", numbers, kind="message", state=state) for state in ("queued", "sending", "failed", "unknown")
        ] == [0, 0, 0, 0]
        assert asked("messages_overdue", numbers) == 0
        assert [asked("up", numbers, part=part) for part in ("database", "broker")] == [1, 1]

    def test_what_waits_is_counted_and_its_oldest_is_known(self) -> None:
        InboundReceiptFactory.create(received_at=ago(90))
        InboundReceiptFactory.create(received_at=ago(10))
        InboundReceiptFactory.create(state=ReceiptState.PARKED, processed_at=ago(1), outcome="No.")
        for delivery in (Delivery.QUEUED, Delivery.SENDING, Delivery.FAILED, Delivery.UNKNOWN):
            OutboundFactory.create(delivery=delivery, sent_at=None, created_at=ago(200), claimed_at=ago(1))
        AttachmentFactory.create(message__created_at=ago(70))
        ReferenceFactory.create(message__created_at=ago(50))

        numbers = told()

        ages = [asked("oldest_waiting_seconds", numbers, step=step) for step in ("process", "send", "fetch")]
        assert [bound <= (age or 0) < bound + 300 for age, bound in zip(ages, (90, 200, 70), strict=True)] == [True] * 3
        assert [asked("rows", numbers, kind="receipt", state=state) for state in ("waiting", "parked")] == [2, 1]
        assert [
            asked("rows", numbers, kind="message", state=state) for state in ("queued", "sending", "failed", "unknown")
        ] == [1, 1, 1, 1]
        assert asked("rows", numbers, kind="file", state="waiting") == 2

    def test_pictures_that_are_still_to_be_fetched_are_counted(self) -> None:
        PictureSourceFactory()
        PictureSourceFactory(state="waiting", picture=None, asked_at=ago(90))

        numbers = told()

        assert asked("rows", numbers, kind="picture", state="waiting") == 1
        assert 90 <= (asked("oldest_waiting_seconds", numbers, step="picture") or 0) < 390

    def test_a_message_beyond_the_bound_is_an_alarm(self, settings: LazySettings) -> None:
        long_ago = ago(settings.SETTLE_WITHIN_SECONDS + 100)
        OutboundFactory.create(
            delivery=Delivery.QUEUED,
            sent_at=None,
            give_up_at=long_ago + datetime.timedelta(seconds=settings.SEND_FOR_SECONDS),
        )

        assert asked("messages_overdue", told()) == 1

    def test_the_last_five_minutes_tell_how_long_a_delivery_takes_to_become_a_message(self) -> None:
        InboundReceiptFactory.create(state=ReceiptState.DONE, received_at=ago(4000), processed_at=ago(10))
        for seconds in (1, 2, 3):
            began = ago(60)
            done = began + datetime.timedelta(seconds=seconds)
            InboundReceiptFactory.create(state=ReceiptState.DONE, received_at=began, processed_at=done)

        numbers = told()

        assert asked("receipt_to_message_seconds", numbers, quantile="0.5") == pytest.approx(2)
        assert asked("receipts_per_second", numbers, state="done") == pytest.approx(3 / 300)

    def test_the_last_five_minutes_tell_how_apple_answered_and_how_long_a_reply_took(self) -> None:
        written, second = ago(20), datetime.timedelta(seconds=1)
        sent = OutboundFactory.create(created_at=written)
        AttemptFactory.create(
            message=sent,
            number=1,
            began_at=written + 2 * second,
            ended_at=written + 3 * second,
            outcome=Delivery.QUEUED,
            status=429,
        )
        AttemptFactory.create(message=sent, number=2, began_at=written + 8 * second, ended_at=written + 10 * second)

        numbers = told()

        assert asked("attempts_per_second", numbers, outcome="queued", status="429") == pytest.approx(1 / 300)
        assert asked("attempt_seconds", numbers, outcome="sent", status="", quantile="0.5") == pytest.approx(2)
        assert asked("message_to_sent_seconds", numbers, quantile="0.99") == pytest.approx(10)

    def test_open_conversations_stand_in_their_queues_and_accounts_tell_when_apple_called(self) -> None:
        instance: ChannelInstance = ChannelInstanceFactory.create()
        ConversationFactory.create_batch(2, instance=instance)
        ConversationFactory.create(instance=instance, state=State.ACTIVE, agent=AgentFactory.create())
        ConversationFactory.create(instance=instance, state=State.CLOSED, closed_at=ago(1), close_reason="agent")
        InboundReceiptFactory.create(account=instance.account, received_at=ago(30))

        numbers = told()

        queue = instance.workstream.fallback_queue.name
        counts = [
            asked("conversations_open", numbers, queue=queue, state=state) for state in ("open", "active", "closed")
        ]
        account = {"business_id": instance.account.business_id, "account": instance.account.name}
        assert counts == [2, 1, None]
        assert 30 <= (asked("last_delivery_age_seconds", numbers, **account) or 0) < 300

    def test_the_same_few_questions_are_asked_however_much_there_is(self) -> None:
        with CaptureQueriesContext(connection) as few:
            told()
        AttemptFactory.create_batch(5)
        InboundReceiptFactory.create_batch(5)
        ConversationFactory.create_batch(5)

        with CaptureQueriesContext(connection) as many:
            told()

        assert len(many) == len(few) <= 12

    def test_tasks_are_counted_for_every_host_by_outcome(self) -> None:
        for outcome in ("SUCCESS", "SUCCESS", "FAILURE"):
            task_counts.note("conversations.inbound.tasks.sweep", outcome)

        numbers = told()

        sweep = "conversations.inbound.tasks.sweep"
        assert asked("task_runs_total", numbers, task=sweep, outcome="success") == 2
        assert asked("task_runs_total", numbers, task=sweep, outcome="failure") == 1
        assert 0 <= (asked("task_last_run_age_seconds", numbers, task=sweep) or 0) < 300

    def test_without_a_broker_the_rows_are_told_all_the_same(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("omnichannel.common.redis.settings.REDIS_URL", "redis://127.0.0.1:1/0")

        numbers = told()
        monkeypatch.undo()

        assert [asked("up", numbers, part=part) for part in ("database", "broker")] == [1, 0]
        assert asked("messages_overdue", numbers) == 0


@pytest.mark.django_db(transaction=True)
class TestAddress:
    def scraped(self, client: Client, authorization: str) -> tuple[int, str]:
        answer = client.get("/metrics", headers={"authorization": authorization})
        return answer.status_code, answer.text

    @pytest.mark.parametrize(
        "authorization", ["", "Bearer ", "Bearer x", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer ü"]
    )
    def test_whoever_lacks_the_token_is_refused(
        self, client: Client, settings: LazySettings, authorization: str
    ) -> None:
        settings.METRICS_TOKEN = TOKEN

        answer = client.get("/metrics", headers={"authorization": authorization})

        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
        assert answer.text == "Send METRICS_TOKEN as a bearer token.\n"

    @pytest.mark.parametrize("authorization", ["", "Bearer ", f"Bearer {TOKEN}"])
    def test_without_a_token_there_is_nothing_to_see(self, client: Client, authorization: str) -> None:
        assert client.get("/metrics", headers={"authorization": authorization}).status_code == 404

    def test_prometheus_reads_every_line(
        self, client: Client, settings: LazySettings, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings.METRICS_TOKEN = TOKEN
        monkeypatch.setattr(views.ROWS, "within", 60)
        client.post("/applemessagesforbusiness/message", b"", content_type="application/json")

        status, text = self.scraped(client, f"Bearer {TOKEN}")

        families: list[Metric] = list(text_string_to_metric_families(text))
        names = [family.name for family in families]
        assert status == 200
        assert len(names) == len(set(names)) > 12
        assert [family.name for family in families if not family.documentation] == []
        assert {name for name in names if not name.startswith("omnichannel_")} == set()


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("METRICS_TOKEN", "x" * 31, "omnichannel.E009"),
        ("METRICS_TOKEN", "ü" * 32, "omnichannel.E009"),
        ("METRICS_DIR", Path(__file__) / "metrics", "omnichannel.W009"),
    ],
)
def test_a_wrong_setting_is_named(settings: LazySettings, name: str, value: object, fault: str) -> None:
    setattr(settings, name, value)

    assert fault in {each.id for each in check_settings()}


@pytest.mark.parametrize("token", ["", TOKEN])
def test_no_token_and_a_long_one_are_right(settings: LazySettings, token: str) -> None:
    settings.METRICS_TOKEN = token

    assert not {"omnichannel.E009", "omnichannel.W009"} & {each.id for each in check_settings()}


def webhook_answers(status: int) -> float:
    numbers = numbers_in(process.registry().collect())
    return asked("webhook_duration_seconds_count", numbers, status=str(status)) or 0


def streams() -> float | None:
    return asked("event_streams", numbers_in(process.registry().collect()), page="console")


@pytest.mark.django_db
class TestProcess:
    def test_each_answer_to_apple_is_counted_by_its_status(self, client: Client, folder: Path) -> None:
        before = webhook_answers(401)

        client.post("/applemessagesforbusiness/message", b"", content_type="application/json")

        assert webhook_answers(401) == before + 1

    def test_streams_are_counted_while_they_are_open(self, folder: Path) -> None:
        with process.open_stream("/console/events"), process.open_stream("/console/events"):
            during = streams()

        assert (during, streams()) == (2, 0)

    def test_the_streams_of_a_process_that_was_killed_are_forgotten(self, folder: Path) -> None:
        with process.open_stream("/console/events"):
            own = folder / f"gauge_livesum_{os.getpid()}.db"
            (folder / "gauge_livesum_4194304.db").write_bytes(own.read_bytes())

            assert streams() == 1
        assert not (folder / "gauge_livesum_4194304.db").exists()

    def test_a_folder_that_cannot_be_made_costs_the_count_and_no_delivery(
        self, client: Client, settings: LazySettings, folder: Path, tmp_path: Path
    ) -> None:
        (tmp_path / "file").touch()
        settings.METRICS_DIR = tmp_path / "file" / "metrics"

        answer = client.post("/applemessagesforbusiness/message", b"", content_type="application/json")

        assert (answer.status_code, webhook_answers(401)) == (401, 0)

    def test_the_folder_is_emptied_for_a_new_start(self, settings: LazySettings, tmp_path: Path) -> None:
        settings.METRICS_DIR = tmp_path
        (tmp_path / "histogram_1.db").touch()

        process.start_afresh()

        assert list(tmp_path.iterdir()) == []
