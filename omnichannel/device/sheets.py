"""What opens when a bubble is tapped; each names the template that draws it."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import ClassVar
from urllib.parse import parse_qsl

from django.utils import timezone

from omnichannel import amb
from omnichannel.device.pictures import Album, Picture
from omnichannel.device.reading import Payload, inside, is_set, number, objects, text


@dataclass(frozen=True)
class Line:
    """One line to choose."""

    identifier: str
    title: str
    subtitle: str = ""
    picture: Picture | None = None


@dataclass(frozen=True)
class Group:
    """A headed group of lines, of which one or several may be chosen."""

    title: str
    is_multiple: bool
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class ListSheet:
    """The list of a list picker."""

    template: ClassVar[str] = "device/sheet/list.html"

    title: str
    groups: tuple[Group, ...]


@dataclass(frozen=True)
class Slot:
    """One time to choose, by the clock that the sheet goes by."""

    identifier: str
    starts_at: dt.datetime


@dataclass(frozen=True)
class Day:
    """The times of one day."""

    date: dt.date
    slots: tuple[Slot, ...]


@dataclass(frozen=True)
class TimeSheet:
    """The times of a time picker that have not passed; its zone is named where the event fixes one."""

    template: ClassVar[str] = "device/sheet/times.html"

    title: str
    place: str
    zone: str
    days: tuple[Day, ...]


@dataclass(frozen=True)
class Amount:
    """One line of what is to be paid."""

    label: str
    amount: str
    is_pending: bool = False


@dataclass(frozen=True)
class PaymentSheet:
    """What is to be paid with Apple Pay."""

    template: ClassVar[str] = "device/sheet/payment.html"

    items: tuple[Amount, ...]
    total: Amount
    currency: str


@dataclass(frozen=True)
class SignInSheet:
    """The request to sign in at the business."""

    template: ClassVar[str] = "device/sheet/sign_in.html"

    title: str
    subtitle: str


@dataclass(frozen=True)
class AppSheet:
    """What a business's own app in Messages is told."""

    template: ClassVar[str] = "device/sheet/app.html"

    name: str
    url: str
    parameters: tuple[tuple[str, str], ...]


def list_sheet(picker: Payload, album: Album, title: str) -> ListSheet:
    """Return the sections in the order that they ask for."""
    return ListSheet(title, tuple(_group(section, album) for section in _in_order(picker, "sections")))


def time_sheet(event: Payload, title: str, now: dt.datetime) -> TimeSheet:
    """Return the times to come by day, in the zone of the event or else of the device."""
    offset = number(event, "timezoneOffset")
    is_fixed = offset is not None and abs(offset) < 24 * 60
    zone = dt.timezone(dt.timedelta(minutes=offset or 0)) if is_fixed else timezone.get_current_timezone()
    slots = sorted(_slots(event, zone, now), key=lambda slot: slot.starts_at)
    days = groupby(slots, key=lambda slot: slot.starts_at.date())
    return TimeSheet(
        title=text(event, "title") or title,
        place=text(inside(event, "location"), "title"),
        zone=_gmt(offset or 0) if is_fixed else "",
        days=tuple(Day(date, tuple(each)) for date, each in days),
    )


def payment_sheet(payment: Payload) -> PaymentSheet:
    """Return the items and the total."""
    request = inside(payment, "paymentRequest")
    return PaymentSheet(
        items=tuple(_amount(item) for item in objects(request, "lineItems")),
        total=_amount(inside(request, "total")),
        currency=text(request, "currencyCode"),
    )


def app_sheet(payload: Payload) -> AppSheet:
    """Return what stands in the address that the app is handed."""
    url = text(payload, "URL")
    query = url.partition("?")[2]
    return AppSheet(text(payload, "appName"), url, tuple(parse_qsl(query, keep_blank_values=True)))


def _group(section: Payload, album: Album) -> Group:
    lines = tuple(
        Line(text(item, "identifier"), text(item, "title"), text(item, "subtitle"), album.named_by(item))
        for item in _in_order(section, "items")
    )
    return Group(text(section, "title"), is_set(section, "multipleSelection"), lines)


def _in_order(place: Payload, name: str) -> list[Payload]:
    return sorted(objects(place, name), key=lambda each: number(each, "order") or 0)


def _slots(event: Payload, zone: dt.tzinfo, now: dt.datetime) -> Iterator[Slot]:
    for slot in objects(event, "timeslots"):
        try:
            starts_at = amb.parse_start_time(text(slot, "startTime")).astimezone(zone)
        except (amb.DecodeError, OverflowError):
            continue
        if starts_at > now:
            # Without its zone, so that a template shows it as it is.
            yield Slot(text(slot, "identifier"), starts_at.replace(tzinfo=None))


def _gmt(minutes: int) -> str:
    hours, rest = divmod(abs(minutes), 60)
    return "GMT" + (f"{'-' if minutes < 0 else '+'}{hours}" if minutes else "") + (f":{rest:02}" if rest else "")


def _amount(item: Payload) -> Amount:
    return Amount(text(item, "label"), text(item, "amount"), text(item, "type").lower() == "pending")
