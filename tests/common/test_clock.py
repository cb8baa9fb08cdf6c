"""The clock that all processes share is the database's, whatever this one believes."""

import datetime
import importlib

import pytest
import time_machine
from django.utils import timezone

from omnichannel.common import clock

pytestmark = pytest.mark.django_db


def test_a_process_whose_clock_is_wrong_reads_the_right_one() -> None:
    right = timezone.now()
    # As it is without the fixture that has tests travel.
    read = importlib.reload(clock).now

    with time_machine.travel(right + datetime.timedelta(hours=1), tick=True):
        shared = read()

    assert abs(shared - right) < datetime.timedelta(minutes=1)
    assert shared.tzinfo is not None
