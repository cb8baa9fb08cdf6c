"""Hands out what the doctor found: for the doctor's pages, for others that show how things stand."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from channels_app.doctor.outcomes import TESTS
from channels_app.doctor.ways import way_to
from channels_app.models import Account, Examination, Finding, Verdict
from omnichannel.common.records import tag

# Nobody has begun within this time: workers are gone, or far behind.
UNATTENDED = datetime.timedelta(seconds=30)
GRAVITY = {Verdict.FINE.value: 0, Verdict.LOOK.value: 1, Verdict.WRONG.value: 2}
MOOD = {Verdict.FINE.value: "good", Verdict.LOOK.value: "warn", Verdict.WRONG.value: "bad"}
# Facts that are times, and how they are written.
TIMES = {"until": "DATE_FORMAT", "called": "DATETIME_FORMAT"}


@dataclass(frozen=True)
class Line:
    """One test in words."""

    title: Any
    verdict: Verdict
    says: str
    way: str
    url: str

    @property
    def mood(self) -> str:
        """Return the tone of its label."""
        return MOOD[self.verdict.value]


@dataclass(frozen=True)
class Report:
    """What was found at the last examination of a subject."""

    examination: Examination
    lines: tuple[Line, ...]

    @property
    def is_unfinished(self) -> bool:
        """Tell whether a worker has still to add to it."""
        return self.examination.finished_at is None

    @property
    def last_sign(self) -> datetime.datetime:
        """Return when it was asked for, or when a worker came."""
        return self.examination.finished_at or self.examination.began_at or self.examination.asked_at

    @property
    def worst(self) -> Line | None:
        """Return the gravest finding, the first of those."""
        return max(self.lines, key=lambda line: GRAVITY[line.verdict.value], default=None)

    @property
    def open(self) -> int:
        """Return how many findings are not fine."""
        return sum(line.verdict != Verdict.FINE for line in self.lines)


def are_unattended(shown: Sequence[Report]) -> bool:
    """Tell whether no worker comes for what is left: one that is busy with others of these has not forgotten it."""
    if not any(report.is_unfinished for report in shown):
        return False
    return timezone.now() - max(report.last_sign for report in shown) > UNATTENDED


def open_findings() -> int:
    """Return how many findings want somebody, of all that was examined and is still in use."""
    return Finding.objects.exclude(verdict=Verdict.FINE).filter(examination__account__retired_at=None).count()


def verdict_on(account: Account) -> SafeString:
    """Return a label with the gravest verdict on an account itself."""
    verdicts = Finding.objects.filter(examination__account=account).values_list("verdict", flat=True)
    worst = max(verdicts, key=GRAVITY.__getitem__, default=None)
    return tag(str(Verdict(worst).label), MOOD[worst]) if worst else tag(gettext("Not tested"))


def reports(examinations: QuerySet[Examination]) -> list[Report]:
    """Return the reports of these examinations, in three queries."""
    rows = examinations.select_related("account", "asked_by").prefetch_related("findings")
    return [Report(row, _lines(row)) for row in rows]


def _lines(examination: Examination) -> tuple[Line, ...]:
    order = list(TESTS)
    known = [each for each in examination.findings.all() if _is_known(each)]
    return tuple(_line(each, examination) for each in sorted(known, key=lambda each: order.index(each.test)))


def _is_known(finding: Finding) -> bool:
    # A version before or after this one may have other tests.
    return finding.test in TESTS and finding.outcome in TESTS[finding.test].outcomes


def _line(finding: Finding, examination: Examination) -> Line:
    test = TESTS[finding.test]
    outcome = test.outcomes[finding.outcome]
    way, url = way_to(outcome.mends, examination, finding.facts)
    return Line(test.title, outcome.verdict, str(outcome.says) % _words(finding.facts), way, url)


def _words(facts: Mapping[str, Any]) -> Mapping[str, Any]:
    told: dict[str, Any] = defaultdict(lambda: "–", facts)
    for name, style in TIMES.items():
        if name in facts:
            moment = timezone.localtime(datetime.datetime.fromisoformat(facts[name]))
            told[name] = date_format(moment, style)
    return told
