"""The search over the whole portal."""

from typing import Any

import pytest
from django.urls import reverse

from tests.factories.channels_app import AccountFactory
from tests.factories.conversations import ConversationFactory
from tests.factories.workstreams import QueueFactory, UserFactory
from tests.portal.visitors import Visitor


def found(response: Any) -> dict[str, list[str]]:
    """Titles of what was found, by kind."""
    return {str(group.title): [str(hit.title) for hit in group.hits] for group in response.context["groups"]}


def test_a_part_of_a_name_finds_pages_and_records(administrator: Visitor) -> None:
    AccountFactory.create(name="Velo shop")
    QueueFactory.create(name="Velo repairs")

    assert found(administrator.opens("search", q="velo")) == {"Accounts": ["Velo shop"], "Queues": ["Velo repairs"]}
    assert found(administrator.opens("search", q="opera hours")) == {"Pages": ["Operating hours"]}


def test_each_person_finds_only_what_they_may_open(supervisor: Visitor) -> None:
    AccountFactory.create(name="Velo shop")
    QueueFactory.create(name="Velo repairs")

    assert found(supervisor.opens("search", q="velo")) == {"Queues": ["Velo repairs"]}


def test_an_id_leads_to_the_ledger(supervisor: Visitor) -> None:
    conversation = ConversationFactory.create()

    [hits] = [group.hits for group in supervisor.opens("search", q=f"conversation {conversation.pk}").context["groups"]]

    assert [hit.url for hit in hits] == [f"{reverse('admin:ledger_find')}?q=conversation+{conversation.pk}"]


def test_more_than_a_few_are_a_link_to_the_list(administrator: Visitor) -> None:
    for number in range(7):
        QueueFactory.create(name=f"Velo {number}")

    page = administrator.opens("search", q="velo")

    assert len(found(page)["Queues"]) == 5
    assert f'href="{reverse("admin:workstreams_queue_changelist")}?q=velo"' in page.content.decode()


@pytest.mark.parametrize("text", ["", "   ", "\0", "nothing of the kind", "%", "x" * 500, "' OR 1=1 --"])
def test_whatever_is_typed_gets_an_answer(administrator: Visitor, text: str) -> None:
    response = administrator.opens("search", q=text)

    assert response.status_code == 200
    assert found(response) == {}


def test_the_number_of_queries_does_not_grow_with_what_is_found(
    administrator: Visitor, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        AccountFactory.create(name=f"Velo {number}")
        UserFactory.create(username=f"velo{number}")

    with django_assert_max_num_queries(40):
        administrator.opens("search", q="velo")
