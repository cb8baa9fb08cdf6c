"""Secrets in the database are ciphertext, bound to their column and to a known key."""

import base64
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import connection

from channels_app.models import MspConnection
from omnichannel.common import encryption
from omnichannel.common.encryption import CannotDecrypt, decrypt, encrypt, parse_keys
from tests.factories.channels_app import MspConnectionFactory

KEY = base64.urlsafe_b64encode(b"k" * 32).decode()
OTHER = base64.urlsafe_b64encode(b"o" * 32).decode()


@pytest.fixture
def keys(settings: Any) -> Iterator[Any]:
    """Settings whose keys a test may change."""

    def use(*lines: str) -> None:
        settings.FIELD_KEYS = list(lines)
        encryption._keys.cache_clear()

    use(f"k1:{KEY}")
    yield use
    encryption._keys.cache_clear()


@pytest.mark.django_db
def test_only_ciphertext_reaches_the_database() -> None:
    made = MspConnectionFactory.create()

    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM channels_app_mspconnection")
        (stored,) = cursor.fetchone()
    assert stored.startswith("k1$")
    assert made.secret not in stored
    assert MspConnection.objects.get().secret == made.secret


def test_one_text_is_never_sealed_the_same_way_twice(keys: Any) -> None:
    assert encrypt("secret", "t.c") != encrypt("secret", "t.c")


def test_a_value_is_readable_only_in_its_own_column(keys: Any) -> None:
    sealed = encrypt("secret", "table.column")

    with pytest.raises(CannotDecrypt, match="belongs elsewhere"):
        decrypt(sealed, "table.other")


def test_an_altered_value_is_not_read(keys: Any) -> None:
    name, _, text = encrypt("secret", "t.c").partition("$")
    content = bytearray(base64.b64decode(text))
    content[-1] ^= 1

    with pytest.raises(CannotDecrypt, match="altered"):
        decrypt(f"{name}${base64.b64encode(content).decode()}", "t.c")


def test_a_new_key_seals_and_the_old_one_still_opens(keys: Any) -> None:
    old = encrypt("secret", "t.c")

    keys(f"k2:{OTHER}", f"k1:{KEY}")

    assert decrypt(old, "t.c") == "secret"
    assert encrypt("secret", "t.c").startswith("k2$")


def test_a_key_that_is_gone_is_named(keys: Any) -> None:
    old = encrypt("secret", "t.c")

    keys(f"k2:{OTHER}")

    with pytest.raises(CannotDecrypt, match="k1"):
        decrypt(old, "t.c")


@pytest.mark.parametrize("lines", [[], ["k1"], ["k1:"], [f":{KEY}"], ["k1:c2hvcnQ="], ["k1:%%%"]])
def test_keys_that_are_none_are_refused(lines: list[str]) -> None:
    with pytest.raises(ImproperlyConfigured, match="FIELD_KEYS"):
        parse_keys(lines)


@pytest.mark.django_db
def test_a_secret_cannot_be_searched_for() -> None:
    with pytest.raises(FieldError):
        MspConnection.objects.filter(secret="x").exists()
