"""What a process remembers of a business never outlives a change to it."""

import base64

import pytest
from django.db import connection

from channels_app.models import Account
from conversations.inbound import receive
from conversations.models import InboundReceipt
from tests.conversations.inbound.deliveries import Apple
from tests.factories.channels_app import AccountFactory, MspConnectionFactory

OTHER_SECRET = base64.b64encode(bytes(range(1, 33))).decode()


@pytest.fixture
def business(db: None) -> Apple:
    """A business that has had a delivery, so that it is remembered."""
    apple = Apple(AccountFactory.create())
    assert apple.deliver(body="Hello").status_code == 200
    return apple


def test_a_remembered_business_is_not_asked_for_again(
    business: Apple, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert business.deliver(body="Again").status_code == 200

    assert InboundReceipt.objects.count() == 2


def test_a_new_secret_counts_at_once_and_the_old_one_no_more(business: Apple) -> None:
    old = Apple(Account.objects.select_related("connection").get())
    business.account.connection.secret = OTHER_SECRET
    business.account.connection.save()

    answers = [old.deliver(body="Old").status_code, business.deliver(body="New").status_code]

    assert answers == [403, 200]


def test_an_account_moved_to_another_connection_takes_that_ones_token(business: Apple) -> None:
    business.account.connection = MspConnectionFactory.create(secret=OTHER_SECRET)
    business.account.save()

    assert business.deliver(body="Moved").status_code == 200


def test_a_renamed_account_goes_on_and_a_removed_one_is_unknown(business: Apple) -> None:
    business.account.name = "Another name"
    business.account.save()
    renamed = business.deliver(body="Still here").status_code
    InboundReceipt.objects.all().delete()
    Account.objects.filter(pk=business.account.pk).delete()

    removed = business.deliver(body="Gone").status_code

    assert (renamed, removed) == (200, 404)


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_the_server_has_ended_costs_no_delivery() -> None:
    apple = Apple(AccountFactory.create())
    assert apple.deliver(body="Hello").status_code == 200
    with connection.cursor() as cursor, pytest.raises(Exception, match="terminat"):
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    answer = apple.deliver(body="Hello again")

    assert (answer.status_code, InboundReceipt.objects.count()) == (200, 2)


def test_what_is_remembered_holds_no_secret_in_its_words(business: Apple) -> None:
    known = receive._remembered[business.account.business_id]

    assert business.account.connection.secret not in repr(known)
