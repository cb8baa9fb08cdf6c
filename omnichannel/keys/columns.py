"""Where sealed values lie, found by walking the models, and the key ids that stand before them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import connection
from psycopg import sql

from omnichannel.common.encryption import EncryptedTextField

# One pass over each table: nothing is decrypted, and only counts leave the database.
USED = "SELECT {label}, split_part({column}, '$', 1), count(*) FROM {table} WHERE {column} <> '' GROUP BY 2"


@dataclass(frozen=True)
class Column:
    """A column of sealed values, and the key of its rows."""

    table: str
    name: str
    key: str

    @property
    def label(self) -> str:
        """Return the name that its values are bound to."""
        return f"{self.table}.{self.name}"

    def query(self, text: str) -> sql.Composed:
        """Return a query on this column."""
        names = {"table": self.table, "column": self.name, "key": self.key}
        identifiers = {name: sql.Identifier(value) for name, value in names.items()}
        return sql.SQL(text).format(label=sql.Literal(self.label), **identifiers)


@dataclass(frozen=True)
class Use:
    """How many values of a column are sealed with a key."""

    column: str
    key_id: str
    count: int


def columns() -> Iterator[Column]:
    """Yield every column of sealed values."""
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.local_concrete_fields:
            if isinstance(field, EncryptedTextField):
                yield Column(model._meta.db_table, str(field.column), str(model._meta.pk.column))


def uses() -> list[Use]:
    """Return which keys the stored values need."""
    parts = [column.query(USED) for column in columns()]
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(" UNION ALL ").join(parts) + sql.SQL(" ORDER BY 1, 2"))
        return [Use(*row) for row in cursor.fetchall()]
