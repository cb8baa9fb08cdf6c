"""Fixtures of the simulator's tests."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import requests

from omnichannel import amb
from tests.simulator.apple import GATEWAY_URL, FakeApple, FakePhone, apple

__all__ = ["apple"]

VECTORS = Path(__file__).parents[1] / "vectors" / "messaging.json"
Send = Callable[..., requests.Response]


@pytest.fixture
def phone(apple: FakeApple) -> FakePhone:
    """One customer's phone."""
    return apple.phone()


@pytest.fixture
def vectors() -> dict[str, Any]:
    """The messaging test vectors."""
    content: dict[str, Any] = json.loads(VECTORS.read_text(encoding="utf-8"))
    return content


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> None:
    """Keep stored files in a folder of the test's own; static files are taken as they stand."""
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def send(apple: FakeApple, phone: FakePhone) -> Send:
    """Post a message to the gateway, by default a good text; ``without`` drops headers."""

    def post(
        changes: dict[str, Any] | None = None,
        *,
        headers: dict[str, str] | None = None,
        without: tuple[str, ...] = (),
        body: bytes | None = None,
    ) -> requests.Response:
        content = {
            "v": 1,
            "id": str(uuid4()),
            "type": "text",
            "sourceId": apple.business_id,
            "destinationId": phone.row.opaque_id,
            "body": "We open at nine.",
        } | (changes or {})
        content = {name: value for name, value in content.items() if value is not None}
        sent = {
            "Authorization": amb.bearer(apple.credentials),
            "Content-Type": "application/json",
            "id": str(content.get("id", "")),
            "source-id": apple.business_id,
            "destination-id": phone.row.opaque_id,
        } | (headers or {})
        return apple.session.post(
            f"{GATEWAY_URL}/message",
            data=json.dumps(content).encode() if body is None else body,
            headers={name: value for name, value in sent.items() if name not in without},
        )

    return post
