"""Quick replies in the console: agents read those of their workstreams and their language, and write none."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories.workstreams import AgentFactory, QuickReplyFactory, WorkstreamFactory
from tests.portal.visitors import Visitor, visitor
from workstreams.models import Agent
from workstreams.roles import Role


@pytest.fixture
def agent(db: None) -> Visitor:
    """A person with the role agent and nothing else."""
    person = visitor(Role.AGENT, username="lea")
    AgentFactory.create(user=person.user)
    return person


def page_of(person: Visitor, **query: str) -> Any:
    """The page as the person sees it."""
    return person.client.get(reverse("console:quick-replies"), query)


def titles(person: Visitor, **query: str) -> list[str]:
    """What the page offers."""
    return [reply.title for reply in page_of(person, **query).context["replies"]]


def test_a_character_that_no_row_holds_is_not_looked_for(agent: Visitor) -> None:
    QuickReplyFactory.create(title="Hours")

    assert titles(agent, q="\0") == ["Hours"]


@pytest.mark.accepts("A1.3-1")
def test_an_agent_is_refused_by_the_portal_and_reads_quick_replies(agent: Visitor) -> None:
    reply = QuickReplyFactory.create(title="Hours", text="We open at nine.")
    pages = (("changelist", ()), ("add", ()), ("change", (reply.pk,)), ("delete", (reply.pk,)))

    refused = [agent.opens(f"workstreams_quickreply_{name}", *keys).status_code for name, keys in pages]
    home = agent.opens("index")
    page = page_of(agent)
    text = page.content.decode()
    written = agent.client.post(reverse("console:quick-replies"), {"title": "Mine"})

    assert (refused, home.status_code) == ([403] * 4, 403)
    assert page.status_code == 200
    assert all(word in text for word in ("Hours", "We open at nine."))
    assert "/admin/workstreams/quickreply" not in text
    assert "/admin/workstreams/" not in text
    assert written.status_code == 405


def test_replies_follow_workstream_and_language(agent: Visitor) -> None:
    mine, other = WorkstreamFactory.create(), WorkstreamFactory.create()
    mine.fallback_queue.agents.add(Agent.objects.get(user=agent.user))
    for title, locale, bound in (
        ("anywhere", "fr-FR", ()),
        ("mine", "fr-FR", (mine,)),
        ("both", "fr-FR", (mine, other)),
        ("other", "fr-FR", (other,)),
        ("english", "en-US", (mine,)),
    ):
        QuickReplyFactory.create(title=title, locale=locale).workstreams.set(bound)

    every_language = titles(agent)
    Agent.objects.filter(user=agent.user).update(language="fr-FR")

    assert every_language == ["anywhere", "both", "english", "mine"]
    assert titles(agent) == ["anywhere", "both", "mine"]


def test_search_finds_title_text_and_tags(agent: Visitor) -> None:
    QuickReplyFactory.create(title="Hours", text="We open at nine.", tags=["opening"])
    QuickReplyFactory.create(title="Returns", text="Within 30 days.")

    assert titles(agent, q="nine") == ["Hours"]
    assert titles(agent, q="OPENING") == ["Hours"]
    assert titles(agent, q="return") == ["Returns"]
    assert "Nothing found" in page_of(agent, q="bicycle").content.decode()


def test_without_replies_the_page_says_what_appears_there(agent: Visitor) -> None:
    assert "No quick replies yet" in page_of(agent).content.decode()


def test_the_user_menu_leads_there(agent: Visitor) -> None:
    page = agent.client.get(reverse("console:home")).content.decode()

    assert f'href="{reverse("console:quick-replies")}"' in page
    assert f'href="{reverse("admin:index")}"' not in page


def test_a_longer_page_asks_no_more_queries(agent: Visitor) -> None:
    counts = []
    for _ in range(2):
        for _each in range(5):
            QuickReplyFactory.create().workstreams.set([])
        with CaptureQueriesContext(connection) as queries:
            page_of(agent)
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_strangers_sign_in_and_administrators_are_told_whom_the_console_is_for(client: Client, db: None) -> None:
    administrator = visitor(Role.ADMINISTRATOR)

    assert client.get(reverse("console:quick-replies")).status_code == 302
    assert page_of(administrator).status_code == 403
