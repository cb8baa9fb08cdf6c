"""Deleting an instance or an account: what it ends, what stays, and what Apple delivers afterwards."""

import threading
from typing import Any

import pytest
from django.db import connection, transaction
from django.urls import reverse

from channels_app import services
from channels_app.models import Account, ChannelInstance
from conversations.inbound.apply import ACCOUNT_DELETED, NO_INSTANCE, Batch
from conversations.inbound.process import process_due
from conversations.models import CloseReason, Conversation, Delivery, Event, InboundReceipt, Message, State
from conversations.refusals import why_closed
from conversations.retirement.delete import Consequences, delete_account, delete_instance
from omnichannel.audit.models import AuditEvent
from omnichannel.common.records import named_users
from tests.conversations.inbound.deliveries import Apple
from tests.conversations.test_races import someone_waits_for_us
from tests.factories.authsettings import AuthenticationSettingFactory
from tests.factories.channels_app import (
    AccountFactory,
    ChannelInstanceFactory,
    SurveyFactory,
)
from tests.factories.conversations import ConversationFactory, InboundReceiptFactory, OutboundFactory
from tests.factories.payments import PaymentProfileFactory
from tests.factories.workstreams import UserFactory, WorkstreamFactory
from tests.journeys.running import eventually
from tests.portal.visitors import Visitor

pytestmark = pytest.mark.django_db

KINDS = ("account", "channelinstance")


def record_of(kind: str, instance: ChannelInstance) -> Account | ChannelInstance:
    """The instance, or its account."""
    return instance.account if kind == "account" else instance


@pytest.mark.parametrize("kind", KINDS)
def test_open_conversations_are_counted_closed_and_kept(administrator: Visitor, kind: str) -> None:
    talk = ConversationFactory.create(unread=3)
    instance = talk.instance
    ConversationFactory.create(instance=instance, state="closed", close_reason="agent", closed_at=talk.opened_at)
    other = ConversationFactory.create()
    queued = OutboundFactory.create(conversation=talk, delivery="queued", sent_at=None, body="We are open")

    page = administrator.opens(f"channels_app_{kind}_delete", record_of(kind, instance).pk).content.decode()
    answer = administrator.sends(f"channels_app_{kind}_delete", record_of(kind, instance).pk)

    assert "1 conversation is open." in page
    assert "Close them and delete" in page
    assert answer.url == reverse(f"admin:channels_app_{kind}_changelist")
    assert "1 open conversation was closed." in administrator.client.get(answer.url).content.decode()
    talk.refresh_from_db()
    queued.refresh_from_db()
    other.refresh_from_db()
    assert (talk.state, talk.close_reason, talk.unread) == (State.CLOSED, CloseReason.CHANNEL_DELETED, 0)
    assert why_closed(talk) == "The channel of this conversation was deleted."
    assert list(talk.messages.values_list("direction", "body")) == [
        ("out", "We are open"),
        ("note", Event.CHANNEL_DELETED),
    ]
    assert (queued.delivery, queued.failure_reason) == (Delivery.FAILED, "The channel was deleted.")
    assert other.state == State.OPEN
    instance.refresh_from_db()
    instance.account.refresh_from_db()
    assert instance.retired_at
    assert bool(instance.account.retired_at) == (kind == "account")


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_never_used_goes_for_good(administrator: Visitor, kind: str) -> None:
    instance = ChannelInstanceFactory.create()

    page = administrator.opens(f"channels_app_{kind}_delete", record_of(kind, instance).pk).content.decode()
    administrator.sends(f"channels_app_{kind}_delete", record_of(kind, instance).pk)

    assert "It was never used" in page
    assert not ChannelInstance.objects.exists()
    assert Account.objects.exists() == (kind == "channelinstance")


@pytest.mark.parametrize("kind", KINDS)
def test_who_may_not_delete_is_refused(supervisor: Visitor, kind: str) -> None:
    instance = ChannelInstanceFactory.create()

    answers = [
        supervisor.opens(f"channels_app_{kind}_delete", record_of(kind, instance).pk),
        supervisor.sends(f"channels_app_{kind}_delete", record_of(kind, instance).pk),
    ]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert ChannelInstance.objects.exists()


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_deleted_has_no_page_any_more(administrator: Visitor, kind: str) -> None:
    instance = ConversationFactory.create().instance
    administrator.sends(f"channels_app_{kind}_delete", record_of(kind, instance).pk)

    again = administrator.opens(f"channels_app_{kind}_delete", record_of(kind, instance).pk)
    listed = administrator.opens(f"channels_app_{kind}_changelist")

    assert again.status_code == 404
    assert not listed.context["cl"].result_count


def test_what_an_instance_used_stays_and_is_free_again() -> None:
    setting, profile, survey = (
        AuthenticationSettingFactory.create(),
        PaymentProfileFactory.create(),
        SurveyFactory.create(),
    )
    instance = ConversationFactory.create(
        instance__authentication_setting=setting, instance__payment_profile=profile, instance__survey=survey
    ).instance

    delete_instance(instance, by=UserFactory.create())

    for record in (setting, profile, survey):
        record.refresh_from_db()
        assert named_users(record) == []


@pytest.mark.accepts("A9-2")
def test_what_an_instance_uses_names_it_and_is_not_deleted() -> None:
    setting, profile = AuthenticationSettingFactory.create(), PaymentProfileFactory.create()
    instance = ChannelInstanceFactory.create(
        account__name="Velo shop", authentication_setting=setting, payment_profile=profile
    )
    page = reverse("admin:channels_app_channelinstance_change", args=[instance.pk])

    for record in (setting, profile):
        assert named_users(record) == [f'<b>channel instance</b>: <a href="{page}">{instance}</a>']


@pytest.mark.accepts("A9-1")
@pytest.mark.parametrize(("kind", "state", "outcome"), [
    ("account", "done", ACCOUNT_DELETED),
    ("channelinstance", "parked", NO_INSTANCE),
])  # fmt: skip
def test_a_message_after_deletion_opens_nothing_and_the_account_can_be_added_again(
    administrator: Visitor, kind: str, state: str, outcome: str
) -> None:
    instance = ChannelInstanceFactory.create()
    account, apple = instance.account, Apple(instance.account)
    apple.deliver(body="Hello")
    process_due(limit=10)
    administrator.sends(f"channels_app_{kind}_delete", record_of(kind, instance).pk)

    answer = apple.deliver(body="Anybody there?")
    process_due(limit=10)

    last = InboundReceipt.objects.latest("pk")
    assert (answer.status_code, last.state, last.outcome) == (200, state, outcome)
    assert list(Conversation.objects.values_list("state", flat=True)) == ["closed"]

    if kind == "account":
        services.add_account(
            name="Again", connection=account.connection, business_id=account.business_id, by=administrator.user
        )
    services.create_instance(account=account, workstream=WorkstreamFactory.create(), by=administrator.user)
    apple.deliver(body="And now?")
    process_due(limit=10)
    assert Conversation.objects.exclude(state="closed").count() == 1
    assert Account.objects.get() == account


def test_a_message_to_an_account_that_went_for_good_is_refused(administrator: Visitor) -> None:
    account = AccountFactory.create()
    apple = Apple(account)
    delete_account(account, by=administrator.user)

    assert apple.deliver(body="Hello").status_code == 404


def test_deleting_twice_changes_nothing(administrator: Visitor) -> None:
    instance = ConversationFactory.create().instance
    first = delete_account(instance.account, by=administrator.user)
    retired_at = Account.objects.get().retired_at

    second = delete_account(instance.account, by=administrator.user)

    assert (first, second) == (Consequences(1, 0), Consequences(0, 0))
    assert Account.objects.get().retired_at == retired_at


def test_many_conversations_are_closed_with_few_queries(django_assert_max_num_queries: Any) -> None:
    instance = ChannelInstanceFactory.create()
    ConversationFactory.create_batch(20, instance=instance)

    with django_assert_max_num_queries(20):
        delete_instance(instance, by=UserFactory.create())

    assert Message.objects.filter(body=Event.CHANNEL_DELETED).count() == 20


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", KINDS)
def test_a_message_that_arrives_meanwhile_is_kept_and_leaves_nothing_open(kind: str) -> None:
    instance = ChannelInstanceFactory.create()
    person = UserFactory.create()
    Apple(instance.account).deliver(body="Hello")
    receipts = list(InboundReceipt.objects.all())

    def delete() -> None:
        if kind == "account":
            delete_account(instance.account, by=person)
        else:
            delete_instance(instance, by=person)
        connection.close()

    with transaction.atomic():
        # The worker has found the instance and is about to commit the conversation that it opened there.
        Batch(receipts).apply()
        deleting = threading.Thread(target=delete)
        deleting.start()
        eventually(someone_waits_for_us)
    deleting.join()

    assert list(Conversation.objects.values_list("state", "close_reason")) == [("closed", "channel_deleted")]
    assert list(InboundReceipt.objects.values_list("state", flat=True)) == ["done"]
    assert ChannelInstance.objects.get().retired_at


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_comes_while_an_instance_is_being_deleted_opens_nothing() -> None:
    instance = ChannelInstanceFactory.create()
    ConversationFactory.create(instance=instance)
    person = UserFactory.create()
    Apple(instance.account).deliver(body="Hello")

    def work() -> None:
        process_due(limit=10)
        connection.close()

    with transaction.atomic():
        delete_instance(instance, by=person)
        working = threading.Thread(target=work)
        working.start()
        eventually(someone_waits_for_us)
    working.join()

    assert list(Conversation.objects.values_list("state", flat=True)) == ["closed"]
    assert InboundReceipt.objects.get().outcome == NO_INSTANCE


def test_what_keeps_a_workstream_is_named_without_a_link_once_it_is_deleted(administrator: Visitor) -> None:
    instance = ConversationFactory.create(instance__account__name="Velo shop").instance
    delete_instance(instance, by=administrator.user)

    page = administrator.opens("workstreams_workstream_delete", instance.workstream.pk).content.decode()

    assert f"<b>channel instance</b>: {instance} (history, which stays)" in page


def test_whoever_deletes_a_channel_is_told_in_the_audit_log(administrator: Visitor) -> None:
    used = ConversationFactory.create(instance__account__name="Velo shop").instance
    unused = ChannelInstanceFactory.create(account__name="Velo rental")

    delete_account(used.account, by=administrator.user)
    administrator.sends("channels_app_account_delete", unused.account.pk)

    told = AuditEvent.objects.order_by("number").values_list("action", "subject", "actor_id")
    assert [(action, subject.partition(" Velo")[0], actor) for action, subject, actor in told] == [
        ("setting_deleted", "channel instance", administrator.user.pk),
        ("setting_deleted", "account", administrator.user.pk),
    ] * 2


def test_a_long_history_is_not_counted_out(administrator: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("conversations.retirement.delete.MOST_COUNTED", 2)
    monkeypatch.setattr("conversations.retirement.views.MOST_COUNTED", 2)
    account = AccountFactory.create()
    InboundReceiptFactory.create_batch(3, account=account)

    page = administrator.opens("channels_app_account_delete", account.pk).content.decode()

    assert "2 or more" in page
