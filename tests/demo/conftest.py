"""The demo as it stands after loading, and the commands that deal with it."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import call_command

from channels_app.models import MspConnection
from omnichannel.demo import apple_side, artwork
from omnichannel.demo.load import load

Manage = Callable[..., str]


@pytest.fixture
def demo(db: None, settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> MspConnection:
    """Return the connection of a loaded demo."""
    # The usual hasher is slow by design, and large pictures prove no more than small ones.
    monkeypatch.setattr(artwork, "SIZE", (96, 72))
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    load()
    connection = apple_side.connection()
    assert connection
    return connection


@pytest.fixture(autouse=True)
def own_counts(settings: LazySettings, tmp_path: Path) -> None:
    """Preparing empties the folder of counts: not the one that this process counts in."""
    settings.METRICS_DIR = tmp_path / "metrics"


@pytest.fixture
def manage(db: None) -> Manage:
    """Return what runs a management command and gives what it printed."""

    def run(*words: str) -> str:
        out = StringIO()
        call_command(*words, stdout=out)
        return out.getvalue()

    return run
