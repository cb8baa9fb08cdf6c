"""What every test may ask for."""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.conf import LazySettings

from conversations.inbound import fetch
from conversations.outbound import deliver
from omnichannel.common import redis

Commits = Callable[[], AbstractContextManager[list[Callable[[], Any]]]]


@pytest.fixture
def commits(django_capture_on_commit_callbacks: Any) -> Commits:
    """Run what waits for the commit as soon as the block ends."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture(autouse=True)
def plain_static_files(settings: LazySettings) -> None:
    """Pages name static files as they are, so that nothing has to be collected first."""
    settings.STATIC_ROOT.mkdir(exist_ok=True)
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@pytest.fixture(autouse=True)
def quick_passwords(settings: LazySettings) -> None:
    """Hash passwords quickly: what makes a hash strong is the time it takes."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def own_folder(settings: LazySettings, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Files that a test stores are its own."""
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("media")


@pytest.fixture(autouse=True)
def quiet_bells() -> Iterator[None]:
    """A test without workers leaves no nudge behind."""
    yield
    redis.client().flushdb()


class InThisThread(Executor):
    """A pool that does everything at once, so that a test's transaction sees it."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Return a future that is done already."""
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


@pytest.fixture
def one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Send and fetch in the thread of the test."""
    pool = InThisThread()
    monkeypatch.setattr(deliver, "_pool", lambda: pool)
    monkeypatch.setattr(fetch, "_pool", lambda: pool)
