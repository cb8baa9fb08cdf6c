"""The stream of events of the running product, as a browser reads it."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote
from uuid import uuid4

import pytest
import requests

from tests.journeys.running import Running, eventually

pytestmark = [pytest.mark.timeout(240)]


@pytest.fixture
def supervisor(product: Running) -> requests.Session:
    """A signed-in supervisor."""
    session = requests.Session()
    page = session.get(f"{product.base_url}/sign-in/", timeout=30).text
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token
    username, password = product.sign_in_of("supervisor")
    form = {"username": username, "password": password, "csrfmiddlewaretoken": token[1]}
    answer = session.post(f"{product.base_url}/sign-in/", form, timeout=30)
    assert answer.url.endswith("/console/")
    return session


@contextmanager
def stream(session: requests.Session, product: Running, last: str = "") -> Iterator[Iterator[tuple[str, str, str]]]:
    """Open the stream and yield its events as (id, name, data)."""
    headers = {"Last-Event-ID": last} if last else {}
    with session.get(f"{product.base_url}/console/events", headers=headers, stream=True, timeout=30) as answer:
        assert answer.headers["Content-Type"] == "text/event-stream"
        yield _events(answer)


def _events(answer: requests.Response) -> Iterator[tuple[str, str, str]]:
    fields: dict[str, str] = {}
    for line in answer.iter_lines(chunk_size=1, decode_unicode=True):
        name, _, value = line.partition(": ")
        if line:
            fields[name] = value
        elif "data" in fields:
            yield fields.get("id", ""), fields.get("event", ""), fields["data"]
            fields = {}


def write(product: Running, text: str) -> str:
    """Have a new customer write; return their opaque id."""
    phone = product.simulator("POST", "phones", json={"business_id": product.demo["businesses"][0]["id"]})["id"]
    product.simulator("POST", f"phones/{quote(phone, safe='')}/messages", json={"text": text})
    return str(phone)


def conversation_of(product: Running, customer: str) -> int:
    """The id of a customer's conversation, once it is there."""
    found = eventually(lambda: product.api("GET", "conversations/", params={"customer": customer})["results"])
    return int(found[0]["id"])


def seen(events: Iterator[tuple[str, str, str]], conversation: int) -> tuple[str, dict[str, object]]:
    """Read on to the first event of a conversation; return its id and data."""
    for position, name, data in events:
        if name == "conversation" and json.loads(data)["conversation"] == conversation:
            return position, json.loads(data)
    raise AssertionError("The stream ended.")


def test_a_stream_that_broke_is_told_what_it_missed(product: Running, supervisor: requests.Session) -> None:
    with stream(supervisor, product) as events:
        first = conversation_of(product, write(product, "one"))
        position, data = seen(events, first)
    assert sorted(data) == ["agent", "conversation", "queue", "what"]

    missed = conversation_of(product, write(product, "two"))

    with stream(supervisor, product, last=position) as events:
        assert seen(events, missed)[1]["what"] == "changed"


def test_an_event_holds_ids_and_never_what_was_written(product: Running, supervisor: requests.Session) -> None:
    word = uuid4().hex
    with stream(supervisor, product) as events:
        conversation = conversation_of(product, write(product, word))

        _position, data = seen(events, conversation)

    assert word not in json.dumps(data)


def test_a_position_from_a_database_that_is_gone_reloads_everything(
    product: Running, supervisor: requests.Session
) -> None:
    with stream(supervisor, product, last=str(2**60)) as events:
        assert next(events)[1] == "reload"


def test_a_stranger_gets_no_stream(product: Running) -> None:
    assert requests.get(f"{product.base_url}/console/events", timeout=30).status_code == 401
