"""The faults of a soak, each with its name: what strikes, for how long, and how it is taken back."""

from __future__ import annotations

import resource
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from threading import Event

import psycopg

from omnichannel.common.steps import Step
from tests.faults.installation import Installation, Phone

PROCESSES = ("web", "worker", "beat")
# Those of Apple's that concern one message, with their number where the usual one is too patient for a soak.
OF_APPLE: dict[str, int | None] = {
    "gateway_400": None,
    "gateway_403": None,
    "gateway_429": 3,
    "gateway_500": None,
    "gateway_503": 2,
    "gateway_timeout": 35,
    "gateway_cut": None,
    "gateway_garbage": None,
    "gateway_slow": 800,
    "wrong_secret": None,
    "duplicate": None,
    "duplicate_interactive": None,
    "link_expired": None,
    "out_of_order": 1500,
}


@dataclass(frozen=True)
class Scene:
    """Where a fault strikes: the installation, its customers, and the dice."""

    product: Installation
    phones: Sequence[Phone]
    dice: Random


Trouble = Callable[[Scene], str]


def kill(scene: Scene) -> str:
    """A process is killed, wherever it is."""
    name = scene.dice.choice(PROCESSES)
    scene.product.processes[name].kill()
    return f"{name} killed"


def kill_at_a_step(scene: Scene) -> str:
    """Somebody is killed when the next message makes a step."""
    step = scene.dice.choice(list(Step))
    victim = scene.dice.choice(("itself", "itself", *PROCESSES))
    scene.product.arm(step, (victim,), after=scene.dice.randrange(3))
    return f"{victim} killed at {step}"


def lose_the_broker(scene: Scene) -> str:
    """The broker is away for a while and comes back empty."""
    seconds = scene.dice.choice((0.5, 2, 5, 10))
    scene.product.stop_valkey()
    Event().wait(seconds)
    scene.product.start_valkey()
    return f"Valkey away for {seconds:g} s, and emptied"


def restart_the_database(scene: Scene) -> str:
    """The database restarts."""
    scene.product.restart_postgres()
    return "PostgreSQL restarted"


def cut_the_database(scene: Scene) -> str:
    """Every connection to the database is cut."""
    try:
        scene.product.cut_connections()
    except psycopg.OperationalError:
        return "connections to PostgreSQL could not be cut"
    return "connections to PostgreSQL cut"


def fill_the_disk(scene: Scene) -> str:
    """A process can write no file for a while."""
    name = scene.dice.choice(("web", "worker"))
    if not hasattr(resource, "prlimit"):
        return "disk left alone: only Linux takes the room from a running process"
    with scene.product.full_disk(name, 100):
        Event().wait(scene.dice.choice((2, 6)))
    return f"disk full for {name}"


def put_a_clock_wrong(scene: Scene) -> str:
    """Another worker joins for a while, whose clock is five minutes off."""
    seconds = scene.dice.choice((300, -300))
    scene.product.start("worker", "worker-2", CLOCK_OFF=str(seconds))
    Event().wait(8)
    scene.product.stop("worker-2")
    return f"a second worker whose clock is {seconds:+d} s off, killed after a while"


def double_everything(scene: Scene) -> str:
    """A second worker and a second beat join for a while."""
    for name in ("worker", "beat"):
        scene.product.start(name, f"{name}-2")
    Event().wait(8)
    for name in ("worker", "beat"):
        scene.product.stop(f"{name}-2")
    return "a second worker and beat, killed after a while"


def upset_apple(scene: Scene) -> str:
    """Apple does something odd with the next messages of a customer."""
    kind = scene.dice.choice(list(OF_APPLE))
    value = {"value": number} if (number := OF_APPLE[kind]) is not None else {}
    scene.dice.choice(scene.phones).fault(kind, times=scene.dice.randint(1, 3), **value)
    return f"Apple: {kind}"


# The quick and common ones strike more often.
TROUBLES: Sequence[Trouble] = (
    kill, kill, kill_at_a_step, kill_at_a_step, kill_at_a_step, kill_at_a_step, upset_apple, upset_apple, upset_apple,
    upset_apple, cut_the_database, cut_the_database, restart_the_database, lose_the_broker, fill_the_disk,
    put_a_clock_wrong, double_everything,
)  # fmt: skip
