"""Time picker: dates and start times of an appointment (Create rich messages, Time picker)."""

import datetime
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, timedelta, tzinfo
from functools import cache
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import AfterValidator, Field

from omnichannel import amb
from richmessages.kinds.bubbles import received, replied
from richmessages.kinds.fields import PICTURE, Content, Line, Part, PictureLink, Required, Shown
from richmessages.kinds.kind import Answer, AnswerLine, Fault, Kind, Path, SendContext

SECONDS = {"minutes": 60, "hours": 60 * 60, "days": 24 * 60 * 60}
FIRST_DAY, LAST_DAY = datetime.date(2000, 1, 1), datetime.date(2100, 12, 31)


def _clock(text: str) -> str:
    if _time(text) is None:
        raise ValueError(_("Write a time as hours:minutes, like 09:30."))
    return text


def _zone_name(name: str) -> str:
    if name and name not in zone_names():
        raise ValueError(_("There is no such time zone."))
    return name


@cache
def zone_names() -> frozenset[str]:
    """Return the names of all time zones, like Europe/Berlin."""
    return frozenset(available_timezones())


Clock = Annotated[
    Required,
    AfterValidator(_clock),
    Shown(gettext_lazy("Start time"), widget="time", placeholder="09:30"),
]


class Day(Part):
    """One date with its start times."""

    date: Annotated[datetime.date, Field(ge=FIRST_DAY, le=LAST_DAY), Shown(gettext_lazy("Date"))]
    times: Annotated[
        list[Clock],
        Field(min_length=1, max_length=48),
        Shown(gettext_lazy("Start times"), each=gettext_lazy("time slot")),
    ]


class TimePicker(Content):
    """What the bubble says, what goes into the calendar, and the times on offer."""

    title: Annotated[Required, Shown(gettext_lazy("Message title"))]
    subtitle: Annotated[Line, Shown(gettext_lazy("Message subtitle"))] = ""
    image_url: Annotated[PictureLink, PICTURE] = ""
    event_title: Annotated[Required, Shown(gettext_lazy("Event title"), gettext_lazy("In the customer’s calendar."))]
    location: Annotated[Line, Shown(gettext_lazy("Location name"))] = ""
    time_zone: Annotated[
        Required,
        AfterValidator(_zone_name),
        Shown(gettext_lazy("Event time zone"), gettext_lazy("The times below are by its clock."), "time_zone"),
    ]
    daylight_saving: Annotated[
        bool,
        Shown(
            gettext_lazy("Adjust for daylight saving time"),
            gettext_lazy("Without it, summer times are read by the standard clock, an hour off the one on the wall."),
        ),
    ] = False
    display: Annotated[
        Literal["customer", "event"],
        Shown(
            gettext_lazy("Customer display option"),
            choices={
                "customer": gettext_lazy("Customer’s local time zone"),
                "event": gettext_lazy("Match event time zone"),
            },
        ),
    ] = "customer"
    duration: Annotated[
        int, Field(ge=0, le=10_000), Shown(gettext_lazy("Duration"), gettext_lazy("Not shown while choosing."))
    ]
    duration_unit: Annotated[
        Literal["minutes", "hours", "days"],
        Shown(
            gettext_lazy("Unit"),
            choices={
                "minutes": gettext_lazy("Minutes"),
                "hours": gettext_lazy("Hours"),
                "days": gettext_lazy("Days"),
            },
        ),
    ] = "minutes"
    days: Annotated[
        list[Day],
        Field(min_length=1, max_length=31),
        Shown(gettext_lazy("Time slots"), gettext_lazy("Devices hide what has passed."), each=gettext_lazy("date")),
    ]
    response: Annotated[
        Line, Shown(gettext_lazy("Response message"), gettext_lazy("Stands under the customer’s choice."))
    ] = ""


@dataclass(frozen=True)
class Slot:
    """One time on offer: where it was entered, when it is, and how far the event's clock is from GMT then."""

    path: Path
    starts_at: datetime.datetime
    offset: timedelta
    is_on_the_clock: bool

    @property
    def identifier(self) -> str:
        """Return what tells it apart in the message."""
        return f"{self.path[1]}.{self.path[3]}"


def slots_of(content: TimePicker) -> Iterator[Slot]:
    """Yield every slot whose date, time and zone can be told; each is counted by the clock of its own date."""
    if content.time_zone not in zone_names():
        return
    zone = ZoneInfo(content.time_zone)
    for number, day in enumerate(content.days):
        for place, text in enumerate(day.times if _is_known(day.date) else ()):
            if time := _time(text):
                local = datetime.datetime.combine(day.date, time)
                yield _slot(("days", number, "times", place), local, zone, content.daylight_saving)


def lint(content: TimePicker) -> Iterator[Fault]:
    """Yield the slots that are there twice, do not exist, or cannot be shown, and warn of those that have passed."""
    slots = list(slots_of(content))
    yield from _repeated(slot for slot in slots if slot.is_on_the_clock)
    yield from _off_the_clock(slots)
    if content.display == "event":
        yield from _other_offset(slots)
    yield from _passed(slots)


def encode(content: TimePicker, context: SendContext) -> amb.InteractiveData:
    """Return the slots, whose times go in GMT; an event that matches its own zone says how far that is from GMT."""
    slots = list(slots_of(content))
    duration = content.duration * SECONDS[content.duration_unit] if content.duration else 0
    fixed = content.display == "event" and slots
    event = amb.Event(
        identifier=context.request_id,
        title=content.event_title,
        image_identifier=context.picture(content.image_url),
        timezone_offset=int(slots[0].offset.total_seconds()) // 60 if fixed else None,
        location=amb.Location(title=content.location) if content.location else None,
        timeslots=tuple(
            amb.Timeslot(
                identifier=slot.identifier, start_time=amb.format_start_time(slot.starts_at), duration=duration
            )
            for slot in slots
        ),
    )
    return amb.InteractiveData(
        data=amb.Data(request_identifier=context.request_id, images=context.pictures(content.image_url), event=event),
        received_message=received(context, content.title, content.subtitle, content.image_url),
        reply_message=replied(context, content.title, content.response, content.image_url),
    )


def fallback(content: TimePicker) -> str:
    """Return the times as words by the event's clock, for a device that shows no calendar."""
    days = [
        f"{date_format(day.date, 'DATE_FORMAT')}: {', '.join(day.times)}" for day in content.days if _is_known(day.date)
    ]
    return "\n".join(filter(None, (content.title, content.subtitle, *days, content.time_zone)))


def read_answer(data: amb.InteractiveData, zone: tzinfo) -> Answer:
    """Return the booked time by the agent's clock, and as the customer saw it where that reads otherwise."""
    event = data.data.event if data.data else None
    slot = event.chosen if event else None
    if event is None or slot is None:
        return Answer(amb.answer_title(data) or _("No time chosen"))
    try:
        booked = slot.starts_at.astimezone(zone)
        seen = event.local_start(slot)
    except (amb.DecodeError, OverflowError):
        return Answer(slot.start_time or _("No time chosen"))
    if event.timezone_offset is None:
        words = _words(data)
    else:
        words = _moment(seen) if seen.utcoffset() != booked.utcoffset() else ""
    lines = (AnswerLine(_("As the customer saw it"), (words,)),) if words else ()
    return Answer(_moment(booked), lines)


def _slot(path: Path, local: datetime.datetime, zone: ZoneInfo, daylight_saving: bool) -> Slot:
    if not daylight_saving:
        offset = _standard_offset(zone, local.year)
        return Slot(path, (local - offset).replace(tzinfo=UTC), offset, is_on_the_clock=True)
    starts_at = local.replace(tzinfo=zone).astimezone(UTC)
    there = starts_at.astimezone(zone)
    # A time that the clocks jump over comes back as another one.
    return Slot(path, starts_at, there.utcoffset() or timedelta(), there.replace(tzinfo=None) == local)


def _standard_offset(zone: ZoneInfo, year: int) -> timedelta:
    # The lesser of both halves of the year: some countries call their summer time the standard in law.
    halves = (datetime.datetime(year, month, 1, tzinfo=zone).utcoffset() or timedelta() for month in (1, 7))
    return min(halves)


def _repeated(slots: Iterable[Slot]) -> Iterator[Fault]:
    seen: set[datetime.datetime] = set()
    for slot in slots:
        if slot.starts_at in seen:
            yield Fault(slot.path, _("This time is there already."))
        seen.add(slot.starts_at)


def _off_the_clock(slots: list[Slot]) -> Iterator[Fault]:
    for slot in slots:
        if not slot.is_on_the_clock:
            yield Fault(slot.path, _("Clocks are put forward over this time on that day."))


def _other_offset(slots: list[Slot]) -> Iterator[Fault]:
    """Yield each slot on the far side of a change of clocks: one message can fix one distance from GMT only."""
    for slot in slots:
        if slot.offset != slots[0].offset:
            yield Fault(
                slot.path,
                _(
                    "The clocks change between the first date and this one, which would be shown wrong. "
                    "Make a message of its own of it, or show times in the customer’s zone."
                ),
            )


def _passed(slots: list[Slot]) -> Iterator[Fault]:
    now = timezone.now()
    passed = [slot for slot in slots if slot.starts_at <= now]
    if slots and len(passed) == len(slots):
        yield Fault(("days",), _("All these times have passed. Add one that lies ahead."))
        return
    for slot in passed:
        yield Fault(slot.path, _("This time has passed; devices do not show it."), is_warning=True)


def _is_known(day: object) -> bool:
    # It may be missing while the message is being designed.
    return isinstance(day, datetime.date) and FIRST_DAY <= day <= LAST_DAY


def _time(text: str) -> datetime.time | None:
    return datetime.time.fromisoformat(text) if re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", text) else None


def _moment(local: datetime.datetime) -> str:
    return f"{date_format(local, 'j F Y, H:i')} {local.tzname()}"


def _words(data: amb.InteractiveData) -> str:
    """Return the choice as the device wrote it into the bubble; where it left our own words there, nothing."""
    ours = data.received_bubble.title if data.received_bubble else ""
    title = data.reply_bubble.title if data.reply_bubble else ""
    return "" if title == ours else title


KIND = Kind(
    slug="time_picker",
    label=gettext_lazy("Time picker"),
    tag="time picker",
    hint=gettext_lazy("Dates and times of an appointment to choose from."),
    content=TimePicker,
    lint=lint,
    encode=encode,
    fallback=fallback,
    starter={
        "title": "",
        "event_title": "",
        "time_zone": "",
        "duration": 30,
        "duration_unit": "minutes",
        "days": [{"date": "", "times": [""]}],
    },
    marker=amb.Marker.TIME_PICKER,
    capabilities=frozenset({amb.Capability.TIME}),
    editable=(
        "title",
        "subtitle",
        "event_title",
        "location",
        "duration",
        "days.*.date",
        "days.*.times.*",
        "response",
    ),
    read_answer=read_answer,
)
