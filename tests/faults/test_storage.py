"""A disk that takes no more files: agents are told, customers' files wait at Apple, and nothing is lost."""

import resource
from uuid import uuid4

import pytest

from tests.faults.installation import Installation
from tests.faults.talk import greet
from tests.faults.truth import deliveries, faults_of, settle
from tests.journeys.running import eventually

pytestmark = [
    pytest.mark.timeout(600),
    pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="Only Linux takes the room from a running process."),
]

LARGE = ("measurements.txt", b"Spokes, rims and hubs.\n" * 2000)
ROOM = 4000
FILES = """
SELECT file.state, file.reason
  FROM conversations_attachment file JOIN conversations_message message ON message.id = file.message_id
 WHERE message.apple_id = %s
"""


def test_a_customers_file_waits_at_apple_until_there_is_room(product: Installation) -> None:
    [phone] = greet(product, 1)

    with product.full_disk("worker", ROOM):
        sent = phone.attach("Here they are", *LARGE)
        waiting = eventually(lambda: [row for row in product.rows(FILES, [sent]) if row["reason"]])
        phone.answer("We cannot open it yet.")

    settle(product, phone)
    assert waiting == [
        {"state": "waiting", "reason": "Our storage does not take it; the disk may be full. It is tried again."}
    ]
    assert product.rows(FILES, [sent]) == [{"state": "stored", "reason": ""}]
    assert faults_of(phone) == []


def test_an_agents_file_is_refused_in_words_and_can_be_sent_once_there_is_room(product: Installation) -> None:
    [phone] = greet(product, 1)
    path = f"conversations/{phone.conversation()}/messages/"
    headers = {"Idempotency-Key": str(uuid4())}

    with product.full_disk("web", ROOM):
        refused = product.api("POST", path, headers=headers, data={"text": "Ours"}, files={"files": LARGE})

    assert (refused.status_code, "could not be stored" in refused.text) == (409, True)
    assert deliveries(phone) == []
    sent = product.api("POST", path, headers=headers, data={"text": "Ours"}, files={"files": LARGE})
    assert sent.status_code == 201
    settle(product, phone)
    assert (faults_of(phone), deliveries(phone)) == ([], ["sent"])
