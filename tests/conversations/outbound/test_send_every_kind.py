"""Every kind that needs no setting of its own reaches the phone, as the strict gateway takes it."""

from operator import attrgetter
from typing import Any

import pytest

from conversations.models import Customer, Delivery
from conversations.outbound.send_rich import send_rich
from richmessages.kinds import KINDS
from richmessages.kinds.kind import Kind
from richmessages.lint import pictures_in
from tests.factories.richmessages import PictureSourceFactory, RichMessageFactory
from tests.portal_of import Portal
from tests.richmessages.content import complete
from tests.simulator.apple import FakePhone

FREE = [kind for kind in KINDS.values() if kind.needs is None]


def in_future(content: Any) -> Any:
    """Return content whose dates lie ahead, whenever this runs."""
    for day in content.get("days", []):
        day["date"] = day["date"].replace("2026", "2099")
    return content


@pytest.mark.parametrize("kind", FREE, ids=attrgetter("slug"))
@pytest.mark.accepts("R6", "R7", "R8", "R11", "R12")
def test_it_is_sent_with_its_pictures_and_shown(kind: Kind, portal: Portal, phone: FakePhone) -> None:
    Customer.objects.update(capabilities=["LIST", "QUICK", "TIME", "FORM"], locale="en_GB")
    conversation = portal.conversation(phone)
    content = in_future(complete(kind.slug))
    for url in {url for _path, url in pictures_in(kind, content)}:
        PictureSourceFactory(url=url)

    message = send_rich(conversation, RichMessageFactory(kind=kind.slug, content=content), by=portal.agent)
    portal.send()

    message.refresh_from_db()
    assert message.delivery == Delivery.SENT
    assert message.body
    assert "picture:" not in str(phone.shown[-1].payload)
