"""How a delivery reaches its view: whole and in one hop when it is small, as a stream when it is not."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from omnichannel import deliveries


def echo(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer with what was posted."""
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or -1))
    start_response("202 Accepted", [("X-Kind", environ["HTTP_KIND"])])
    return [body[:10], str(len(body)).encode()]


def call(messages: list[dict[str, Any]], length: str | None) -> list[dict[str, Any]]:
    """Return what the server is told to send."""
    headers = [(b"kind", b"text"), *([(b"content-length", length.encode())] if length else [])]
    scope = {"type": "http", "method": "POST", "path": deliveries.PATH, "query_string": b"", "http_version": "1.1"}
    sent: list[dict[str, Any]] = []

    async def run() -> None:
        async def receive() -> Any:
            return messages.pop(0)

        async def send(message: Any) -> None:
            sent.append(message)

        await deliveries.Deliveries(echo)(scope | {"headers": headers}, receive, send)

    asyncio.run(run())
    return sent


def test_a_small_body_is_answered_whole() -> None:
    parts: list[dict[str, Any]] = [
        {"type": "http.request", "body": b"hello ", "more_body": True},
        {"type": "http.request", "body": b"you"},
    ]

    start, content = call(parts, "9")

    assert (start["status"], dict(start["headers"])) == (202, {b"x-kind": b"text", b"content-length": b"10"})
    assert content["body"] == b"hello you9"


@pytest.mark.parametrize("length", [None, str(deliveries.SMALL + 1)])
def test_a_large_body_or_one_of_unknown_length_streams(length: str | None) -> None:
    body = b"x" * (deliveries.SMALL + 1)

    start, *parts = call([{"type": "http.request", "body": body}], length)

    assert start["status"] == 202
    assert b"".join(part.get("body", b"") for part in parts) == b"x" * 10 + str(len(body)).encode()


def test_nothing_is_answered_to_somebody_who_went_away() -> None:
    assert call([{"type": "http.disconnect"}], "9") == []
