"""Who may see what in the console."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from channels_app.models import ChannelInstance
from conversations.models import Conversation, State
from tests.conversations.console.conftest import SignIn, person
from tests.factories.conversations import ConversationFactory, MessageFactory
from tests.factories.workstreams import QueueFactory, UserFactory
from workstreams.models import Agent
from workstreams.roles import Role

HTMX = {"HX-Request": "true"}


def test_who_is_not_signed_in_is_asked_to(client: Client, db: None) -> None:
    answer = client.get("/console/?view=open")

    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/?next=/console/%3Fview%3Dopen")


def test_a_fragment_never_holds_the_sign_in_page(client: Client, db: None) -> None:
    answer = client.get("/console/list/", headers=HTMX)

    assert (answer.status_code, answer["HX-Refresh"], answer.content) == (401, "true", b"")


def test_an_administrator_without_the_role_is_told_so(client: Client, db: None) -> None:
    user = UserFactory.create()
    user.groups.add(Group.objects.get_or_create(name=Role.ADMINISTRATOR.value)[0])
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")

    answer = client.get("/console/")

    assert answer.status_code == 403
    assert "The console is for agents and supervisors." in answer.content.decode()


def test_an_agent_without_a_profile_is_told_what_is_missing(client: Client, db: None) -> None:
    user = UserFactory.create()
    user.groups.add(Group.objects.get_or_create(name=Role.AGENT.value)[0])
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")

    answer = client.get("/console/")

    assert answer.status_code == 403
    assert "no agent profile" in answer.content.decode()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/console/conversations/{pk}/"),
        ("get", "/console/conversations/{pk}/thread/"),
        ("get", "/console/conversations/{pk}/transcript/"),
        ("get", "/console/conversations/{pk}/earlier/"),
        ("post", "/console/conversations/{pk}/send/"),
        ("post", "/console/conversations/{pk}/take/"),
        ("post", "/console/conversations/{pk}/end/"),
        ("post", "/console/conversations/{pk}/read/"),
        ("post", "/console/conversations/{pk}/typing/"),
        ("post", "/console/messages/{message}/resend/"),
    ],
)
def test_an_agent_of_another_queue_finds_nothing(
    instance: ChannelInstance, sign_in: SignIn, method: str, path: str
) -> None:
    message = MessageFactory.create(conversation__instance=instance)
    stranger = sign_in(person("Ida", Role.AGENT, QueueFactory.create()))

    answer = getattr(stranger, method)(path.format(pk=message.conversation_id, message=message.pk), {"body": "Hi"})

    assert answer.status_code == 404
    assert Conversation.objects.get().state == State.OPEN


def test_a_supervisor_reads_what_a_colleague_works_on(instance: ChannelInstance, maya: Agent, sign_in: SignIn) -> None:
    conversation = ConversationFactory.create(instance=instance, agent=maya, state=State.ACTIVE)
    supervisor = sign_in(person("Sue Park", Role.SUPERVISOR))

    page = supervisor.get(f"/console/conversations/{conversation.pk}/").content.decode()

    assert "Maya Ortiz works on this conversation." in page
    assert "composer-form" not in page


def test_no_page_has_inline_script_or_style(console: Client, instance: ChannelInstance, agent: Agent) -> None:
    conversation = ConversationFactory.create(instance=instance, agent=agent, state=State.ACTIVE)

    answer = console.get(f"/console/conversations/{conversation.pk}/")

    page = answer.content.decode()
    assert [word for word in ("style=", "<style", "onclick=", "javascript:", "hx-on") if word in page] == []
    assert "unsafe" not in answer["Content-Security-Policy"]
