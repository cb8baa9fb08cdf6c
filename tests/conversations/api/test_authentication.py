"""Who may call our REST, and what those who may not are told."""

from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from conversations.models import Conversation
from tests.conversations.api.conftest import Caller, give_role
from tests.factories.conversations import AttachmentFactory, MessageFactory
from tests.factories.workstreams import AgentFactory, ApiTokenFactory, UserFactory
from workstreams.models import ApiToken, User
from workstreams.roles import Role

LIST = ("get", "conversations/", None)
OF_ONE = [
    ("get", "conversations/{conversation}/", None),
    ("post", "conversations/{conversation}/close/", {}),
    ("post", "conversations/{conversation}/typing/", {"is_typing": True}),
    ("post", "conversations/{conversation}/context/", {"values": {"OrderID": 4711}}),
    ("get", "conversations/{conversation}/messages/", None),
    ("post", "conversations/{conversation}/messages/", {"text": "Hello"}),
    ("get", "messages/{message}/", None),
    ("post", "messages/{message}/resend/", {}),
    ("get", "attachments/{attachment}/", None),
]
Route = tuple[str, str, dict[str, object] | None]
every_route = pytest.mark.parametrize("route", [LIST, *OF_ONE], ids=lambda route: f"{route[0]} {route[1]}")
every_route_to_one = pytest.mark.parametrize("route", OF_ONE, ids=lambda route: f"{route[0]} {route[1]}")


@pytest.fixture
def ids(conversation: Conversation) -> dict[str, int]:
    """A conversation, its message and its file, by id."""
    message = MessageFactory.create(conversation=conversation)
    file = AttachmentFactory.create(message=message)
    return {"conversation": conversation.pk, "message": message.pk, "attachment": file.pk}


@pytest.fixture
def texts(db: None) -> dict[str, str]:
    """Tokens that must not open anything."""
    gone = UserFactory.create(is_active=False)
    for user in (gone, revoked := UserFactory.create()):
        give_role(user, Role.API_ACCESS)
    of_gone, of_revoked = ApiToken.generate(), ApiToken.generate()
    ApiTokenFactory.create(user=gone, digest=ApiToken.digest_of(of_gone))
    ApiTokenFactory.create(user=revoked, digest=ApiToken.digest_of(of_revoked), revoked_at=timezone.now())
    return {"inactive user": of_gone, "revoked": of_revoked, "unknown": ApiToken.generate(), "empty": "", "odd": "é"}


def ask(client: APIClient, route: Route, ids: dict[str, int]) -> Any:
    """Return what a route answers."""
    method, path, body = route
    return getattr(client, method)(f"/api/v1/{path.format(**ids)}", body, format="json")


@every_route
def test_without_a_token_nothing_opens(route: Route, ids: dict[str, int]) -> None:
    answer = ask(APIClient(), route, ids)

    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("kind", ["inactive user", "revoked", "unknown", "empty", "odd"])
@every_route
def test_a_token_that_does_not_count_opens_nothing(
    route: Route, kind: str, ids: dict[str, int], texts: dict[str, str]
) -> None:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {texts[kind]}")

    answer = ask(client, route, ids)

    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert answer.json() == {
        "type": "about:blank",
        "title": "Unauthorized",
        "status": 401,
        "detail": "This token is not known here, or it was revoked.",
        "instance": f"/api/v1/{route[1].format(**ids)}",
    }


@every_route
def test_a_session_is_no_token(route: Route, ids: dict[str, int], admin_user: User) -> None:
    client = APIClient()
    client.force_login(admin_user)

    answer = ask(client, route, ids)

    assert answer.status_code == 401


@every_route_to_one
def test_an_agent_of_another_queue_finds_nothing(route: Route, ids: dict[str, int], call: Caller) -> None:
    stranger = AgentFactory.create()
    give_role(stranger.user, Role.AGENT)

    answer = ask(call(stranger.user), route, ids)

    assert answer.status_code == 404
    assert "yours to see" in answer.json()["detail"]


@every_route_to_one
def test_a_user_without_a_role_finds_nothing(route: Route, ids: dict[str, int], call: Caller) -> None:
    answer = ask(call(UserFactory.create()), route, ids)

    assert answer.status_code == 404


def test_an_agent_of_another_queue_lists_nothing(ids: dict[str, int], call: Caller) -> None:
    stranger = AgentFactory.create()
    give_role(stranger.user, Role.AGENT)

    answer = ask(call(stranger.user), LIST, ids)

    assert answer.json() == {"next": None, "previous": None, "results": []}


def test_the_scheme_is_read_in_any_case(program: APIClient) -> None:
    user = UserFactory.create()
    ApiTokenFactory.create(user=user, digest=ApiToken.digest_of("oc_mine"))
    program.credentials(HTTP_AUTHORIZATION="bearer  oc_mine")

    answer = program.get("/api/v1/conversations/")

    assert answer.status_code == 200
