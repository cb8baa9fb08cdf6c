"""Installs a lock file into .venv, once. Runs on the system's Python with its standard library alone."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
OLDEST = (3, 11)
RUNTIME = "requirements.lock"
# Resolved together with the runtime lock, so whoever has this one has that one too.
DEVELOPMENT = "requirements-dev.lock"
FAULTS = {
    r"No space left on device|Disk quota exceeded": "The disk is full.",
    r"DO NOT MATCH THE HASHES": "A downloaded package differs from the one in the lock file; it was not used.",
    r"Connection|name resolution|timed out|ProxyError|Network is unreachable|No matching distribution":
        "Packages could not be downloaded; is this machine connected?",
    r"Permission denied": "The folder .venv cannot be written; does it belong to another user?",
}  # fmt: skip


class NotInstalled(Exception):
    """The text says why in one line."""


def main(lock_name: str) -> int:
    """Install what the lock names unless that was done before; return the exit code."""
    if sys.version_info < OLDEST:
        return _complain(f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed; this is {sys.version.split()[0]}.")
    try:
        with _alone():
            Installation(PROJECT / ".venv", PROJECT / lock_name).ensure()
    except NotInstalled as error:
        return _complain(str(error))
    except OSError as error:
        return _complain(f"The packages cannot be installed: {error.strerror} ({error.filename})")
    except KeyboardInterrupt:
        return _complain("Stopped; the next start repairs the installation.")
    return 0


class Installation:
    """The virtual environment, and what is known to be in it."""

    def __init__(self, folder: Path, lock: Path) -> None:
        self.folder = folder
        self.lock = lock
        self.python = folder / "bin" / "python"
        self.log = folder / "install.log"
        self._stamp = folder / "installed.json"
        self._under_way = folder / "install-under-way"

    def ensure(self) -> None:
        """Bring the environment to what the lock says."""
        is_sound = self._is_sound()
        if is_sound and self._installed().get(self.lock.name) == _digest(self.lock):
            return
        if not is_sound:
            self._make()
        self._install()

    def _is_sound(self) -> bool:
        """Whether there is an environment that a former install left whole, with a Python that still runs."""
        if not self.python.exists() or self._under_way.exists():
            return False
        asked = "import pip, sys; sys.exit(sys.version_info < %r)" % (OLDEST,)  # noqa: UP031 - braces would mislead
        if self._stamp.exists():
            asked = asked.replace("pip, ", "")
        return subprocess.run([self.python, "-c", asked], capture_output=True, check=False).returncode == 0

    def _make(self) -> None:
        began = time.monotonic()
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(exist_ok=True)
        self._under_way.touch()
        done = subprocess.run(
            [sys.executable, "-m", "venv", str(self.folder)],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
        )  # fmt: skip
        if done.returncode != 0:
            raise NotInstalled(_venv_fault(done.stdout))
        _say(f"  {'Python environment':<40}{time.monotonic() - began:6.1f} s\n")

    def _install(self) -> None:
        began = time.monotonic()
        self._under_way.touch()
        self._stamp.unlink(missing_ok=True)
        with self.log.open("w") as log:
            pip = subprocess.Popen(self._command(), stdout=log, stderr=subprocess.STDOUT, env=_environment())
            try:
                self._watch(pip)
            except BaseException:
                pip.terminate()
                pip.wait()
                raise
        if pip.returncode != 0:
            raise NotInstalled(self._fault())
        self._finish()
        _say(f"\r  {'Packages':<40}{time.monotonic() - began:6.1f} s\n")

    def _finish(self) -> None:
        names = [DEVELOPMENT, RUNTIME] if self.lock.name == DEVELOPMENT else [self.lock.name]
        digests = {name: _digest(self.lock.with_name(name)) for name in names if self.lock.with_name(name).exists()}
        self._stamp.write_text(json.dumps(digests))
        self._under_way.unlink()

    def _command(self) -> list[str]:
        quiet = ["--disable-pip-version-check", "--no-input", "--retries", "2", "--progress-bar", "off"]
        return [str(self.python), "-m", "pip", "install", "--require-hashes", *quiet, "-r", str(self.lock)]

    def _watch(self, pip: subprocess.Popen[bytes]) -> None:
        """Show how far pip is; without a terminal, say once that it works."""
        total = len(re.findall(r"^\S+==", self.lock.read_text(), re.MULTILINE))
        if not sys.stdout.isatty():
            _say(f"  Installing {total} packages ...\n")
            pip.wait()
            return
        while pip.poll() is None:
            _say(f"\r  {self._progress(total):<46}")
            time.sleep(0.3)

    def _progress(self, total: int) -> str:
        said = self.log.read_text(errors="replace")
        if "Installing collected packages" in said:
            return f"Packages: installing {min(total, self._count())} of {total}"
        return f"Packages: fetching {said.count('Collecting ')} of {total}"

    def _count(self) -> int:
        return len(list(self.folder.glob("lib/*/site-packages/*.dist-info")))

    def _installed(self) -> dict[str, str]:
        try:
            known: dict[str, str] = json.loads(self._stamp.read_text())
        except (OSError, ValueError):
            return {}
        return known

    def _fault(self) -> str:
        said = self.log.read_text(errors="replace")
        last = "\n".join(said.splitlines()[-12:])
        reason = next((words for pattern, words in FAULTS.items() if re.search(pattern, said)), "pip failed.")
        return f"\n{last}\n\n{reason} All that pip said is in {self.log}"


class _alone:  # noqa: N801 - reads as a word of the sentence
    """Two starts at once install one after the other."""

    def __enter__(self) -> None:
        self._folder = os.open(PROJECT, os.O_RDONLY)
        fcntl.flock(self._folder, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        os.close(self._folder)


def _digest(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in ("PIP_USER", "PIP_TARGET", "PYTHONPATH")}


def _venv_fault(said: str) -> str:
    if "ensurepip" in said or "No module named" in said:
        return "Python's venv module is not installed; on Debian and Ubuntu: apt install python3-venv"
    return f"{said.strip()}\nThe Python environment .venv could not be made."


def _say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def _complain(text: str) -> int:
    sys.stderr.write(text + "\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
