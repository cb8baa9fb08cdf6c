"""Context variables of a conversation: what they may be called and hold."""

import pytest

from conversations.context import CannotSet, set_context
from conversations.models import Conversation
from tests.factories.conversations import ConversationFactory

pytestmark = pytest.mark.django_db


def test_what_is_not_given_stays() -> None:
    conversation = ConversationFactory.create(context={"OrderID": 7, "Colour": "red"})

    set_context(conversation, {"Colour": "ü" * 4000, "weight": 1.5})

    expected = {"OrderID": 7, "Colour": "ü" * 4000, "weight": 1.5}
    assert Conversation.objects.get().context == conversation.context == expected


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("", "x", "cannot be the name"),
        ("Order ID", "x", "cannot be the name"),
        ("Größe", "x", "cannot be the name"),
        ("a" * 101, "x", "1 to 100 letters"),
        ("OrderID", "x" * 4001, "at most 4000 characters"),
        ("OrderID", True, "a text or a number"),
        ("OrderID", None, "a text or a number"),
        ("OrderID", float("nan"), "a text or a number"),
        ("OrderID", 10**4000, "at most 4000 characters"),
        ("OrderID", "\x00", "cannot be stored"),
        ("OrderID", "\ud800", "cannot be stored"),
    ],
)
def test_what_cannot_be_kept_is_refused_as_a_whole(name: str, value: object, reason: str) -> None:
    conversation = ConversationFactory.create()

    with pytest.raises(CannotSet, match=reason):
        set_context(conversation, {"Colour": "red", name: value})  # type: ignore[dict-item]

    assert Conversation.objects.get().context == {}
