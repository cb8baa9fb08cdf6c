"""What docs/simulator.md says about faults and addresses is what there is."""

import re
from pathlib import Path

from django.utils.translation import override

from simulator.api.urls import urlpatterns
from simulator.fault_kinds import FAULTS, FaultGroup, FaultKind, Number

PAGE = (Path(__file__).parents[2] / "docs" / "simulator.md").read_text(encoding="utf-8")


def table() -> list[str]:
    """Return the lines of the table of faults."""
    with override("en"):
        return [row(kind) for group in FaultGroup for kind in FaultKind if FAULTS[kind].group == group]


def row(kind: FaultKind) -> str:
    spec = FAULTS[kind]
    lasts = "until switched off" if spec.is_lasting else "as many times as armed"
    return f"| `{kind.value}` | {spec.group.label} | {spec.description} | {number(spec.number)} | {lasts} |"


def number(carried: Number | None) -> str:
    if carried is None:
        return ""
    among = ", ".join(map(str, carried.choices)) or f"{carried.minimum} to {carried.maximum}"
    return f"{carried.label}: {carried.default} ({among})"


def test_every_fault_is_documented() -> None:
    assert re.findall(r"^\| `\w+` \|.* \|.* \|.* \|.* \|$", PAGE, re.MULTILINE) == table()


def test_every_address_for_scripts_is_documented() -> None:
    addresses = {re.sub(r"<opaque:\w+>", "<id>", str(each.pattern)) for each in urlpatterns}

    assert addresses - set(re.findall(r"`(?:GET|POST|PUT) ([^`]+)`", PAGE)) == set()
