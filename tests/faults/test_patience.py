"""What takes half a minute because Apple may: begun when the suite starts, looked at when it ends."""

import pytest

from tests.faults.installation import Installation
from tests.faults.patient import Patient
from tests.faults.truth import deliveries, faults_of, settle

pytestmark = [pytest.mark.timeout(600)]


def test_an_answer_that_never_comes_leaves_the_outcome_unknown_and_the_next_message_follows(
    product: Installation, patient: Patient
) -> None:
    phone = patient.unanswered
    settle(product, phone)

    # What was queued behind the first may have had its own worker killed by another test; this one has not.
    phone.answer("Can we help with anything else?")
    settle(product, phone)

    first, *_behind, last = deliveries(phone)
    assert (faults_of(phone), first, last) == ([], "unknown", "sent")


def test_a_large_reply_whose_web_process_dies_with_it_is_fetched_by_a_worker(
    product: Installation, patient: Patient
) -> None:
    phone = patient.large_reply

    settle(product, phone)

    stored = "SELECT payload IS NOT NULL AS is_here FROM conversations_message WHERE apple_id = %s"
    assert product.rows(stored, [patient.large_reply_id]) == [{"is_here": True}]
    assert faults_of(phone) == []
