"""Many phones at once, against the running processes."""

import gzip
import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
import requests

from omnichannel import amb
from tests.journeys.running import Running, eventually

pytestmark = [pytest.mark.timeout(240)]


def deliver(product: Running, customer: str, message_id: str, text: str) -> int:
    """Deliver one text as Apple does, and return the status."""
    business = product.demo["businesses"][0]["id"]
    body = {"v": 1, "id": message_id, "type": "text", "sourceId": customer, "destinationId": business, "body": text}
    msp = product.demo["msp"]
    headers = {
        "Authorization": amb.apple_bearer(amb.Credentials(msp["id"], msp["secret"])),
        "Content-Encoding": "gzip",
        "id": message_id,
        "source-id": customer,
        "destination-id": business,
        "capability-list": "LIST",
    }
    url = f"{product.base_url}/applemessagesforbusiness/message"
    return requests.post(url, gzip.compress(json.dumps(body).encode()), headers=headers, timeout=60).status_code


def test_twenty_phones_that_say_the_same_twenty_times_at_once_are_twenty_conversations(product: Running) -> None:
    first = {f"urn:mbid:crowd-{uuid4()}": str(uuid4()) for _ in range(20)}
    calls = list(first.items()) * 20

    with ThreadPoolExecutor(20) as pool:
        statuses = Counter(pool.map(lambda call: deliver(product, call[0], call[1], "The same words"), calls))

    assert statuses == {200: 400}
    assert eventually(lambda: _all_are_here(product, list(first)))
    found = _conversations(product, list(first))
    assert [len(each) for each in found] == [1] * 20
    for conversation in (each[0] for each in found):
        messages = product.api("GET", f"conversations/{conversation['id']}/messages/")["results"]
        assert [message["text"] for message in messages if message["direction"] == "in"] == ["The same words"]


def test_a_customer_who_writes_a_hundred_lines_is_read_in_order(product: Running) -> None:
    customer = f"urn:mbid:talker-{uuid4()}"

    for number in range(100):
        assert deliver(product, customer, str(uuid4()), str(number)) == 200

    conversation = eventually(lambda: _conversations(product, [customer])[0])[0]
    assert eventually(lambda: _texts(product, conversation["id"], 100)) == [str(number) for number in range(100)]


def _conversations(product: Running, customers: list[str]) -> list[list[dict[str, object]]]:
    return [product.api("GET", "conversations/", params={"customer": customer})["results"] for customer in customers]


def _all_are_here(product: Running, customers: list[str]) -> bool:
    return all(_conversations(product, customers))


def _texts(product: Running, conversation: object, count: int) -> list[str]:
    texts: list[str] = []
    path = f"conversations/{conversation}/messages/"
    while path:
        page = product.api("GET", path)
        texts += [message["text"] for message in page["results"] if message["direction"] == "in"]
        path = (page["next"] or "").partition("/api/v1/")[2]
    return texts if len(texts) >= count else []
