"""Pages hold still while rows are added."""

from rest_framework.test import APIClient

from conversations.models import Conversation
from tests.factories.conversations import ConversationFactory, MessageFactory

URL = "/api/v1/conversations/"


def page(client: APIClient, address: str) -> tuple[list[int], str | None, str | None]:
    """Return the ids on a page, and where its neighbours are."""
    answer = client.get(address)
    assert answer.status_code == 200, answer.content
    shown = answer.json()
    return [each["id"] for each in shown["results"]], shown["next"], shown["previous"]


def test_conversations_that_open_while_one_reads_do_not_shift_the_pages(program: APIClient) -> None:
    first, second, third = ConversationFactory.create_batch(3)

    top, following, _ = page(program, f"{URL}?page_size=2")
    ConversationFactory.create_batch(2)
    assert following is not None
    rest, end, _ = page(program, following)

    assert (top, rest, end) == ([third.pk, second.pk], [first.pk], None)


def test_a_message_in_an_old_conversation_does_not_move_it(program: APIClient) -> None:
    first, _second, _third = ConversationFactory.create_batch(3)

    _, following, _ = page(program, f"{URL}?page_size=2")
    Conversation.objects.filter(pk=first.pk).update(last_message_at="2030-01-01T00:00:00Z")
    assert following is not None

    assert page(program, following)[0] == [first.pk]


def test_one_can_turn_back(program: APIClient) -> None:
    _first, second, third = ConversationFactory.create_batch(3)

    _, following, _ = page(program, f"{URL}?page_size=1")
    assert following is not None
    middle, _, back = page(program, following)
    assert back is not None

    assert (middle, page(program, back)[0]) == ([second.pk], [third.pk])


def test_a_filter_stays_in_the_addresses_of_the_pages(program: APIClient) -> None:
    one, _other = ConversationFactory.create_batch(2)
    Conversation.objects.update(queue=one.queue)
    ConversationFactory.create()

    _, following, _ = page(program, f"{URL}?page_size=1&queue={one.queue_id}")
    assert following is not None

    assert page(program, following)[0] == [one.pk]


def test_a_transcript_that_grows_is_read_to_its_end(program: APIClient, conversation: Conversation) -> None:
    before = [each.pk for each in MessageFactory.create_batch(3, conversation=conversation)]

    top, following, _ = page(program, f"{URL}{conversation.pk}/messages/?page_size=2")
    late = MessageFactory.create(conversation=conversation)
    assert following is not None
    rest, end, _ = page(program, following)

    assert (top + rest, end) == ([*before, late.pk], None)


def test_an_empty_list_is_an_empty_page(program: APIClient) -> None:
    assert page(program, URL) == ([], None, None)
