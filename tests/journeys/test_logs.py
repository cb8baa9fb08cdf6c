"""What the logs of a whole run hold, and what never stands in them."""

import json
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
import requests

from tests.journeys.running import Running, eventually
from tests.journeys.test_crowd import deliver

pytestmark = [pytest.mark.timeout(240)]


def test_no_secret_token_or_message_body_stands_in_any_log_line(product: Running) -> None:
    word = f"periwinkle{uuid4().hex}"
    phone = product.simulator("POST", "phones", json={"business_id": product.demo["businesses"][0]["id"]})["id"]
    where = quote(phone, safe="")
    product.simulator("POST", f"phones/{where}/messages", json={"text": f"in {word}"})
    conversation = eventually(lambda: product.api("GET", "conversations/", params={"customer": phone})["results"])[0]
    product.api("POST", f"conversations/{conversation['id']}/messages/", json={"text": f"out {word}"})
    eventually(lambda: f"out {word}" in json.dumps(product.simulator("GET", f"phones/{where}")))
    _do_wrong(product, word)

    secrets = {
        word,
        product.demo["api_token"],
        product.demo["msp"]["secret"],
        *(each["password"] for each in product.demo["sign_ins"]),
        *(line.partition("=")[2] for line in (product.data_dir / "secrets.env").read_text().split()),
        "Bearer ey",
    }
    lines = list(product.log_lines())

    assert lines
    assert [(file, line) for file, line in lines for secret in secrets if secret in line] == []


def test_one_message_is_followed_through_every_process_by_its_ids(product: Running) -> None:
    customer, apple_id, request_id = f"urn:mbid:followed-{uuid4()}", str(uuid4()), f"followed-{uuid4()}"
    phone = product.simulator("POST", "phones", json={"business_id": product.demo["businesses"][0]["id"]})["id"]
    product.simulator("POST", f"phones/{quote(phone, safe='')}/messages", json={"text": "in"})
    conversation = eventually(lambda: product.api("GET", "conversations/", params={"customer": phone})["results"])[0]

    assert deliver(product, customer, apple_id, "in") == 200
    message = product.api(
        "POST",
        f"conversations/{conversation['id']}/messages/",
        json={"text": "out"},
        headers={"X-Request-ID": request_id},
    )["id"]

    received = eventually(lambda: [each for each in _events(product, "messages_received") if apple_id in str(each)])[0]
    [ids] = [each for each in received["messages"] if each["apple_id"] == apple_id]
    [queued] = eventually(lambda: [each for each in _events(product, "message_queued") if each["message"] == message])
    tried = eventually(lambda: [each for each in _events(product, "message_tried") if each["message"] == message])
    ringers = {event["rung_by"] for event in _events(product) if "rung_by" in event}
    assert all(ids[name] for name in ("receipt", "message", "conversation"))
    assert received["task"] == "conversations.inbound.tasks.drain"
    assert (queued["conversation"], queued["request_id"]) == (conversation["id"], request_id)
    assert (tried[-1]["apple_id"], tried[-1]["delivery"]) == (queued["apple_id"], "sent")
    # The bell may have been rung already; what it started names whoever rang.
    assert ringers & {event.get(name) for event in _events(product) for name in ("request_id", "task_id")}


def _events(product: Running, name: str | None = None) -> list[dict[str, Any]]:
    # The last line may be half written yet.
    whole = (line for _file, line in product.log_lines() if line.startswith('{"') and line.endswith("}"))
    parsed = [json.loads(line) for line in whole]
    return [event for event in parsed if name in (None, event.get("event"))]


def _do_wrong(product: Running, word: str) -> None:
    """Make each side complain, with words that must not be repeated in a log."""
    webhook = f"{product.base_url}/applemessagesforbusiness/message"
    requests.post(webhook, data=word, headers={"Authorization": f"Bearer {word}"}, timeout=10)
    assert deliver(product, "urn:mbid:x", "not-a-uuid", word) == 400
    api = f"{product.base_url}/api/v1/conversations/0/messages/"
    requests.post(api, json={"text": word}, headers={"Authorization": f"Bearer {word}"}, timeout=10)
    gateway = f"{product.base_url}/simulator/v1/message"
    requests.post(gateway, json={"body": word}, headers={"Authorization": f"Bearer {word}"}, timeout=10)
    requests.post(f"{product.base_url}/sign-in/", data={"username": "ruth", "password": word}, timeout=10)
