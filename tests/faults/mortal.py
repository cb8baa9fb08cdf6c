"""Runs a Python module as a process that dies at a named step, where a test has asked for that.

``python -m tests.faults.mortal web uvicorn …`` runs uvicorn under the name "web". A file ``armed/<step>.<number>`` in
the folder FAULTS_FOLDER holds the names of those to kill when somebody next makes that step; an empty one lets the
step pass once. Whoever renames the file first takes it, so each strikes once. CLOCK_OFF sets the clock of this process
wrong by so many seconds.
"""

from __future__ import annotations

import datetime
import os
import runpy
import signal
import sys
from contextlib import suppress
from pathlib import Path

import time_machine

from omnichannel.common.steps import Step, listen


def main(name: str, module: str, *arguments: str) -> None:
    """Become the module."""
    folder = Path(os.environ["FAULTS_FOLDER"])
    process_file(folder, name).write_text(str(os.getpid()))
    listen(lambda step: _strike(folder, name, step))
    if seconds := float(os.environ.get("CLOCK_OFF", "0")):
        elsewhen = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=seconds)
        time_machine.travel(elsewhen, tick=True).start()
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def process_file(folder: Path, name: str) -> Path:
    """Return where the number of a process is noted."""
    return folder / "processes" / name


def _strike(folder: Path, name: str, step: Step) -> None:
    for order in sorted((folder / "armed").glob(f"{step}.*")):
        try:
            taken = order.rename(folder / "fired" / order.name)
        except FileNotFoundError:
            continue
        victims = [name if victim == "itself" else victim for victim in taken.read_text().split()]
        # Oneself last, so that the others still die.
        for victim in sorted(victims, key=lambda each: each == name):
            _kill(process_file(folder, victim))
        return


def _kill(process: Path) -> None:
    with suppress(FileNotFoundError, ProcessLookupError):
        os.kill(int(process.read_text()), signal.SIGKILL)


if __name__ == "__main__":
    main(*sys.argv[1:])
