"""Finding a rich message: by keyword, by tag, by both; only what is on offer, with a reason for what cannot be sent."""

from typing import Any

import pytest
from django.test import Client

from channels_app.models import ChannelInstance
from conversations.console.rich_search import Terms, read
from conversations.models import Conversation, Customer
from richmessages.models import State
from tests.conversations.console.conftest import SignIn, person
from tests.factories.channels_app import ChannelInstanceFactory
from tests.factories.conversations import ConversationFactory
from tests.factories.richmessages import RichMessageFactory
from tests.factories.workstreams import WorkstreamFactory
from tests.richmessages.content import complete
from workstreams.roles import Role

EVERYTHING = ["LIST", "QUICK", "TIME", "FORM"]
KNOWN = {"time picker", "time", "list picker", "Repairs"}


@pytest.fixture
def conversation(instance: ChannelInstance) -> Conversation:
    """A conversation in English, on a device that shows everything."""
    made: Conversation = ConversationFactory.create(
        instance=instance, customer__capabilities=EVERYTHING, customer__locale="en_GB"
    )
    return made


def search(console: Client, conversation: Conversation, query: str) -> Any:
    """Return what the panel shows."""
    answer = console.get(f"/console/conversations/{conversation.pk}/rich-messages/", {"q": query})
    assert answer.status_code == 200
    return answer


def names(console: Client, conversation: Conversation, query: str) -> list[str]:
    """Return the names of what is found, in order."""
    found = search(console, conversation, query).context["search"]
    return [str(choice.message) for choice in found.choices]


@pytest.mark.parametrize(
    ("query", "terms"),
    [
        ("", Terms()),
        ("/rm", Terms()),
        ("/rm  Brakes  soon", Terms(words=("brakes", "soon"))),
        ("/rmbrakes", Terms(words=("/rmbrakes",))),
        ("#", Terms(begun="")),
        ("#time picker", Terms(tags=("time picker",))),
        ("#time", Terms(tags=("time",))),
        ("#TIME picker brakes", Terms(tags=("time picker",), words=("brakes",))),
        ("#time picker #repairs", Terms(tags=("time picker", "repairs"))),
        ("#time picker#repairs", Terms(tags=("time picker", "repairs"))),
        ("#time picker #rep", Terms(tags=("time picker",), begun="rep")),
        ("# repairs", Terms(tags=("repairs",))),
        ("time picker repairs", Terms(words=("time picker", "repairs"))),
        ("brakes#", Terms(words=("brakes",), begun="")),
        ("##", Terms(begun="")),
    ],
)
def test_a_search_is_read_as_tags_and_words(query: str, terms: Terms) -> None:
    assert read(query, KNOWN) == terms


@pytest.mark.accepts("A6-1")
def test_a_tag_of_a_kind_lists_that_kind_in_the_language_of_the_conversation(
    console: Client, conversation: Conversation
) -> None:
    RichMessageFactory(name="Fitting", kind="time_picker", content=complete("time_picker"))
    RichMessageFactory(name="Anprobe", kind="time_picker", content=complete("time_picker"), locale="de-DE")
    RichMessageFactory(name="Time picker help")

    assert names(console, conversation, "/rm #time picker") == ["Fitting"]


def test_all_words_and_tags_must_match(console: Client, conversation: Conversation) -> None:
    RichMessageFactory(name="Brakes", tags=["repairs", "urgent"])
    RichMessageFactory(name="Gears", tags=["repairs"], description="Also for brakes")
    RichMessageFactory(name="Opening hours")

    assert names(console, conversation, "repairs urgent") == ["Brakes"]
    assert names(console, conversation, "#repairs #urgent") == ["Brakes"]
    assert names(console, conversation, "#repairs brakes") == ["Brakes", "Gears"]
    assert names(console, conversation, "suggested reply hours") == ["Opening hours"]
    assert names(console, conversation, "hour") == ["Opening hours"]
    assert names(console, conversation, "") == ["Brakes", "Gears", "Opening hours"]


def test_the_one_of_that_very_name_stands_first_and_then_those_that_begin_so(
    console: Client, conversation: Conversation
) -> None:
    for name in ("Before time", "Time out", "Bring it in", "Time"):
        RichMessageFactory(name=name, description="time")

    assert names(console, conversation, "/rm TIME") == ["Time", "Time out", "Before time", "Bring it in"]


def test_a_hash_sign_lists_all_tags_and_then_those_that_begin_as_typed(
    console: Client, conversation: Conversation
) -> None:
    RichMessageFactory(tags=["Repairs", "urgent"])
    RichMessageFactory(kind="list_picker", content=complete("list_picker"), tags=["Repairs"])

    everything = search(console, conversation, "/rm #").context["search"]
    begun = search(console, conversation, "/rm #urgent #re").context["search"]

    assert [(tag.name, tag.count) for tag in everything.tags] == [
        ("list picker", 1),
        ("Repairs", 2),
        ("suggested reply", 1),
        ("urgent", 1),
    ]
    assert everything.choices == []
    assert [(tag.name, tag.query) for tag in begun.tags] == [("Repairs", "/rm #urgent #Repairs")]


@pytest.mark.accepts("A5.3-2")
def test_a_tie_to_a_workstream_removes_a_message_from_others_until_it_is_removed(
    console: Client, conversation: Conversation, sign_in: SignIn
) -> None:
    rich = RichMessageFactory(name="Brakes")
    other = WorkstreamFactory()
    there = ConversationFactory.create(
        instance=ChannelInstanceFactory(workstream=other), customer__capabilities=EVERYTHING, customer__locale="en"
    )
    colleague = sign_in(person("Ida", Role.AGENT, other.fallback_queue))

    def lists() -> tuple[list[str], list[str]]:
        return names(console, conversation, ""), names(colleague, there, "")

    everywhere = lists()
    other.rich_messages.add(rich)
    tied = lists()
    other.rich_messages.remove(rich)

    assert (everywhere, tied, lists()) == ((["Brakes"], ["Brakes"]), ([], ["Brakes"]), (["Brakes"], ["Brakes"]))


@pytest.mark.accepts("A5.3-1")
def test_a_draft_is_not_listed(console: Client, conversation: Conversation) -> None:
    RichMessageFactory(state=State.DRAFT)

    assert names(console, conversation, "") == []


@pytest.mark.accepts("R17")
def test_what_the_device_cannot_show_stands_last_with_the_reason(console: Client, conversation: Conversation) -> None:
    RichMessageFactory(name="Adjust", kind="list_picker", content=complete("list_picker"))
    RichMessageFactory(name="Brakes")
    Customer.objects.update(capabilities=["QUICK"])

    answer = search(console, conversation, "")

    found = [(str(choice.message), choice.reason) for choice in answer.context["search"].choices]
    assert found == [("Brakes", ""), ("Adjust", "The customer’s device cannot show this.")]
    assert answer.content.decode().count('aria-disabled="true"') == 1


@pytest.mark.parametrize(
    ("slug", "reason"),
    [
        ("authentication", "Sign-in is not set up for this channel."),
        ("apple_pay", "Apple Pay is not set up for this channel."),
    ],
)
def test_what_the_channel_is_not_set_up_for_says_so(
    console: Client, conversation: Conversation, slug: str, reason: str
) -> None:
    RichMessageFactory(kind=slug, content=complete(slug))

    assert [choice.reason for choice in search(console, conversation, "").context["search"].choices] == [reason]


def test_an_empty_list_says_why(console: Client, conversation: Conversation) -> None:
    def sentence() -> str:
        return str(search(console, conversation, "").context["search"].nothing)

    nothing_yet = sentence()
    RichMessageFactory(locale="fr-FR")
    other_language = sentence()
    WorkstreamFactory().rich_messages.add(RichMessageFactory(name="Elsewhere"))
    other_workstream = sentence()
    RichMessageFactory()

    assert (nothing_yet, other_language, other_workstream) == ("published", "language", "workstream")
    assert search(console, conversation, "nowhere").context["search"].nothing == "found"
    assert search(console, conversation, "").context["search"].nothing is None


def test_a_long_list_is_cut_and_says_so(console: Client, conversation: Conversation) -> None:
    RichMessageFactory.create_batch(51)

    found = search(console, conversation, "").context["search"]

    assert (len(found.choices), found.has_more) == (50, True)


def test_conversations_of_other_queues_offer_nothing(console: Client) -> None:
    hidden = ConversationFactory.create()

    assert console.get(f"/console/conversations/{hidden.pk}/rich-messages/").status_code == 404
