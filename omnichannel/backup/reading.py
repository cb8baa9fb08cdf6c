"""What a backup has to know of the database, asked inside the snapshot that is dumped."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

import psycopg
from django.apps import apps
from django.db import models
from psycopg import sql

from omnichannel.common.encryption import EncryptedTextField

Link = psycopg.Connection[tuple[Any, ...]]

TABLES = """
SELECT relname FROM pg_class
 WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
 ORDER BY relname
"""


def tables(link: Link) -> list[str]:
    """Return the names of all tables."""
    return [name for (name,) in link.execute(TABLES)]


def rows(link: Link) -> dict[str, int]:
    """Return how many rows each table has."""
    return {
        table: _value(link, sql.SQL("SELECT count(*) FROM public.{}").format(sql.Identifier(table)))
        for table in tables(link)
    }


def now(link: Link) -> datetime.datetime:
    """Return when the transaction began, by the database's clock."""
    moment: datetime.datetime = _value(link, sql.SQL("SELECT now()"))
    return moment


def migrations(link: Link) -> list[str]:
    """Return the applied migrations, as ``app.name``."""
    found = link.execute("SELECT app || '.' || name FROM public.django_migrations ORDER BY 1")
    return [name for (name,) in found]


def key_ids(link: Link) -> set[str]:
    """Return the ids of the keys that stored secrets are sealed with."""
    query = sql.SQL("SELECT DISTINCT split_part({column}, '$', 1) FROM {table} WHERE {column} <> ''")
    columns = list(_columns(EncryptedTextField))
    return {name for table, column in columns for (name,) in link.execute(query.format(table=table, column=column))}


def stored_names(link: Link) -> Iterator[str]:
    """Yield the name of every stored file that a row names, each once."""
    query = sql.SQL("SELECT {column} FROM {table} WHERE {column} <> ''")
    parts = [query.format(table=table, column=column) for table, column in _columns(models.FileField)]
    with link.cursor("stored_names") as cursor:
        cursor.itersize = 5000
        cursor.execute(sql.SQL("{} ORDER BY 1").format(sql.SQL(" UNION ").join(parts)))
        yield from (name for (name,) in cursor)


def server_major(link: Link) -> int:
    """Return the version of the server."""
    return link.info.server_version // 10000


def _columns(kind: type[models.Field[Any, Any]]) -> Iterator[tuple[sql.Identifier, sql.Identifier]]:
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.local_concrete_fields:
            if isinstance(field, kind) and field.column:
                yield sql.Identifier("public", model._meta.db_table), sql.Identifier(field.column)


def _value(link: Link, query: sql.SQL | sql.Composed) -> Any:
    found = link.execute(query).fetchone()
    return found[0] if found else None
