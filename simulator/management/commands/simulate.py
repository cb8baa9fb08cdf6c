"""``manage.py simulate``: a crowd of phones, against this installation or another host."""

import json
import math
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser, OutputWrapper
from django.utils.module_loading import import_string

from omnichannel import amb
from simulator import crowd
from simulator.models import Business, Phone, PhoneMessage
from simulator.models.phone import new_opaque_id
from simulator.models.shown import Side

ELSEWHERE = ("url", "msp_id", "secret", "business_id")
MOST_CUSTOMERS = 100_000
MOST_A_SECOND = 10_000
MOST_SECONDS = 24 * 60 * 60
MOST_MESSAGES = 5_000_000
# Where nobody watches a terminal, the progress is a line every few seconds.
LINE_SECONDS = 5.0
REACH_SECONDS = 5
# How long to wait for the next message to arrive before counting them.
ARRIVE_SECONDS = 10
LOOK_SECONDS = 0.2
WHAT_TO_CHECK = {
    401: "the address: a delivery there needs no token of its own kind",
    403: "--msp-id and --secret, which must be those of the connection there",
    404: "--business-id, which must be hosted there, and that --url ends in /applemessagesforbusiness",
    503: "the database there",
}


@dataclass(frozen=True)
class Size:
    """How many customers write, how often all together, and for how long."""

    customers: int
    rate: float
    seconds: float


@dataclass(frozen=True)
class Report:
    """What came of it; how many answers and messages there are is known where both sides are here."""

    result: crowd.Result
    answers: int | None = None
    arrived: int | None = None

    def lines(self) -> Iterator[str]:
        """Return the report for people."""
        result = self.result
        stopped = ", stopped early" if result.was_stopped else ""
        yield f"messages               {len(result.calls)} in {result.seconds:.1f} s{stopped}"
        for status, count in result.statuses.items():
            yield f"answered {status:<13} {count}"
        for name, share in crowd.SHARES.items():
            yield f"latency {name:<14} {result.latency(share):.1f} ms"
        if self.arrived is not None:
            yield f"arrived as messages    {self.arrived} of {result.taken}"
        if self.answers is not None:
            yield f"answers on the phones  {self.answers}"

    def as_json(self) -> dict[str, Any]:
        """Return the report for scripts."""
        result = self.result
        return {
            "messages": len(result.calls),
            "seconds": round(result.seconds, 3),
            "stopped_early": result.was_stopped,
            "statuses": result.statuses,
            "latency_ms": {name: round(result.latency(share), 1) for name, share in crowd.SHARES.items()},
            "arrived_as_messages": self.arrived,
            "answers_on_the_phones": self.answers,
        }


class Progress:
    """A line that tells how far the crowd has come: rewritten at a terminal, now and then a new one elsewhere."""

    def __init__(self, out: OutputWrapper, size: Size) -> None:
        self._out, self._size = out, size
        self._is_terminal = out.isatty()
        self._told_at = time.monotonic()

    def show(self, result: crowd.Result) -> None:
        """Tell how far it has come, if that is due."""
        if self._is_terminal:
            self._out.write(f"\r\x1b[K{self._line(result)}", ending="", style_func=str)
            self._out.flush()
        elif time.monotonic() - self._told_at >= LINE_SECONDS:
            self._told_at = time.monotonic()
            self._out.write(self._line(result), style_func=str)

    def clear(self) -> None:
        """Make room for the report."""
        if self._is_terminal:
            self._out.write("\r\x1b[K", style_func=str, ending="")
            self._out.flush()

    def _line(self, result: crowd.Result) -> str:
        planned, sent = max(1, round(self._size.rate * self._size.seconds)), len(result.calls)
        refused = f", {sent - result.taken} not taken" if sent > result.taken else ""
        return (
            f"{result.seconds:.0f} of {self._size.seconds:.0f} s: {sent} of {planned} messages{refused}, "
            f"p95 {result.latency(0.95):.0f} ms"
        )


class Command(BaseCommand):
    """Plays a crowd of customers and prints counts and latencies."""

    help = "Play a crowd of customers who write to a business, and print counts and latencies. Ctrl-C ends it early."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the size of the crowd, and the host when it is not this one."""
        parser.add_argument("--customers", default="20", help="how many customers write (default 20)")
        parser.add_argument("--rate", default="10", help="messages a second, all together (default 10)")
        parser.add_argument("--seconds", default="10", help="for how long (default 10)")
        parser.add_argument("--url", help="webhook base URL of another host, ending in /applemessagesforbusiness")
        parser.add_argument("--msp-id", help="MSP ID there")
        parser.add_argument("--secret", help="API secret there, in Base64")
        parser.add_argument("--business-id", help="business ID; here: which business, there: required")
        parser.add_argument("--json", action="store_true", help="print the report as JSON")

    def handle(self, **options: Any) -> None:
        """Play and print."""
        size = _size(options)
        is_elsewhere = any(options[name] for name in ELSEWHERE[:3])
        report = self._play_elsewhere(size, options) if is_elsewhere else self._play_here(size, options)
        self._print(report, as_json=options["json"])

    def _play_elsewhere(self, size: Size, options: dict[str, Any]) -> Report:
        if not all(options[name] for name in ELSEWHERE):
            raise CommandError("Another host needs --url, --msp-id, --secret and --business-id.")
        try:
            credentials = amb.Credentials(options["msp_id"], options["secret"])
        except ValueError as fault:
            raise CommandError(f"--secret cannot be used: {fault}") from fault
        target = crowd.Target(options["url"].rstrip("/"), credentials, options["business_id"])
        _reach(target.webhook_url, "Check --url, and that the host can be reached from here.")
        return Report(self._play(target, [new_opaque_id() for _ in range(size.customers)], size))

    def _play_here(self, size: Size, options: dict[str, Any]) -> Report:
        business = _business(options["business_id"])
        provider = business.provider
        target = crowd.Target(provider.webhook_url, provider.credentials, str(business.business_id))
        _reach(target.webhook_url, "Start the installation that answers there, such as with make run.")
        # With phones of their own here, the customers also get the answers.
        phones = Phone.objects.bulk_create(Phone(business=business) for _ in range(size.customers))
        customers = [phone.opaque_id for phone in phones]
        result = self._play(target, customers, size)
        arrived = self._count_arrived(customers, result.taken)
        answers = PhoneMessage.objects.filter(phone__in=phones, side=Side.BUSINESS).count()
        return Report(result, answers, arrived)

    def _play(self, target: crowd.Target, customers: list[str], size: Size) -> crowd.Result:
        progress = Progress(self.stderr, size)
        try:
            return crowd.play(target, customers, rate=size.rate, seconds=size.seconds, watch=progress.show)
        finally:
            progress.clear()

    def _count_arrived(self, customers: Sequence[str], taken: int) -> int:
        """Return how many have become messages; what was taken a moment ago may take another."""
        count: Callable[[Sequence[str]], int] = import_string(settings.SIMULATOR_COUNTS_ARRIVED_BY)
        arrived, changed_at = count(customers), time.monotonic()
        try:
            while arrived < taken and time.monotonic() < changed_at + ARRIVE_SECONDS:
                time.sleep(LOOK_SECONDS)
                before, arrived = arrived, count(customers)
                changed_at = changed_at if arrived == before else time.monotonic()
        except KeyboardInterrupt:
            self.stderr.write("Not waiting any longer for messages to arrive.")
        return arrived

    def _print(self, report: Report, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(report.as_json(), indent=2))
        else:
            self.stdout.write("\n".join(report.lines()))
        for status, reason in report.result.refusals.items():
            hint = f" Check {WHAT_TO_CHECK[status]}." if status in WHAT_TO_CHECK else ""
            self.stderr.write(f"The webhook answered {status}: {reason or 'no reason given.'}{hint}")
        if report.result.calls and not report.result.taken:
            raise CommandError("None of the messages was taken.")


def _size(options: dict[str, Any]) -> Size:
    size = Size(
        int(_number("--customers", options["customers"], most=MOST_CUSTOMERS, is_whole=True)),
        _number("--rate", options["rate"], most=MOST_A_SECOND),
        _number("--seconds", options["seconds"], most=MOST_SECONDS),
    )
    if size.rate * size.seconds > MOST_MESSAGES:
        raise CommandError(f"--rate times --seconds must not be above {MOST_MESSAGES:,} messages.")
    return size


def _number(name: str, given: object, *, most: int, is_whole: bool = False) -> float:
    kind = "whole number" if is_whole else "number"
    try:
        number = float(int(str(given)) if is_whole else str(given))
    except (ValueError, OverflowError) as fault:
        raise CommandError(f"{name} must be a {kind}, not {given}.") from fault
    if not (math.isfinite(number) and 0 < number <= most):
        raise CommandError(f"{name} must be a {kind} above 0 and at most {most:,}, not {given}.")
    return number


def _reach(url: str, hint: str) -> None:
    """Find out before anybody writes whether there is somebody to write to."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}[parts.scheme]
        if not parts.hostname:
            raise ValueError
    except (ValueError, KeyError) as fault:
        raise CommandError(f"--url is not a web address: {url}") from fault
    try:
        socket.create_connection((parts.hostname, port), timeout=REACH_SECONDS).close()
    except OSError as fault:
        reason = fault.strerror or "no answer in time"
        raise CommandError(f"Nothing answers at {parts.hostname}:{port} ({reason}). {hint}") from fault


def _business(business_id: str | None) -> Business:
    known = Business.objects.select_related("provider").order_by("pk")
    try:
        found = known.filter(business_id=UUID(business_id)).first() if business_id is not None else known.first()
    except ValueError as fault:
        raise CommandError(f"--business-id must be a UUID, not {business_id}.") from fault
    if found is None:
        ids = ", ".join(str(each) for each in known.values_list("business_id", flat=True)[:5])
        known_ids = f" Known: {ids}." if ids else " Load the demo data first."
        raise CommandError(f"No such business is registered at the simulator.{known_ids}")
    return found
