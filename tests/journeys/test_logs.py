"""What the logs of a whole run hold, and what never stands in them."""

import json
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
