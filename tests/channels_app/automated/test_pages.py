"""The pages on automated messages: what they show, keep and refuse."""

import re
from typing import Any
from unittest.mock import ANY

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from channels_app.automated.triggers import AGENT_JOINED, GREETING, TRIGGERS
from channels_app.automated.wording import Wording
from channels_app.models import AutomatedMessage, ChannelInstance
from omnichannel.audit.models import AuditEvent
from tests.factories.channels_app import AutomatedMessageFactory, ChannelInstanceFactory
from tests.portal.visitors import Visitor

pytestmark = pytest.mark.django_db


def channel_texts() -> list[tuple[str, str, str, bool]]:
    """What the channel says, and in which language."""
    rows = AutomatedMessage.objects.of_channel()
    return list(rows.values_list("trigger", "language", "text", "is_active"))


def own_texts(instance: ChannelInstance) -> list[tuple[str, str, str, bool]]:
    """What an instance says of its own."""
    return list(instance.automated_messages.values_list("trigger", "language", "text", "is_active"))


def formset(*said: tuple[str, str], known: int = 0, **changes: str) -> dict[str, str]:
    """The entries of the instance's page: trigger and text of each message."""
    entries = {"form-TOTAL_FORMS": str(len(said)), "form-INITIAL_FORMS": str(known)}
    for place, (trigger, text) in enumerate(said):
        entries |= {f"form-{place}-trigger": trigger, f"form-{place}-text": text, f"form-{place}-is_active": "on"}
    return entries | changes


def save(visitor: Visitor, instance: ChannelInstance, entries: dict[str, str]) -> Any:
    """Return the answer to the instance's page."""
    return visitor.client.post(reverse("admin:automated_instance", args=[instance.pk]), entries)


def logged() -> list[tuple[str, str, Any]]:
    """Act, subject and changes of each event, oldest first."""
    events = AuditEvent.objects.order_by("number")
    return [(event.action, event.subject, event.details["changes"]) for event in events]


def test_every_trigger_is_there_with_its_text_and_what_keeps_it_from_being_sent(administrator: Visitor) -> None:
    AutomatedMessageFactory.create(text="Bonjour", language="fr")

    lines = administrator.opens("automated_list", language="fr").context["lines"]
    page = administrator.opens("automated_list", language="fr").content.decode()

    assert [line.trigger for line in lines] == list(TRIGGERS)
    assert (lines[0].in_force.text, lines[0].source, lines[0].language_names) == ("Bonjour", "Channel text", ["French"])
    assert lines[1].source == "Stock text"
    assert page.count("Not sent yet.") == sum(bool(trigger.waits_for) for trigger in TRIGGERS) == 11
    assert page.count(">Not active<") == 2


def test_a_text_of_the_language_without_region_is_told_as_such(administrator: Visitor) -> None:
    ChannelInstanceFactory.create(language="fr-ca")
    AutomatedMessageFactory.create(text="Bonjour", language="fr")

    greeting = administrator.opens("automated_list").context["lines"][0]

    assert (greeting.in_force.text, greeting.source) == ("Bonjour", "Channel text: French")


def test_administrators_alone_come_here(supervisor: Visitor, agent: Visitor) -> None:
    assert supervisor.opens("automated_list").status_code == 403
    assert supervisor.opens("automated_edit", "greeting").status_code == 403
    assert agent.opens("automated_list").status_code == 403
    assert supervisor.sends("automated_change", act="activate", trigger="greeting", language="en").status_code == 403


def test_the_list_takes_the_same_queries_for_any_number_of_texts(administrator: Visitor) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            administrator.opens("automated_list", language="en")
        return len(captured)

    ChannelInstanceFactory.create()
    few = queries()
    for instance in ChannelInstanceFactory.create_batch(4):
        AutomatedMessageFactory.create(instance=instance)
    for trigger in TRIGGERS:
        AutomatedMessageFactory.create(trigger=trigger.slug, language="fr")

    assert queries() == few


def test_a_text_is_written_and_the_act_recorded(administrator: Visitor) -> None:
    entries = {"language": "en", "text": "Hi from {AgentName}!", "is_active": "on", "description": "Friendlier"}

    answer = administrator.sends("automated_edit", "agent_joined", **entries)

    assert (answer.status_code, answer.url) == (302, "/admin/automated-messages/?language=en")
    assert channel_texts() == [("agent_joined", "en", "Hi from {AgentName}!", True)]
    assert AutomatedMessage.objects.get().description == "Friendlier"
    event = AuditEvent.objects.get()
    assert (event.action, event.subject) == ("setting_added", "automated message agent_joined (en)")
    assert event.details["changes"]["text"] == [None, "Hi from {AgentName}!"]


def test_the_log_has_the_old_and_the_new_text_of_each_message(administrator: Visitor) -> None:
    AutomatedMessageFactory.create(trigger="greeting", text="Hello")
    AutomatedMessageFactory.create(trigger="holiday", text="Closed")
    many = {"trigger": ["greeting", "holiday"], "language": "en"}

    administrator.sends("automated_edit_many", text="Hi", **many)
    administrator.sends("automated_change", act="deactivate", **many)
    administrator.sends("automated_change", act="deactivate", **many)
    administrator.sends("automated_change", act="reset", trigger="greeting", language="en")

    assert logged() == [
        ("setting_changed", "automated message greeting (en)", {"text": ["Hello", "Hi"]}),
        ("setting_changed", "automated message holiday (en)", {"text": ["Closed", "Hi"]}),
        ("setting_changed", "automated message greeting (en)", {"is_active": [True, False]}),
        ("setting_changed", "automated message holiday (en)", {"is_active": [True, False]}),
        ("setting_deleted", "automated message greeting (en)", ANY),
    ]
    assert logged()[-1][2]["text"] == ["Hi", None]


def test_the_stock_text_left_as_it_is_stays_the_stock_text(administrator: Visitor) -> None:
    administrator.sends("automated_edit", "greeting", language="en", text=GREETING.stock_text)

    assert channel_texts() == [("greeting", "en", "", False)]
    assert administrator.opens("automated_list", language="en").context["lines"][0].source == "Stock text"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "This field is required."),
        ("Hi {AgentNmae}", "{AgentNmae} stands for nothing."),
        ("Order {$Order ID$}", "{$Order ID$} is no context variable"),
        ("x" * 2001, "at most 2000 characters"),
    ],
)
def test_a_text_that_cannot_be_is_explained_at_its_field(administrator: Visitor, text: str, reason: str) -> None:
    answer = administrator.sends("automated_edit", "greeting", language="en", text=text)

    assert answer.status_code == 200
    assert reason in str(answer.context["form"]["text"].errors)
    assert channel_texts() == []


def test_the_bubble_shows_what_the_customer_would_read(administrator: Visitor) -> None:
    AutomatedMessageFactory.create(text="<b>{AgentName}</b>, order {$OrderID$}")

    page = administrator.opens("automated_edit", "greeting", language="en").content.decode()

    assert "&lt;b&gt;Maya Okafor&lt;/b&gt;, order ‹OrderID›</div>" in page


@pytest.mark.parametrize("slug", ["nonsense", "average_wait_time"])
def test_there_is_no_page_for_what_is_no_trigger(administrator: Visitor, slug: str) -> None:
    assert administrator.opens("automated_edit", slug).status_code == 404


def test_what_is_ticked_is_deactivated_and_activated_and_keeps_its_text(administrator: Visitor) -> None:
    AutomatedMessageFactory.create(text="Welcome")

    administrator.sends("automated_change", act="deactivate", trigger=["greeting", "holiday"], language="en")
    off = channel_texts()
    administrator.sends("automated_change", act="activate", trigger=["greeting", "next_in_line"], language="en")

    assert off == [("greeting", "en", "Welcome", False), ("holiday", "en", "", False)]
    assert channel_texts() == [
        ("greeting", "en", "Welcome", True), ("holiday", "en", "", False), ("next_in_line", "en", "", True),
    ]  # fmt: skip


def test_a_region_stays_deactivated_where_its_language_is(administrator: Visitor) -> None:
    ChannelInstanceFactory.create(language="fr-ca")
    AutomatedMessageFactory.create(language="fr", text="", is_active=False)
    entries = {"trigger": "greeting", "language": "fr-ca", "text": "Bonjour-hi"}

    administrator.sends("automated_edit_many", **entries)

    assert channel_texts()[-1] == ("greeting", "fr-ca", "Bonjour-hi", False)


def test_nothing_ticked_changes_nothing_and_says_so(administrator: Visitor) -> None:
    administrator.sends("automated_change", act="activate", language="en")

    assert "Tick the messages that you want to change." in administrator.opens("automated_list").content.decode()
    assert channel_texts() == []


@pytest.mark.parametrize("entries", [{"act": "explode"}, {}])
def test_an_act_that_there_is_not_is_not_found(administrator: Visitor, entries: dict[str, str]) -> None:
    assert administrator.sends("automated_change", trigger="greeting", language="en", **entries).status_code == 404


def test_one_text_is_written_for_all_that_is_ticked(administrator: Visitor) -> None:
    way = administrator.sends("automated_change", act="edit", trigger=["holiday", "out_of_hours"], language="en")
    shown = administrator.client.get(way.url).context["triggers"]

    administrator.sends(
        "automated_edit_many", trigger=["holiday", "out_of_hours"], language="de", text="Wir haben geschlossen."
    )

    assert [trigger.slug for trigger in shown] == ["holiday", "out_of_hours"]
    assert channel_texts() == [
        ("holiday", "de", "Wir haben geschlossen.", True), ("out_of_hours", "de", "Wir haben geschlossen.", True),
    ]  # fmt: skip


def test_a_reset_brings_back_the_stock_text_in_that_language_alone(administrator: Visitor) -> None:
    AutomatedMessageFactory.create(text="Welcome")
    AutomatedMessageFactory.create(text="Bonjour", language="fr")

    administrator.sends("automated_change", act="reset", trigger="greeting", language="en")

    assert channel_texts() == [("greeting", "fr", "Bonjour", True)]


def test_an_instance_says_something_of_its_own_in_its_own_language(administrator: Visitor) -> None:
    instance = ChannelInstanceFactory.create(language="de")

    answer = save(administrator, instance, formset(("greeting", "Moin!"), ("", "")))

    assert answer.status_code == 302
    assert own_texts(instance) == [("greeting", "de", "Moin!", True)]
    assert Wording([instance], [GREETING]).text(GREETING, instance) == "Moin!"


def test_what_an_instance_says_is_changed_kept_and_removed(administrator: Visitor) -> None:
    instance = ChannelInstanceFactory.create()
    save(administrator, instance, formset(("greeting", "One"), ("agent_joined", "Two"), ("holiday", "Three")))
    again = formset(("greeting", "One"), ("agent_joined", "2"), ("holiday", "Three"), known=3)

    save(administrator, instance, again | {"form-2-DELETE": "on"})

    told = [(action, changes["text"]) for action, _subject, changes in logged()[3:]]
    assert told == [("setting_changed", ["Two", "2"]), ("setting_deleted", ["Three", None])]
    assert logged()[3][1] == f"automated message agent_joined (en) of {instance}"
    # In the documented order, in which the page shows them.
    assert own_texts(instance) == [("agent_joined", "en", "2", True), ("greeting", "en", "One", True)]
    assert Wording([instance], [AGENT_JOINED]).text(AGENT_JOINED, instance) == "2"


def test_a_trigger_has_one_message_of_an_instance(administrator: Visitor) -> None:
    instance = ChannelInstanceFactory.create()

    answer = save(administrator, instance, formset(("greeting", "One"), ("greeting", "Two")))

    second = answer.context["formset"].forms[1]
    assert second.errors == {"trigger": ["This trigger has a message already. Keep one of the two."]}
    assert own_texts(instance) == []


def test_a_message_of_an_instance_is_explained_at_its_field(administrator: Visitor) -> None:
    instance = ChannelInstanceFactory.create()

    answer = save(administrator, instance, formset(("", "Hello {Foo}")))

    errors = answer.context["formset"].forms[0].errors
    assert errors["trigger"] == ["This field is required."]
    assert errors["text"][0].startswith("{Foo} stands for nothing.")


@pytest.mark.accepts("A2.5-4")
def test_an_instance_is_offered_the_triggers_of_its_channel_alone(administrator: Visitor) -> None:
    page = administrator.opens("automated_instance", ChannelInstanceFactory.create().pk).content.decode()

    dropdown = page[page.index('name="form-0-trigger"') : page.index("</select>")]
    offered = re.findall(r'<option value="(\w+)"', dropdown)
    assert offered == [trigger.slug for trigger in TRIGGERS]
    assert not re.search("wait|callback", dropdown, re.IGNORECASE)


def test_a_deleted_instance_says_nothing_any_more(administrator: Visitor) -> None:
    instance = ChannelInstanceFactory.create(retired_at="2026-01-01T00:00Z")

    assert administrator.opens("automated_instance", instance.pk).status_code == 404
