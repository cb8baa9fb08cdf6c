"""The portal's pages: found by number or id, exported by a button, erased after typing the name."""

import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from conversations.models import Customer, Delivery, Erasure, Export
from conversations.privacy import tasks
from omnichannel.audit.models import Action, AuditEvent
from tests.conftest import Commits
from tests.conversations.privacy.conftest import MARK, Told, everywhere, stored_files
from tests.factories.conversations import CustomerFactory, OutboundFactory
from tests.portal.visitors import Visitor, visitor
from workstreams.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(db: None) -> Visitor:
    """A person who may do everything."""
    return visitor(Role.ADMINISTRATOR, username="ada", first_name="Ada", last_name="Diallo")


def text_of(response: Any) -> str:
    """Return a page that was shown."""
    assert response.status_code == 200, response
    return str(response.content.decode())


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.AGENT, Role.API_ACCESS])
@pytest.mark.parametrize("page", ["customers_detail", "customers_export", "customers_erase", "customers_download"])
def test_only_administrators_come_in(tell: Told, role: Role, page: str) -> None:
    conversation, person = tell(), visitor(role)
    pk = conversation.customer_id
    if page == "customers_download":
        pk = Export.objects.create(customer_id=pk).pk

    assert person.opens("customers_list").status_code == 403
    # A link to an act leads to the page above it, which refuses.
    assert person.opens(page, pk).status_code == (
        302 if page == "customers_export" and role == Role.SUPERVISOR else 403
    )
    assert person.sends(page, pk).status_code in (403, 405)
    assert Customer.objects.count() == 1
    assert Export.objects.filter(state="done").count() == 0


def test_the_site_map_leads_there(administrator: Visitor) -> None:
    sections = administrator.opens("customers_list").context["site_map"]

    [entry] = [entry for section in sections for entry in section.entries if entry.is_current]
    assert str(entry.title) == "Customers’ data"


def test_a_customer_is_found_by_number_and_by_opaque_id(administrator: Visitor) -> None:
    one, other = CustomerFactory.create(), CustomerFactory.create()

    for query in (str(one.pk), f"#{one.pk}", f"visitor {one.pk}", f" {one.customer_id} "):
        page = administrator.opens("customers_list", q=query).context["page"]
        assert page.rows == [one]
    assert administrator.opens("customers_list").context["page"].rows == [other, one]
    for query in ("9" * 30, "\0", "visitor"):
        assert "Nothing found" in text_of(administrator.opens("customers_list", q=query))


def test_pages_of_the_list_cost_the_same(administrator: Visitor, django_assert_max_num_queries: Any) -> None:
    CustomerFactory.create_batch(60)

    with django_assert_max_num_queries(8):
        older = administrator.opens("customers_list").context["page"].older

    assert len(administrator.client.get(f"/admin/customers/{older}").context["page"].rows) == 10


def test_the_page_says_what_is_held(tell: Told, administrator: Visitor, django_assert_max_num_queries: Any) -> None:
    conversation = tell()

    with django_assert_max_num_queries(15):
        page = administrator.opens("customers_detail", conversation.customer_id)

    held = page.context["held"]
    assert (held.conversations, held.messages, held.files, held.deliveries) == ("1", "4", "2", "2")
    assert MARK not in text_of(page)


def test_an_export_is_asked_for_written_and_loaded(tell: Told, administrator: Visitor, commits: Commits) -> None:
    conversation = tell()
    with commits():
        administrator.sends("customers_export", conversation.customer_id)
    assert 'hx-trigger="every 2s"' in text_of(administrator.opens("customers_detail", conversation.customer_id))

    tasks.write_exports()

    page = text_of(administrator.opens("customers_detail", conversation.customer_id))
    export = Export.objects.get()
    assert f"/admin/customers/exports/{export.pk}/" in page
    assert "hx-trigger" not in page
    answer = administrator.opens("customers_download", export.pk)
    assert zipfile.ZipFile(io.BytesIO(answer.getvalue())).testzip() is None
    assert answer["Content-Disposition"].startswith(f'attachment; filename="customer-{conversation.customer_id}-')
    assert {"private", "no-store"} <= set(answer["Cache-Control"].split(", "))
    events = AuditEvent.objects.filter(action=Action.CUSTOMER_EXPORTED).order_by("number")
    assert [event.details for event in events] == [{"export": export.pk}, {"export": export.pk, "downloaded": True}]


def test_a_link_ends_after_a_day(tell: Told, administrator: Visitor) -> None:
    conversation = tell()
    administrator.sends("customers_export", conversation.customer_id)
    tasks.write_exports()

    Export.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert administrator.opens("customers_download", Export.objects.get().pk).status_code == 404
    assert "Expired" in text_of(administrator.opens("customers_detail", conversation.customer_id))


def test_erasing_asks_for_the_name(tell: Told, administrator: Visitor) -> None:
    conversation = tell()

    answer = administrator.sends("customers_erase", conversation.customer_id, name="Visitor 0")

    assert "This is not the name" in text_of(answer)
    assert not Erasure.objects.exists()


def test_erasing_shows_its_progress_and_then_what_went(tell: Told, administrator: Visitor, commits: Commits) -> None:
    conversation = tell()
    pk = conversation.customer_id
    with commits():
        answer = administrator.sends("customers_erase", pk, name=f" visitor  {pk} ")
    assert answer.url == f"/admin/customers/{pk}/"
    assert "is being erased" in text_of(administrator.opens("customers_detail", pk))

    tasks.finish_erasures()
    tasks.delete_files()

    page = text_of(administrator.opens("customers_detail", pk))
    assert "This customer was erased" in page
    assert "hx-trigger" not in page
    assert "This customer was erased" in text_of(administrator.opens("customers_list", q=str(pk)))
    assert administrator.opens("customers_erase", pk).status_code == 302
    assert everywhere() == []
    assert stored_files() == []
    assert AuditEvent.objects.get(action=Action.CUSTOMER_ERASED).actor_id == administrator.user.pk


def test_erasing_says_what_to_wait_for(tell: Told, administrator: Visitor) -> None:
    conversation = tell()
    OutboundFactory.create(conversation=conversation, delivery=Delivery.SENDING)

    answer = administrator.sends("customers_erase", conversation.customer_id, name=conversation.customer.label)

    assert "A message is being sent to this customer" in text_of(answer)
    assert not Erasure.objects.exists()


def test_the_sweep_goes_on_with_whatever_was_left(tell: Told, administrator: Visitor, commits: Commits) -> None:
    conversation = tell()
    administrator.sends("customers_export", conversation.customer_id)
    tasks.write_exports()

    with commits(), time_machine.travel(timezone.now() + timedelta(hours=25)):
        tasks.sweep()
        tasks.delete_files()

    assert not Export.objects.exists()
    assert len(stored_files()) == 4


def test_retention_is_set_on_the_account(administrator: Visitor) -> None:
    account = CustomerFactory.create().account
    entries = {"name": account.name, "connection": account.connection_id, "business_id": account.business_id}

    refused = administrator.sends("channels_app_account_change", account.pk, **entries, retention_months="0")
    administrator.sends("channels_app_account_change", account.pk, **entries, retention_months="6")

    assert "retention_months" in refused.context["adminform"].form.errors
    account.refresh_from_db()
    assert account.retention_months == 6
