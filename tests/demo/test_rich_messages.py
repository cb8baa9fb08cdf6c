"""The shop's rich messages keep the rules that everybody's keep."""

import datetime as dt

import pytest
from time_machine import TimeMachineFixture

from omnichannel.demo.rich_messages import load_rich_messages
from richmessages.kinds import KINDS
from richmessages.lint import is_complete, lint
from richmessages.models import RichMessage
from richmessages.pictures.sources import sources_of


@pytest.mark.django_db
def test_the_shop_has_one_of_each_kind_that_could_be_published() -> None:
    load_rich_messages()

    active = list(RichMessage.objects.active())
    faults = {
        each.name: lint(each.described, each.content, sources_of(each.described, each.content)) for each in active
    }
    assert {each.kind for each in active} == set(KINDS)
    assert {name: found for name, found in faults.items() if not is_complete(found)} == {}


@pytest.mark.django_db
def test_times_can_be_published_though_the_clocks_change(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(dt.datetime(2027, 3, 26, 12, tzinfo=dt.UTC))

    load_rich_messages()

    picker = RichMessage.objects.get(kind="time_picker")
    assert lint(picker.described, picker.content, sources_of(picker.described, picker.content)) == []
