"""The floor under the webhook: the least that anything must do there, on the same server and the same pool of threads.

No framework: check the token, gunzip, read the JSON, one insert, commit. Every thread keeps its connection.
"""

from __future__ import annotations

import gzip
import json
import os
import threading
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from datetime import UTC, datetime
from typing import Any, cast

import jwt
import psycopg

from omnichannel.deliveries import Deliveries

STORE = """
INSERT INTO conversations_inboundreceipt
       (account_id, apple_id, customer_id, capabilities, body, received_at, due_at, state, outcome)
VALUES (%s, %s, %s, %s, %s, %s, %s, 'waiting', '')
ON CONFLICT (account_id, apple_id) DO NOTHING
RETURNING id
"""
KEY = bytes.fromhex(os.environ["FLOOR_KEY"])
MSP_ID = os.environ["FLOOR_MSP_ID"]
ACCOUNT = int(os.environ["FLOOR_ACCOUNT"])

_kept = threading.local()


def bare(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer one delivery."""
    jwt.decode(environ["HTTP_AUTHORIZATION"][7:], KEY, algorithms=["HS256"], audience=MSP_ID)
    body = gzip.decompress(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
    message, now = json.loads(body), datetime.now(UTC)
    capabilities = environ["HTTP_CAPABILITY_LIST"].split(",")
    _connection().execute(STORE, (ACCOUNT, message["id"], message["sourceId"], capabilities, body, now, now))
    start_response("200 OK", [("Content-Length", "0")])
    return [b""]


def _connection() -> psycopg.Connection[Any]:
    if not hasattr(_kept, "connection"):
        _kept.connection = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
    return cast("psycopg.Connection[Any]", _kept.connection)


_floor = Deliveries(bare)


async def application(
    scope: MutableMapping[str, Any],
    receive: Callable[[], Awaitable[MutableMapping[str, Any]]],
    send: Callable[[MutableMapping[str, Any]], Awaitable[None]],
) -> None:
    """Hand everything to the pool of threads."""
    if scope["type"] == "http":
        await _floor(scope, receive, send)
