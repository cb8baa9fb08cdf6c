"""Apple's gateway has bad days: what is said of each message is true, and the next one follows."""

import pytest

from tests.faults.installation import Installation
from tests.faults.talk import greet
from tests.faults.truth import deliveries, faults_of, settle

pytestmark = [pytest.mark.timeout(600)]

# What becomes of a message that meets the fault, and of the one behind it.
EXPECTED = {
    "gateway_500": ["sent", "sent"],
    "gateway_503": ["sent", "sent"],
    "gateway_429": ["sent", "sent"],
    "gateway_400": ["failed", "sent"],
    "gateway_403": ["sent", "sent"],
    "gateway_garbage": ["sent", "sent"],
    "gateway_cut": ["sent", "sent"],
}


def test_whatever_the_gateway_does_the_state_is_true_and_the_next_message_follows(product: Installation) -> None:
    phone_of = dict(zip(EXPECTED, greet(product, len(EXPECTED)), strict=True))
    for kind, phone in phone_of.items():
        phone.fault(kind, times=1)

    for phone in phone_of.values():
        phone.answer("We open at nine.")
        phone.answer("And close at six.")

    settle(product, *phone_of.values())
    assert {kind: faults_of(phone) for kind, phone in phone_of.items()} == {kind: [] for kind in EXPECTED}
    assert {kind: deliveries(phone) for kind, phone in phone_of.items()} == EXPECTED
