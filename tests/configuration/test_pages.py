"""The pages: a file is taken, looked at, applied; only administrators do so."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from omnichannel.audit.models import AuditEvent
from tests.configuration.conftest import REAL_ID, TEST_ID
from tests.configuration.test_import import file
from tests.factories.workstreams import QueueFactory
from tests.portal.visitors import Visitor
from workstreams.models import Queue

pytestmark = pytest.mark.django_db
SALES = file(queues=[{"name": "Sales", "priority": 5}])


def uploaded(content: Any) -> SimpleUploadedFile:
    """Return a file as a browser sends it."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return SimpleUploadedFile("configuration.json", body)


def reviewed(administrator: Visitor, content: Any, accounts: str = "") -> Any:
    """Return the page that shows what a file would change."""
    return administrator.sends("configuration_review", file=uploaded(content), accounts=accounts)


def confirmed(page: Any) -> dict[str, str]:
    """Return what the button of that page sends."""
    context = page.context
    return {"content": context["content"], "accounts": context["accounts"], "digest": context["plan"].digest}


def test_the_file_is_downloaded_and_that_is_told(administrator: Visitor) -> None:
    answer = administrator.sends("configuration_download")

    assert json.loads(answer.content)["format"] == "omnichannel configuration"
    assert "attachment" in answer["Content-Disposition"]
    assert [each.action for each in AuditEvent.objects.all()] == ["configuration_exported"]


def test_a_file_is_looked_at_and_then_applied(administrator: Visitor) -> None:
    QueueFactory.create(name="Sales", priority=1)
    page = reviewed(administrator, SALES)
    before = Queue.objects.get().priority

    done = administrator.sends("configuration_apply", **confirmed(page))

    assert b"<ins>5</ins>" in page.content
    assert (before, done.status_code, Queue.objects.get().priority) == (1, 302, 5)


def test_what_changed_meanwhile_is_shown_anew(administrator: Visitor) -> None:
    QueueFactory.create(name="Sales", priority=1)
    page = reviewed(administrator, SALES)
    Queue.objects.update(priority=3)

    again = administrator.sends("configuration_apply", **confirmed(page))

    assert b"changed meanwhile" in again.content
    assert b"<del>3</del>" in again.content
    assert Queue.objects.get().priority == 3


def test_a_file_that_changes_nothing_says_so_and_offers_nothing(administrator: Visitor) -> None:
    QueueFactory.create(name="Sales", priority=5)

    page = reviewed(administrator, SALES)

    assert b"Nothing would change" in page.content
    assert b">Apply<" not in page.content


def test_faults_are_listed_with_their_places(administrator: Visitor) -> None:
    page = reviewed(administrator, file(queues=[{"name": ""}, {"priority": 1}]))

    assert b"queues[0].name" in page.content
    assert b"queues[1].name" in page.content
    assert not Queue.objects.exists()


@pytest.mark.parametrize(
    ("body", "accounts", "words"),
    [(b"\xff\xfe", "", b"no text in UTF-8"), (b"{}", "nonsense", b"Write each line as OLD=NEW: nonsense")],
)
def test_what_cannot_be_read_is_said_at_its_field(
    administrator: Visitor, body: bytes, accounts: str, words: bytes
) -> None:
    page = reviewed(administrator, body, accounts)

    assert words in page.content


def test_a_test_account_is_promoted_on_the_page(administrator: Visitor) -> None:
    content = file(
        connections=[{"name": "A", "msp_id": REAL_ID}],
        accounts=[{"name": "Velo", "business_id": TEST_ID, "connection": "A"}],
    )

    page = reviewed(administrator, content, accounts=f"{TEST_ID} = {REAL_ID}")
    done = administrator.client.post("/admin/configuration/apply/", confirmed(page), follow=True).content.decode()

    assert "Imported: 2 added, 0 changed." in done
    assert "MSP connection “A” still needs its secret." in done


def test_only_administrators_take_and_bring_files(supervisor: Visitor, agent: Visitor) -> None:
    answers = [
        person.opens("configuration").status_code if name == "configuration" else person.sends(name).status_code
        for person in (supervisor, agent)
        for name in ("configuration", "configuration_download", "configuration_review", "configuration_apply")
    ]

    assert answers == [403] * 8
