"""The gateway has bad days when told to."""

import threading
from uuid import uuid4

import pytest
import requests
from django.db import connection

from omnichannel import amb
from simulator.fault_kinds import FAULTS, FaultKind
from simulator.gateway import parallel
from simulator.models import Fault, Violation
from simulator.services import faults, phones
from tests.simulator.apple import FakeApple, FakePhone
from tests.simulator.conftest import Send


def text(apple: FakeApple, phone: FakePhone) -> amb.TextMessage:
    return amb.TextMessage(
        id=str(uuid4()), source_id=apple.business_id, destination_id=phone.row.opaque_id, body="Hello"
    )


def test_every_fault_is_described() -> None:
    assert set(FAULTS) == set(FaultKind)
    assert all(spec.number is None or spec.number.allows(spec.number.default) for spec in FAULTS.values())


@pytest.mark.parametrize("status", [400, 403, 404, 429, 500, 503])
def test_the_gateway_answers_a_status_so_many_times(send: Send, phone: FakePhone, status: int) -> None:
    faults.arm(FaultKind(f"gateway_{status}"), times=2)

    statuses = [send().status_code for _ in range(3)]

    assert statuses == [status, status, 200]
    assert phone.texts == ["We open at nine."]


def test_a_typing_sign_leaves_a_fault_to_the_message_that_follows(send: Send, phone: FakePhone) -> None:
    faults.arm(FaultKind.GATEWAY_400, times=1)

    sign = send({"type": "typing_start", "body": None})

    assert (sign.status_code, phone.is_told_of_typing, send().status_code) == (200, True, 400)


def test_a_busy_gateway_says_how_long_to_wait(apple: FakeApple, phone: FakePhone) -> None:
    faults.arm(FaultKind.GATEWAY_429, times=1, value=7)

    with pytest.raises(amb.GatewayUnavailable) as caught:
        apple.gateway().send(text(apple, phone))

    assert (caught.value.status, caught.value.retry_after, caught.value.outcome_known) == (429, 7, True)


def test_a_missing_answer_leaves_the_outcome_open_although_the_phone_shows_it(
    apple: FakeApple, phone: FakePhone
) -> None:
    faults.arm(FaultKind.GATEWAY_TIMEOUT, times=1)

    with pytest.raises(amb.GatewayUnavailable) as caught:
        apple.gateway().send(text(apple, phone))

    assert (caught.value.outcome_known, phone.texts) == (False, ["Hello"])


def test_a_line_that_goes_dead_cuts_the_answer_short(send: Send, phone: FakePhone) -> None:
    faults.arm(FaultKind.GATEWAY_CUT, times=1)

    with pytest.raises(requests.RequestException):
        send()

    assert phone.texts == ["We open at nine."]


def test_a_nonsense_answer_to_an_upload_is_noticed(apple: FakeApple) -> None:
    faults.arm(FaultKind.GATEWAY_GARBAGE, times=1)

    with pytest.raises(amb.GatewayUnavailable):
        apple.gateway().upload(apple.business_id, b"x")


def test_the_gateway_takes_its_time(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr("simulator.gateway.disturbances.time.sleep", waited.append)
    faults.arm(FaultKind.GATEWAY_SLOW, value=80)

    answer = send()

    assert (waited, answer.status_code) == ([0.08], 200)


def test_a_fault_of_one_phone_leaves_the_others_alone(send: Send, apple: FakeApple, phone: FakePhone) -> None:
    other = phones.start(apple.business)
    faults.arm(FaultKind.GATEWAY_500, phone=phone.row)

    theirs = send({"destinationId": other.opaque_id}, headers={"destination-id": other.opaque_id})

    assert (send().status_code, theirs.status_code) == (500, 200)


def test_the_narrower_fault_counts(send: Send, apple: FakeApple, phone: FakePhone) -> None:
    phone.close()
    faults.arm(FaultKind.CLOSED_ANSWER, value=410)
    faults.arm(FaultKind.CLOSED_ANSWER, value=403, phone=phone.row)

    assert send().status_code == 403


def test_arming_again_replaces_and_disarming_ends(db: None) -> None:
    faults.arm(FaultKind.DUPLICATE, times=5)
    faults.arm(FaultKind.DUPLICATE, times=2)
    rows = list(Fault.objects.values_list("kind", "remaining"))
    faults.disarm(FaultKind.DUPLICATE)

    assert (rows, Fault.objects.count()) == ([("duplicate", 2)], 0)


def test_a_fault_of_storage_armed_at_a_phone_touches_its_business(apple: FakeApple, phone: FakePhone) -> None:
    assert faults.scope_of(FaultKind.LINK_EXPIRED, phone.row) == {"business": apple.business}
    assert faults.scope_of(FaultKind.DUPLICATE, phone.row) == {"phone": phone.row}


def test_a_second_send_while_one_is_under_way_is_logged(
    transactional_db: None, apple: FakeApple, phone: FakePhone
) -> None:
    is_held, may_go = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with parallel.under_way(phone.row):
                is_held.set()
                may_go.wait(10)
        finally:
            connection.close()

    first = threading.Thread(target=hold)
    first.start()
    is_held.wait(10)
    apple.gateway().send(text(apple, phone))
    may_go.set()
    first.join()
    apple.gateway().send(text(apple, phone))

    assert list(Violation.objects.values_list("kind", flat=True)) == ["parallel sends"]
    assert phone.texts == ["Hello", "Hello"]
