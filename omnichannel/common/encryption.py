"""Text that is ciphertext in the database: AES-256-GCM, a key id before each value, table and column bound to it."""

import base64
import os
from collections.abc import Collection, Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Expression
from django.utils.translation import gettext as _

NONCE_BYTES = 12


class CannotDecrypt(Exception):
    """The key is unknown, or the value is not what was stored in this column."""


def parse_keys(lines: list[str]) -> dict[str, bytes]:
    """Return key bytes by key id, the first one being used for new values."""
    keys = {}
    for line in lines:
        name, colon, text = line.partition(":")
        key = base64.urlsafe_b64decode(text) if colon else b""
        if not name or len(key) != 32:
            raise ImproperlyConfigured("FIELD_KEYS needs entries like k1:<urlsafe Base64 of 32 bytes>")
        keys[name] = key
    if not keys:
        raise ImproperlyConfigured("FIELD_KEYS is empty: secrets cannot be stored")
    return keys


@cache
def _keys() -> dict[str, AESGCM]:
    return {name: AESGCM(key) for name, key in parse_keys(settings.FIELD_KEYS).items()}


def encrypt(text: str, column: str) -> str:
    """Return ``key id $ Base64`` of the text, readable only as this column."""
    name, cipher = next(iter(_keys().items()))
    nonce = os.urandom(NONCE_BYTES)
    sealed = cipher.encrypt(nonce, text.encode(), column.encode())
    return f"{name}${base64.b64encode(nonce + sealed).decode()}"


def decrypt(value: str, column: str) -> str:
    """Return the text, or raise CannotDecrypt."""
    name, _dollar, text = value.partition("$")
    if name not in _keys():
        raise CannotDecrypt(f"The key {name!r} of {column} is not among FIELD_KEYS")
    sealed = base64.b64decode(text)
    try:
        return _keys()[name].decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], column.encode()).decode()
    except InvalidTag as fault:
        raise CannotDecrypt(f"A value of {column} was altered or belongs elsewhere") from fault


if TYPE_CHECKING:
    _TextField = models.TextField[str, str]
else:
    _TextField = models.TextField


class EncryptedTextField(_TextField):
    """A text that only ciphertext of reaches the database; empty stays empty.

    ``used_at`` names the fields with the addresses that get it, or what it signs or obtains: it follows to no other one
    unless it is entered again.
    """

    def __init__(self, *args: Any, used_at: Iterable[str] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        self.used_at = frozenset(used_at)

    @property
    def column_name(self) -> str:
        return f"{self.model._meta.db_table}.{self.column}"

    def get_prep_value(self, value: Any) -> Any:
        text = super().get_prep_value(value)
        return encrypt(text, self.column_name) if text else text

    def from_db_value(self, value: str | None, _expression: Expression, _connection: BaseDatabaseWrapper) -> str | None:
        return decrypt(value, self.column_name) if value else value

    def get_lookup(self, lookup_name: str) -> Any:
        # A search would compare ciphertext and never match.
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None


def held_at(record: models.Model, *, renewed: Collection[str] = ()) -> set[str]:
    """Return the fields whose addresses a record's stored secrets are used at, but for those entered anew."""
    secrets = [each for each in record._meta.concrete_fields if isinstance(each, EncryptedTextField)]
    held = [each for each in secrets if each.name not in renewed and getattr(record, each.name)]
    return {name for each in held for name in each.used_at}


def why_held() -> str:
    """Return why such an address cannot change by itself."""
    return _("The stored secret is used at this address. To change it, enter the secret again.")
