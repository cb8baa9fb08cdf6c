"""Installing once, again after a change, and anew after an interruption."""

import json
import shutil
import sys
from pathlib import Path

import pytest

from omnichannel.launcher import install
from omnichannel.launcher.install import Installation, NotInstalled


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project whose environment holds nothing but pip, made once: a lock of comments needs no network."""
    project = tmp_path_factory.mktemp("installed")
    (project / "requirements-dev.lock").write_text("# nothing more\n")
    (project / "requirements.lock").write_text("# nothing\n")
    Installation(project / ".venv", project / "requirements.lock").ensure()
    return project


@pytest.fixture
def installation(installed: Path, tmp_path: Path) -> Installation:
    """Return an installation of the test's own, as a former start left it."""
    project = shutil.copytree(installed, tmp_path / "a project", symlinks=True)
    return Installation(project / ".venv", project / "requirements.lock")


def _runs(installation: Installation) -> int:
    """Return the number that a run of pip changes."""
    return installation.log.stat().st_ino + installation.log.stat().st_mtime_ns


def test_a_second_start_installs_nothing(installation: Installation) -> None:
    before = _runs(installation)

    installation.ensure()

    assert _runs(installation) == before


def test_a_changed_lock_is_installed(installation: Installation) -> None:
    before = _runs(installation)
    installation.lock.write_text(installation.lock.read_text() + "# changed\n")

    installation.ensure()

    assert _runs(installation) != before


def test_the_development_lock_brings_the_runtime_lock_with_it(installation: Installation) -> None:
    Installation(installation.folder, installation.lock.with_name("requirements-dev.lock")).ensure()
    before = _runs(installation)

    installation.ensure()

    assert _runs(installation) == before


def test_an_interrupted_installation_is_made_anew(installation: Installation) -> None:
    (installation.folder / "install-under-way").touch()
    (installation.folder / "half").touch()

    installation.ensure()

    assert not (installation.folder / "half").exists()
    assert not (installation.folder / "install-under-way").exists()


def test_a_package_that_cannot_be_fetched_is_one_clear_line(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    installation.lock.write_text(f"no-such-package-here==1.0 --hash=sha256:{'0' * 64}\n")

    with pytest.raises(NotInstalled) as caught:
        installation.ensure()

    last = str(caught.value).splitlines()[-1]
    assert last.startswith("Packages could not be downloaded; is this machine connected?")


def test_a_python_that_is_too_old_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(install, "OLDEST", (99, 0))

    code = install.main("requirements.lock")

    assert (code, capsys.readouterr().err) == (
        1,
        f"Python 99.0 or newer is needed; this is {sys.version.split()[0]}.\n",
    )


def test_a_python_without_venv_is_told_what_to_install() -> None:
    said = install._venv_fault("The virtual environment was not created because ensurepip is not available.")

    assert said == "Python's venv module is not installed; on Debian and Ubuntu: apt install python3-venv"


def test_the_stamp_names_the_locks_it_stands_for(installation: Installation) -> None:
    stamp = json.loads((installation.folder / "installed.json").read_text())

    assert stamp[installation.lock.name] == install._digest(installation.lock)


def test_the_locks_name_no_index() -> None:
    locks = [Path(install.PROJECT / name).read_text() for name in (install.RUNTIME, install.DEVELOPMENT)]

    assert [("://" in lock, "--index-url" in lock, "--find-links" in lock) for lock in locks] == [(False,) * 3] * 2
