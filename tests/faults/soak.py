"""``python -m tests.faults.soak --minutes 10``: both sides talk while something breaks every few seconds.

At the end every message is accounted for by its id. The exit code is 1 where one was lost, doubled, overtaken, or is
said to be what it is not.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random, SystemRandom
from threading import Event

from omnichannel.launcher.throwaway import surroundings
from tests.faults.installation import Installation, installation
from tests.faults.reckoning import Talk, reckon, report
from tests.faults.talk import greet
from tests.faults.trouble import TROUBLES, Scene
from tests.faults.truth import settle, settle_everything

# Retries toward Apple take up to ten minutes, by settings that are otherwise those of production.
HEAL_SECONDS = 700
PAUSE = (0.2, 2.0)
CALM = (2.0, 6.0)
FILE = ("measurements.txt", b"Spokes, rims and hubs.\n" * 50)


@dataclass
class Soak:
    """One run: who talks, what struck, and the line that shows how far it is."""

    product: Installation
    talks: list[Talk]
    dice: Random
    seed: int
    strikes: Counter[str] = field(default_factory=Counter)
    is_over: Event = field(default_factory=Event)
    began_at: float = field(default_factory=time.monotonic)

    def strike_until(self, ends_at: float) -> None:
        """Let something break every few seconds."""
        scene = Scene(self.product, [talk.phone for talk in self.talks], self.dice)
        while (left := ends_at - time.monotonic()) > 0:
            self.is_over.wait(min(left, self.dice.uniform(*CALM)))
            struck = self.dice.choice(TROUBLES)(scene)
            self.strikes[struck] += 1
            self.show(struck)

    def show(self, news: str) -> None:
        """Say how far it is, on one line."""
        seconds = int(time.monotonic() - self.began_at)
        written, accepted = (sum(len(each) for each in part) for part in zip(*self._parts(), strict=True))
        line = f"{seconds // 60:02}:{seconds % 60:02}  {sum(self.strikes.values())} faults, {written} from customers, "
        line += f"{accepted} to customers; last: {news}"
        sys.stderr.write(f"\r\033[K{line}" if sys.stderr.isatty() else f"{line}\n")
        sys.stderr.flush()

    def _parts(self) -> Iterator[tuple[list[str], list[int]]]:
        return ((talk.written, talk.accepted) for talk in self.talks)

    @contextmanager
    def talking(self) -> Iterator[None]:
        """Have everybody talk until the block ends."""
        with ThreadPoolExecutor(len(self.talks)) as pool:
            talkers = [
                pool.submit(self._talk, talk, Random(f"{self.seed}-{place}")) for place, talk in enumerate(self.talks)
            ]
            try:
                yield
            finally:
                self.is_over.set()
            for talker in talkers:
                talker.result()

    def _talk(self, talk: Talk, dice: Random) -> None:
        number = 0
        while not self.is_over.wait(dice.uniform(*PAUSE)):
            number += 1
            _act(talk, dice.random(), number)


def main(arguments: Sequence[str]) -> int:
    """Run, print the report, and return the exit code."""
    options = _parser().parse_args(arguments)
    seed = SystemRandom().randrange(10**6) if options.seed is None else options.seed
    folder = Path(tempfile.mkdtemp(prefix="soak-"))
    sys.stderr.write(f"Seed {seed}; the logs are in {folder}\n")
    with surroundings() as servers, installation(folder, servers, {}) as product:
        phones = greet(product, options.phones, retries=0)
        soak = Soak(product, [Talk(phone) for phone in phones], Random(seed), seed)
        return _run(soak, options.minutes)


def _run(soak: Soak, minutes: float) -> int:
    with soak.talking():
        soak.strike_until(soak.began_at + minutes * 60)
    healed = _heal(soak)
    result = reckon(soak.talks)
    facts = {"Minutes": f"{minutes:g}", "Seed": str(soak.seed), "Customers": str(len(soak.talks)), **healed}
    sys.stdout.write("\n" + report("Soak", facts, soak.strikes, result))
    return 1 if result.faults else 0


def _heal(soak: Soak) -> dict[str, str]:
    """Wait until nothing is under way any more; tell how soon a new message passed, and how soon all was settled."""
    soak.product.disarm()
    since = time.monotonic()
    probes = greet(soak.product, 1, retries=10)
    probes[0].answer("Are you there?")
    settle(soak.product, *probes, seconds=HEAL_SECONDS)
    passed = time.monotonic() - since
    soak.show("waiting until everything has settled")
    settle(soak.product, *(talk.phone for talk in soak.talks), seconds=HEAL_SECONDS)
    settle_everything(soak.product, seconds=HEAL_SECONDS)
    return {
        "A new message passes both ways after the last fault": f"{passed:.1f} s (a sweep is 5 s)",
        "Everything is settled after the last fault": f"{time.monotonic() - since:.1f} s",
    }


def _act(talk: Talk, chance: float, number: int) -> None:
    phone = talk.phone
    if chance < 0.4:
        talk.written.append(phone.write(f"Question {number}"))
    elif chance < 0.47:
        talk.written.append(phone.attach(f"Picture {number}", *FILE))
    elif chance < 0.52:
        talk.written.append(phone.answer_at_length(f"Choice {number}"))
    else:
        try:
            talk.accepted.append(phone.answer(f"Answer {number}", file=FILE if chance > 0.93 else None))
        except AssertionError:
            talk.not_accepted += 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Both sides talk while something breaks every few seconds.")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, help="the same again, as far as processes allow")
    parser.add_argument("--phones", type=int, default=10)
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
