"""Wrong settings are named, with what to set instead."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from omnichannel.checks import check_settings

GOOD_KEY = "k1:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="


def test_the_settings_of_a_test_run_are_good() -> None:
    assert check_settings() == []


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("FIELD_KEYS", [], "omnichannel.E001"),
        ("FIELD_KEYS", ["k1:short"], "omnichannel.E001"),
        ("FIELD_KEYS", ["k1:Ünicode"], "omnichannel.E001"),
        ("FIELD_KEYS", [GOOD_KEY, "no colon"], "omnichannel.E001"),
        ("BASE_URL", "chat.example.com", "omnichannel.E002"),
        ("BASE_URL", "ftp://127.0.0.1", "omnichannel.E002"),
        ("BASE_URL", "http://127.0.0.1:8000/portal", "omnichannel.E002"),
        ("BASE_URL", "http://127.0.0.1:0", "omnichannel.E002"),
        ("BASE_URL", "http://127.0.0.1:eighty", "omnichannel.E002"),
        ("BASE_URL", "http://[::1", "omnichannel.E002"),
        ("SECRET_KEY", "short", "omnichannel.E003"),
        ("SECRET_KEY", "django-insecure-" + "x" * 50, "omnichannel.E003"),
        ("SEND_THREADS", 0, "omnichannel.E006"),
        ("SEND_FOR_SECONDS", -1, "omnichannel.E006"),
        ("SWEEP_SECONDS", 0, "omnichannel.E006"),
        ("CLAIM_SECONDS", 2, "omnichannel.E006"),
        ("SETTLE_WITHIN_SECONDS", 659, "omnichannel.E010"),
    ],
)
def test_a_wrong_value_has_an_error_with_a_hint(name: str, value: Any, expected: str, settings: LazySettings) -> None:
    setattr(settings, name, value)

    messages = check_settings()

    assert [message.id for message in messages] == [expected]
    assert all(message.hint for message in messages)


@pytest.mark.parametrize("url", ["http://localhost:8000", "http://[::1]:8000", "https://127.0.0.1"])
def test_this_machine_may_simulate(url: str, settings: LazySettings) -> None:
    settings.BASE_URL = url

    assert check_settings() == []


def test_a_simulator_that_others_can_reach_is_a_warning(settings: LazySettings) -> None:
    settings.BASE_URL, settings.ALLOWED_HOSTS = "https://chat.example.com", ["chat.example.com"]

    assert [message.id for message in check_settings()] == ["omnichannel.W005"]


def test_an_address_that_no_page_answers_at_is_a_warning(settings: LazySettings) -> None:
    settings.BASE_URL, settings.SIMULATOR = "https://chat.example.com", False

    assert [message.id for message in check_settings()] == ["omnichannel.W002"]


@pytest.mark.parametrize("name", ["BEHIND_PROXY", "DEBUG", "DEMO", "SIMULATOR"])
def test_a_switch_is_on_or_off(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "maybe")

    assert [message.id for message in check_settings()] == ["omnichannel.E007"]


def test_another_database_than_postgresql_is_an_error(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(settings.DATABASES, "default", {"ENGINE": "django.db.backends.sqlite3"})

    assert [message.id for message in check_settings()] == ["omnichannel.E008"]


def test_a_folder_that_cannot_hold_files_is_an_error(settings: LazySettings, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    settings.MEDIA_ROOT = file / "media"

    assert [message.id for message in check_settings()] == ["omnichannel.E004"]


def test_a_wrong_key_is_never_shown(settings: LazySettings) -> None:
    settings.FIELD_KEYS = ["k1:c2VjcmV0IHNlY3JldA=="]

    assert not [message for message in check_settings() if "c2Vjcm" in str(message)]
