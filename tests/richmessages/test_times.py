"""Time pickers: what the clock on the wall says, before and after clocks change."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from hypothesis import assume, given
from hypothesis import strategies as st

from omnichannel import amb
from richmessages.kinds import time_picker
from richmessages.kinds.kind import SendContext
from tests.richmessages.content import complete
from tests.richmessages.rules import faults, warnings

ZONES = st.sampled_from(
    [
        "Africa/Casablanca",
        "America/New_York",
        "America/St_Johns",
        "Asia/Kathmandu",
        "Asia/Kolkata",
        "Australia/Lord_Howe",
        "Europe/Berlin",
        "Europe/Dublin",
        "Pacific/Apia",
        "Pacific/Chatham",
        "UTC",
    ]
)
DAYS = st.dates(date(2025, 1, 1), date(2040, 12, 31))
CLOCKS = st.times().map(lambda time: time.strftime("%H:%M"))


def picker(*days: dict[str, Any], **more: Any) -> Any:
    """Return a picker in Berlin with these days."""
    return {**complete("time_picker"), "days": list(days), "display": "customer", **more}


def event(content: Any) -> amb.Event:
    """Return what goes on the wire."""
    complete_content = time_picker.TimePicker.model_validate(content)
    data = time_picker.encode(complete_content, SendContext("request")).data
    assert data is not None
    assert data.event is not None
    return data.event


def on(device: str, slot: amb.Timeslot) -> str:
    """Return a time as a device in a zone shows it."""
    return slot.starts_at.astimezone(ZoneInfo(device)).strftime("%H:%M")


@pytest.mark.accepts("A5.12-4", "R8")
def test_ten_in_berlin_in_july_is_nine_in_london() -> None:
    (slot,) = event(picker({"date": "2026-07-06", "times": ["10:00"]}, daylight_saving=True)).timeslots

    assert (on("Europe/Berlin", slot), on("Europe/London", slot)) == ("10:00", "09:00")


def test_without_the_switch_the_standard_clock_counts() -> None:
    content = picker({"date": "2026-07-06", "times": ["10:00"]}, daylight_saving=False, display="event")

    prompt = event(content)

    assert prompt.timezone_offset == 60
    assert [slot.start_time for slot in prompt.timeslots] == ["2026-07-06T09:00+0000"]


def test_dublin_has_its_standard_time_in_winter_whatever_its_law_says() -> None:
    content = picker({"date": "2026-07-06", "times": ["10:00"]}, time_zone="Europe/Dublin", daylight_saving=False)

    assert [slot.start_time for slot in event(content).timeslots] == ["2026-07-06T10:00+0000"]


@given(zone=ZONES, day=DAYS, clock=CLOCKS)
def test_with_the_switch_the_clock_on_the_wall_is_kept(zone: str, day: date, clock: str) -> None:
    content = picker({"date": day.isoformat(), "times": [clock]}, time_zone=zone, daylight_saving=True)
    wall = datetime.fromisoformat(f"{day} {clock}")
    exists = wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) == wall

    with time_machine.travel("2024-06-01T12:00Z", tick=False):
        found = faults("time_picker", content)

    assert bool(found) is not exists
    assume(exists)
    (slot,) = event(content).timeslots
    assert slot.starts_at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == wall


@given(zone=ZONES, day=DAYS, clock=CLOCKS)
def test_without_the_switch_every_date_of_a_year_is_as_far_from_gmt(zone: str, day: date, clock: str) -> None:
    content = picker({"date": day.isoformat(), "times": [clock]}, time_zone=zone, daylight_saving=False)
    wall = datetime.fromisoformat(f"{day} {clock}").replace(tzinfo=UTC)

    (slot,) = event(content).timeslots

    offsets = {datetime(day.year, month, 1, tzinfo=ZoneInfo(zone)).utcoffset() for month in (1, 7)}
    assert wall - slot.starts_at == min(offset for offset in offsets if offset is not None)


@given(zone=ZONES, one=DAYS, other=DAYS, clock=CLOCKS, daylight_saving=st.booleans())
def test_an_event_that_fixes_its_zone_shows_every_slot_as_it_was_entered(
    zone: str, one: date, other: date, clock: str, daylight_saving: bool
) -> None:
    assume(one != other)
    days = [{"date": each.isoformat(), "times": [clock]} for each in (one, other)]
    content = picker(*days, time_zone=zone, daylight_saving=daylight_saving, display="event")

    with time_machine.travel("2024-06-01T12:00Z", tick=False):
        assume(not faults("time_picker", content))
    prompt = event(content)

    shown = [prompt.local_start(slot).strftime("%Y-%m-%d %H:%M") for slot in prompt.timeslots]
    assert shown == [f"{one} {clock}", f"{other} {clock}"]


@time_machine.travel("2026-06-01T12:00Z", tick=False)
def test_dates_on_both_sides_of_a_change_do_not_mix_in_a_fixed_zone() -> None:
    days = [{"date": "2026-10-24", "times": ["10:00"]}, {"date": "2026-10-25", "times": ["01:00", "10:00"]}]

    fixed = faults("time_picker", picker(*days, daylight_saving=True, display="event"))
    local = faults("time_picker", picker(*days, daylight_saving=True, display="customer"))
    standard = faults("time_picker", picker(*days, daylight_saving=False, display="event"))

    assert list(fixed) == ["days.1.times.1"]
    assert local == standard == {}


@time_machine.travel("2026-01-01T12:00Z", tick=False)
def test_a_time_that_clocks_jump_over_is_refused() -> None:
    content = picker({"date": "2026-03-29", "times": ["01:30", "02:30", "03:30"]}, daylight_saving=True)

    assert list(faults("time_picker", content)) == ["days.0.times.1"]


@time_machine.travel("2026-07-06T09:00Z", tick=False)
def test_times_that_have_passed_are_warned_of_until_none_is_left() -> None:
    some = picker({"date": "2026-07-06", "times": ["10:00", "12:00"]}, daylight_saving=True)
    none = picker({"date": "2026-07-06", "times": ["10:00"]}, daylight_saving=True)

    assert (faults("time_picker", some), list(warnings("time_picker", some))) == ({}, ["days.0.times.0"])
    assert list(faults("time_picker", none)) == ["days"]


@pytest.mark.parametrize(("number", "unit", "seconds"), [(45, "minutes", 2700), (2, "hours", 7200), (0, "days", 0)])
def test_a_duration_goes_out_in_seconds(number: int, unit: str, seconds: int) -> None:
    content = picker({"date": "2026-07-06", "times": ["10:00"]}, duration=number, duration_unit=unit)

    assert [slot.duration for slot in event(content).timeslots] == [seconds]


def booked(offset: int | None, title: str) -> amb.InteractiveData:
    """Return an answer: ten in the morning in Berlin."""
    slot = {"identifier": "0.0", "startTime": "2026-07-06T08:00+0000", "duration": 2700}
    bubbles = {"receivedMessage": {"title": "Pick"}, "replyMessage": {"title": title}}
    data = {"version": "1.0", "event": {"timezoneOffset": offset, "timeslots": [slot]}, **bubbles}
    return amb.InteractiveData.model_validate({"data": data})


@pytest.mark.parametrize(
    ("offset", "title", "zone", "read", "seen"),
    [
        (None, "Pick", "Europe/Berlin", "6 July 2026, 10:00 CEST", []),
        (None, "Monday 09:00", "Europe/Berlin", "6 July 2026, 10:00 CEST", ["Monday 09:00"]),
        (120, "Monday 10:00", "Europe/Berlin", "6 July 2026, 10:00 CEST", []),
        (120, "Monday 10:00", "Asia/Kolkata", "6 July 2026, 13:30 IST", ["6 July 2026, 10:00 UTC+02:00"]),
    ],
)
def test_a_booked_time_is_read_by_the_agents_clock_and_the_customers(
    offset: int | None, title: str, zone: str, read: str, seen: list[str]
) -> None:
    answer = time_picker.read_answer(booked(offset, title), ZoneInfo(zone))

    assert answer.title == read
    assert [text for line in answer.lines for text in line.answers] == seen


@pytest.mark.parametrize("start", ["", "soon", "0001-01-01T00:00+0000", "9999-12-31T23:59+0000"])
def test_a_start_that_nobody_can_read_is_shown_as_it_came(start: str) -> None:
    event = {"timeslots": [{"identifier": "0", "startTime": start}]}
    data = amb.InteractiveData.model_validate({"data": {"version": "1.0", "event": event}})

    for zone in (ZoneInfo("America/New_York"), ZoneInfo("Asia/Kolkata")):
        assert time_picker.read_answer(data, zone).title


def test_slots_count_from_midnight_of_their_own_date() -> None:
    days = [{"date": "2026-03-28", "times": ["00:00"]}, {"date": "2026-03-30", "times": ["00:00"]}]

    first, second = event(picker(*days, daylight_saving=True)).timeslots

    assert second.starts_at - first.starts_at == timedelta(hours=47)
