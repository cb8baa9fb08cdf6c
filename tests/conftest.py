"""What every test may ask for."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import AbstractContextManager
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.conf import LazySettings
from django.contrib.auth.models import Group
from django.db import connection
from django.db.models.signals import post_migrate
from django.utils import timezone

from channels_app.models import Organisation
from conversations.inbound import fetch
from conversations.outbound import deliver, links
from omnichannel.common import clock, redis
from workstreams.roles import Role

# The settings of this process have read it; what a test starts counts in a folder of its own.
os.environ.pop("METRICS_DIR", None)

Commits = Callable[[], AbstractContextManager[list[Callable[[], Any]]]]


FILL = import_module("workstreams.migrations.0005_stock_presences_and_secret_rights").fill


def make_stock(**_signal: Any) -> None:
    """Make the rows again that migrations made: a test that commits empties every table behind it."""
    for role in Role:
        Group.objects.get_or_create(name=role.value)
    FILL(apps, None)


post_migrate.connect(make_stock, sender=apps.get_app_config("workstreams"))


def make_organisation(**_signal: Any) -> None:
    """Make the one row again that a migration made."""
    Organisation.get()


post_migrate.connect(make_organisation, sender=apps.get_app_config("channels_app"))


@pytest.fixture
def commits(django_capture_on_commit_callbacks: Any) -> Commits:
    """Run what waits for the commit as soon as the block ends."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Let a test that commits empty every table afterwards, the audit log too, which refuses that elsewhere."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_auditevent DISABLE TRIGGER audit_events_are_never_emptied")


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


@pytest.fixture(autouse=True)
def one_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that travels takes the database's clock along."""
    monkeypatch.setattr(clock, "now", timezone.now)


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
    monkeypatch.setattr(links, "_pool", lambda: pool)
