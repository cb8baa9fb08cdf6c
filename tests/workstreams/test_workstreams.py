"""Workstreams in the portal: the guided page that creates one, its page, its copy, and what keeps it from going."""

import re

import pytest
from django.db.models import CASCADE

from omnichannel.drafts.models import Draft
from tests.factories.channels_app import ChannelInstanceFactory
from tests.factories.rules import RouteRuleFactory
from tests.factories.workstreams import QueueFactory, WorkstreamFactory
from tests.portal.visitors import Visitor, errors, walk
from workstreams import services
from workstreams.models import Queue, Workstream
from workstreams.wizards import NewWorkstream


def test_a_workstream_is_created_with_an_existing_queue(administrator: Visitor) -> None:
    queue = QueueFactory.create()

    walk(administrator, NewWorkstream).fills(
        "details", name="Sales", distribution="push", queue_choice="existing", fallback_queue=queue.pk
    )

    workstream = Workstream.objects.get()
    assert (workstream.name, workstream.distribution, workstream.fallback_queue) == ("Sales", "push", queue)
    assert not Draft.objects.exists()


@pytest.mark.accepts("A2.2-3")
def test_a_workstream_is_created_with_a_new_and_empty_queue(administrator: Visitor) -> None:
    walk(administrator, NewWorkstream).fills(
        "details", name="Sales", distribution="pick", queue_choice="new", new_queue="Sales team"
    )

    queue = Workstream.objects.get().fallback_queue
    assert (queue.name, queue.agents.count(), queue.assignment_method) == ("Sales team", 0, "highest_capacity")


@pytest.mark.parametrize(
    ("entries", "fault"),
    [
        ({"queue_choice": "existing"}, {"fallback_queue": ["Choose a queue, or create a new one."]}),
        ({"queue_choice": "new"}, {"new_queue": ["Name the new queue."]}),
        (
            {"queue_choice": "new", "new_queue": "Taken"},
            {"new_queue": ["A queue of this name exists. Choose it as an existing one."]},
        ),
        ({}, {"queue_choice": ["This field is required."]}),
    ],
)
def test_exactly_one_fallback_queue_is_asked_for(
    administrator: Visitor, entries: dict[str, str], fault: dict[str, list[str]]
) -> None:
    QueueFactory.create(name="Taken")

    response = walk(administrator, NewWorkstream).fills("details", name="Sales", distribution="pick", **entries)

    assert errors(response) == fault
    assert (Workstream.objects.count(), Queue.objects.count()) == (0, 1)


def test_a_name_that_somebody_used_meanwhile_is_told(administrator: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    WorkstreamFactory.create(name="Sales")
    queue = QueueFactory.create()
    # As if the other workstream had come between the check and the write.
    monkeypatch.setattr(Workstream, "validate_unique", lambda self, exclude: None)

    response = walk(administrator, NewWorkstream).fills(
        "details", name="Sales", distribution="push", queue_choice="existing", fallback_queue=queue.pk
    )

    assert b"Somebody used this name meanwhile." in response.content
    assert Draft.objects.count() == 1


@pytest.mark.accepts("A2.2-1")
def test_the_distribution_mode_is_fixed_once_chosen(administrator: Visitor) -> None:
    workstream = WorkstreamFactory.create(distribution="pick")

    page = administrator.opens("workstreams_workstream_change", workstream.pk)
    administrator.sends(
        "workstreams_workstream_change",
        workstream.pk,
        name="Renamed",
        distribution="push",
        queue_choice="existing",
        fallback_queue=workstream.fallback_queue.pk,
    )

    assert re.search(r'<input type="radio" name="distribution" value="push"[^>]* disabled', page.content.decode())
    workstream.refresh_from_db()
    assert (workstream.name, workstream.distribution) == ("Renamed", "pick")


def test_a_new_queue_takes_the_place_of_the_fallback_queue(administrator: Visitor) -> None:
    workstream = WorkstreamFactory.create()

    administrator.sends(
        "workstreams_workstream_change",
        workstream.pk,
        name=workstream.name,
        queue_choice="new",
        fallback_queue=workstream.fallback_queue.pk,
        new_queue="Night shift",
    )

    workstream.refresh_from_db()
    assert workstream.fallback_queue.name == "Night shift"


@pytest.mark.accepts("A2.2-2")
def test_a_copy_has_the_same_settings_and_rules_and_no_instance(administrator: Visitor) -> None:
    workstream = ChannelInstanceFactory.create(workstream__name="Sales", workstream__distribution="push").workstream
    RouteRuleFactory.create(workstream=workstream, name="Billing")

    for _ in range(2):
        administrator.sends("workstreams_workstream_copy", workstream.pk)

    first, second = Workstream.objects.exclude(pk=workstream.pk).order_by("pk")
    assert (first.name, second.name) == ("Copy of Sales", "Copy of Sales (2)")
    for copy in (first, second):
        assert (copy.distribution, copy.fallback_queue) == ("push", workstream.fallback_queue)
        assert not copy.instances.exists()
        assert list(copy.route_rules.values_list("name", flat=True)) == ["Billing"]


def test_whatever_goes_with_its_workstream_is_copied_with_it() -> None:
    belonging = {
        relation.get_accessor_name()
        for relation in Workstream._meta.related_objects
        if getattr(relation, "on_delete", None) is CASCADE
    }

    # Another of these is to be copied by copy_workstream too.
    assert belonging == {"route_rules"}


def test_a_long_name_leaves_room_for_the_name_of_its_copy(administrator: Visitor) -> None:
    workstream = WorkstreamFactory.create(name="S" * 100)

    copies = [services.copy_workstream(workstream, by=administrator.user).name for _ in range(2)]

    assert [len(name) for name in copies] == [100, 100]
    assert copies[1].endswith("S (2)")


def test_a_workstream_in_use_is_not_deleted_and_names_what_depends(administrator: Visitor) -> None:
    instance = ChannelInstanceFactory.create(account__name="Velo shop")

    page = administrator.opens("workstreams_workstream_delete", instance.workstream.pk).content.decode()
    administrator.sends("workstreams_workstream_delete", instance.workstream.pk, post="yes")

    assert "cannot be deleted" in page
    assert "<b>channel instance</b>: <a href=" in page
    assert Workstream.objects.filter(pk=instance.workstream.pk).exists()


def test_the_page_of_a_workstream_shows_its_instances_and_what_they_lack(administrator: Visitor) -> None:
    instance = ChannelInstanceFactory.create(account__name="Velo shop", may_authenticate=True, may_request_payment=True)

    page = administrator.opens("workstreams_workstream_change", instance.workstream.pk).content.decode()

    assert all(
        text in page for text in ("Velo shop", instance.account.business_id, "setting missing", "profile missing")
    )
    assert "Set up Apple Messages for Business" in page


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "Give the workstream a name."),
        ("Sales", "A workstream of this name exists. Choose another name."),
    ],
)
def test_a_name_that_cannot_be_is_explained(administrator: Visitor, name: str, sentence: str) -> None:
    queue = WorkstreamFactory.create(name="Sales").fallback_queue
    entries = {"distribution": "pick", "queue_choice": "existing", "fallback_queue": queue.pk}

    response = walk(administrator, NewWorkstream).fills("details", name=name, **entries)

    assert errors(response) == {"name": [sentence]}
