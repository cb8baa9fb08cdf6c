"""The broker or the database goes away under traffic, and comes back."""

from threading import Event

import pytest

from tests.faults.installation import Installation
from tests.faults.talk import greet, talking
from tests.faults.truth import deliveries, faults_of, settle

pytestmark = [pytest.mark.timeout(600)]


def for_seconds(seconds: float) -> None:
    """Let a fault last."""
    Event().wait(seconds)


def test_a_broker_that_is_away_for_ten_seconds_and_comes_back_empty_costs_nothing(product: Installation) -> None:
    phones = greet(product, 3)

    with talking(phones):
        product.stop_valkey()
        for_seconds(10)
        product.start_valkey()

    settle(product, *phones)
    assert [faults_of(phone) for phone in phones] == [[], [], []]
    assert {delivery for phone in phones for delivery in deliveries(phone)} == {"sent"}


def test_a_database_that_restarts_costs_nothing(product: Installation) -> None:
    phones = greet(product, 3)

    with talking(phones):
        for_seconds(1)
        product.restart_postgres()

    settle(product, *phones)
    assert [faults_of(phone) for phone in phones] == [[], [], []]
    assert set(deliveries(phones[0])) <= {"sent", "unknown"}


def test_connections_that_are_cut_again_and_again_cost_nothing(product: Installation) -> None:
    phones = greet(product, 3)

    with talking(phones):
        for _ in range(8):
            product.cut_connections()
            for_seconds(0.4)

    settle(product, *phones)
    assert [faults_of(phone) for phone in phones] == [[], [], []]


def test_what_no_bell_tells_of_is_found_by_the_sweep(product: Installation) -> None:
    [phone] = greet(product, 1)
    product.stop("worker")
    phone.write("Is anybody there?")
    phone.answer("Yes.")

    product.empty_valkey()
    product.start("worker")

    settle(product, phone)
    assert (faults_of(phone), deliveries(phone)) == ([], ["sent"])
