"""Roles that must have a second factor: nothing opens before it is there, by whatever way somebody comes."""

from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from conversations.console import events
from tests.factories.conversations import AttachmentFactory
from tests.factories.workstreams import AgentFactory, ApiTokenFactory, UserFactory
from tests.portal.visitors import Visitor, visitor
from tests.signin.conftest import add_authenticator_app, add_recovery_codes
from workstreams.models import ApiToken
from workstreams.roles import Role

pytestmark = pytest.mark.django_db

EVERYWHERE = (
    "/",
    "/admin/",
    "/admin/login/?next=/admin/",
    "/admin/password_change/",
    "/admin/workstreams/user/",
    "/admin/no/such/page/",
    "/admin/audit/",
    "/admin/jsi18n/",
    "/console/",
    "/console/list/",
    "/applemessagesforbusiness/landing?id=3ff83aa1-0000-4000-8000-000000000001",
)


@pytest.fixture(autouse=True)
def administrators_and_supervisors(settings: LazySettings) -> None:
    """Two roles must have a second factor, agents need not."""
    settings.MFA_REQUIRED_ROLES = [Role.ADMINISTRATOR.value, Role.SUPERVISOR.value]


def superuser() -> Visitor:
    """Somebody who may do everything and has no role."""
    return visitor(is_superuser=True, is_staff=True)


@pytest.mark.parametrize("address", EVERYWHERE)
@pytest.mark.parametrize("who", [lambda: visitor(Role.ADMINISTRATOR), superuser], ids=["administrator", "superuser"])
def test_every_page_leads_to_setting_one_up(who: Callable[[], Visitor], address: str) -> None:
    answer = who().client.get(address)

    assert (answer.status_code, answer["Location"]) == (302, "/security/")


def test_a_form_that_is_sent_does_nothing(administrator: Visitor) -> None:
    person = UserFactory.create(username="tom")

    answer = administrator.sends("workstreams_user_change", person.pk, username="changed", is_active="on")

    person.refresh_from_db()
    assert (answer["Location"], person.username) == ("/security/", "tom")


def test_files_wait_too(supervisor: Visitor) -> None:
    AgentFactory.create(user=supervisor.user)
    file = AttachmentFactory.create()

    assert supervisor.client.get(f"/console/attachments/{file.pk}/")["Location"] == "/security/"


def test_a_fragment_has_its_page_load_again(supervisor: Visitor) -> None:
    answer = supervisor.client.get("/console/list/", headers={"HX-Request": "true"})

    assert (answer.status_code, answer["HX-Refresh"]) == (401, "true")


def test_no_stream_opens(supervisor: Visitor) -> None:
    AgentFactory.create(user=supervisor.user)

    assert supervisor.client.get("/console/events", headers={"Accept": "text/event-stream"}).status_code == 401


def test_a_stream_that_is_open_ends_with_the_second_factor(supervisor: Visitor) -> None:
    AgentFactory.create(user=supervisor.user)
    add_authenticator_app(supervisor.user)
    key = supervisor.client.session.session_key or ""
    before = events._viewer(key)

    Authenticator.objects.all().delete()

    assert before
    assert events._viewer(key) is None


def test_the_page_says_why_and_leads_nowhere_else(administrator: Visitor) -> None:
    page = administrator.client.get("/security/")

    assert "Your role asks for a second factor." in page.content.decode()
    assert page.context["site_map"] == ()
    assert 'href="/security/authenticator/"' in page.content.decode()


def test_recovery_codes_alone_are_no_second_factor(administrator: Visitor) -> None:
    add_recovery_codes(administrator.user)

    assert administrator.opens("index")["Location"] == "/security/"


def test_with_a_second_factor_everything_opens(administrator: Visitor) -> None:
    add_authenticator_app(administrator.user)

    assert administrator.opens("index").status_code == 200


def test_other_roles_are_not_asked(agent: Visitor) -> None:
    AgentFactory.create(user=agent.user)

    assert agent.client.get("/console/").status_code == 200


def test_one_can_always_leave(administrator: Visitor) -> None:
    assert administrator.client.post("/sign-out/")["Location"] == "/sign-in/"


def test_programs_with_a_token_are_not_affected() -> None:
    person = visitor(Role.ADMINISTRATOR, Role.API_ACCESS)
    ApiTokenFactory.create(user=person.user, digest=ApiToken.digest_of("oc_program"))

    answer = person.client.get("/api/v1/conversations/", headers={"Authorization": "Bearer oc_program"})

    assert answer.status_code == 200


def test_a_page_costs_one_query_more(administrator: Visitor, settings: LazySettings) -> None:
    add_authenticator_app(administrator.user)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert administrator.opens("index").status_code == 200
        return len(captured)

    # What the home page counts once a minute is counted now.
    queries()
    with_it = queries()
    settings.MIDDLEWARE = [each for each in settings.MIDDLEWARE if "VisitMiddleware" not in each]
    administrator.client.handler.load_middleware()

    assert with_it - queries() == 1


@pytest.mark.parametrize("address", ["/healthz", "/api/docs/"])
def test_what_knows_no_sessions_asks_for_none(
    administrator: Visitor,
    django_assert_num_queries: Callable,  # type: ignore[type-arg]
    address: str,
) -> None:
    with django_assert_num_queries(0):
        assert administrator.client.get(address).status_code == 200


def test_a_visitor_who_is_not_signed_in_costs_no_query(client: Client, django_assert_num_queries: Callable) -> None:  # type: ignore[type-arg]
    with django_assert_num_queries(0):
        assert client.get("/sign-in/").status_code == 200
