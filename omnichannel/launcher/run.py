"""Starts an installation from its data folder, keeps it running, and stops it."""

import errno
import os
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from omnichannel.launcher import preflight
from omnichannel.launcher.children import Children, Process, end_leftovers, start_program
from omnichannel.launcher.errors import CannotStart
from omnichannel.launcher.health import is_healthy
from omnichannel.launcher.keys import kept_keys
from omnichannel.launcher.lock import hold
from omnichannel.launcher.logs import Log
from omnichannel.launcher.options import Options, read_options
from omnichannel.launcher.private import write_values
from omnichannel.launcher.screen import Screen, complain
from omnichannel.launcher.servers import Server, postgres_programs, start_postgres, start_valkey
from omnichannel.launcher.steps import last_lines, prepare, started
from omnichannel.launcher.stopping import Stopped, stop_signals
from omnichannel.launcher.welcome import welcome

HEALTHY_WITHIN: Final = 90
LOOK_EVERY: Final = 0.25
FULL: Final = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True)
class Plan:
    """What to run: a preparation that prints its steps, processes, the sign-ins as JSON, and places to show."""

    prepare: tuple[str, ...]
    sign_ins: tuple[str, ...]
    processes: tuple[Process, ...]
    places: tuple[tuple[str, str], ...]


def run(plan_for: Callable[[Options], Plan]) -> int:
    """Run until somebody asks to stop; return the exit code."""
    try:
        options = read_options(os.environ)
        preflight.make_data_dir(options.data_dir)
        return Launcher(options, plan_for(options)).run()
    except CannotStart as error:
        complain(str(error))
    except OSError as error:
        complain(_in_words(error))
    return 1


def _in_words(error: OSError) -> str:
    if error.errno in FULL:
        return f"The disk is full: {error.filename or 'DATA_DIR'} could not be written"
    return f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}"


class Launcher:
    """One installation while it runs."""

    def __init__(self, options: Options, plan: Plan) -> None:
        self._options = options
        self._plan = plan
        self._data = options.data_dir
        self._screen = Screen()
        self._children = Children(self._data / "processes.json", self._screen)

    def run(self) -> int:
        """Start, serve until asked to stop, stop."""
        with stop_signals(self._children.kill):
            try:
                with hold(self._data, self._options.base_url), ExitStack() as stack:
                    self._start(stack)
                    self._serve()
            except Stopped:
                self._screen.note("Stopped.")
        return 0

    def _start(self, stack: ExitStack) -> None:
        end_leftovers(self._data / "processes.json")
        preflight.check_port(self._options)
        stack.callback(self._stop)
        environment = self._environment(self._start_servers())
        self._announce(environment)
        stack.callback((self._data / "run.env").unlink, missing_ok=True)
        self._prepare(environment)
        sign_ins = self._start_processes(environment)
        self._screen.note(welcome(environment["BASE_URL"], self._plan.places, sign_ins))

    def _serve(self) -> None:
        while True:
            self._children.revive()
            time.sleep(LOOK_EVERY)

    def _stop(self) -> None:
        self._screen.note("Stopping ...")
        self._children.stop()

    def _start_servers(self) -> dict[str, str]:
        database, bells = self._options.database_url, self._options.redis_url
        programs = self._options.environment.get("PG_BIN", "")
        with self._screen.phase("Database"):
            if database:
                preflight.check_database(database)
            else:
                database = self._start_server(start_postgres, self._data / "postgres")
                programs = str(postgres_programs())
        with self._screen.phase("Message broker"):
            if bells:
                preflight.check_redis(bells)
            else:
                bells = self._start_server(start_valkey, self._data / "valkey")
        return {"DATABASE_URL": database, "REDIS_URL": bells, "PG_BIN": programs}

    def _start_server(self, start: Callable[..., Server], directory: Path) -> str:
        server = start(directory)
        # The others know its address, so a server that ended comes back to it.
        self._children.keep(server.name, server, again=partial(start, directory, port=server.port))
        return server.url

    def _environment(self, servers: Mapping[str, str]) -> dict[str, str]:
        defaults = {"SIMULATOR": "on", "DEMO": "on", "BASE_URL": self._options.base_url}
        keys = kept_keys(self._data / "secrets.env")
        return {
            **defaults, **keys, **self._options.environment, **servers,
            "DATA_DIR": str(self._data), "HOST": self._options.host, "PORT": str(self._options.port),
            "DJANGO_SETTINGS_MODULE": "omnichannel.settings", "PYTHONUNBUFFERED": "1",
        }  # fmt: skip

    def _announce(self, environment: Mapping[str, str]) -> None:
        """Let management commands find the instance that runs."""
        names = ("DATABASE_URL", "REDIS_URL", "PG_BIN", "BASE_URL", "HOST", "PORT", "SIMULATOR", "DEMO")
        write_values(self._data / "run.env", {name: environment[name] for name in names})

    def _prepare(self, environment: Mapping[str, str]) -> None:
        logs = self._data / "logs"
        logs.mkdir(mode=0o700, exist_ok=True)
        prepare(self._plan.prepare, environment, logs / "prepare.log", self._screen)

    def _start_processes(self, environment: Mapping[str, str]) -> str:
        """Start the processes; return the sign-ins, which are asked for meanwhile."""
        errors = self._data / "logs" / "sign-ins.log"
        with self._screen.phase("Processes"), errors.open("w") as log:
            for process in self._plan.processes:
                self._start_process(process, environment)
            with started(self._plan.sign_ins, environment, log) as asked:
                self._await_health()
                return asked.communicate()[0]

    def _start_process(self, process: Process, environment: Mapping[str, str]) -> None:
        log = Log(self._data / "logs" / f"{process.name}.log")
        again = partial(start_program, process, environment, log, self._screen)
        self._children.keep(process.name, again(), again)

    def _await_health(self) -> None:
        deadline = time.monotonic() + HEALTHY_WITHIN
        while not is_healthy(self._options):
            for name in self._children.ended():
                log = self._data / "logs" / f"{name}.log"
                raise CannotStart(f"{last_lines(log)}\n{name} ended while starting; all it said is in {log}")
            if time.monotonic() > deadline:
                raise CannotStart(f"web did not answer within {HEALTHY_WITHIN} s; its log is in {self._data}/logs")
            time.sleep(0.1)
