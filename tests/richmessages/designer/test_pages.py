"""The dialog that begins a rich message, the designer, and what it does to a message."""

import json
from typing import Any

import pytest
from django.http import QueryDict
from django.urls import reverse

from conversations.models import Customer
from conversations.offers import offered
from omnichannel.audit.models import AuditEvent
from omnichannel.device import draw
from richmessages.designer.preview import REQUEST_ID
from richmessages.kinds import KINDS
from richmessages.kinds.kind import Kind, SendContext
from richmessages.models import PictureSource, RichMessage, SourceState, State
from richmessages.pictures.address import picture_src
from richmessages.services import describe
from tests.factories.richmessages import PictureSourceFactory, RichMessageFactory
from tests.portal.visitors import Visitor
from tests.portal_of import Portal
from tests.richmessages.content import complete
from tests.richmessages.designer.posting import form_of
from tests.simulator.apple import FakePhone

PAGE = "richmessages_richmessage_change"
COMPLETE = {"summary": "Your choice", "options": ["Monday", "Tuesday"]}


def draft(**fields: Any) -> RichMessage:
    """Return a message that nobody has published."""
    message: RichMessage = RichMessageFactory.create(**{"state": State.DRAFT, "published_at": None} | fields)
    return message


def opened(visitor: Visitor, message: RichMessage) -> QueryDict:
    """Return the form that a tab holds once the designer is open."""
    return form_of(visitor.opens(PAGE, message.pk).content.decode())


def typed(form: QueryDict, **entries: str) -> QueryDict:
    """Return the form with other entries; dots are written as double underscores."""
    changed = form.copy()
    for name, value in entries.items():
        changed[name.replace("__", ".")] = value
    return changed


def sent(visitor: Visitor, message: RichMessage, form: QueryDict, act: str = "") -> Any:
    """Return the answer that the page's script gets."""
    changed = form.copy()
    changed["_do"] = act
    address = reverse(f"admin:{PAGE}", args=[message.pk])
    answer = visitor.client.post(
        address,
        changed.urlencode(),
        content_type="application/x-www-form-urlencoded",
        headers={"X-Requested-With": "designer"},
    )
    message.refresh_from_db()
    return answer


def marked(answer: Any) -> dict[str, str]:
    """Return what an answer says is wrong, by field."""
    return {fault.name: fault.text for fault in answer.context["desk"].faults}


def test_a_message_is_begun_with_its_type_and_goes_to_the_designer(administrator: Visitor) -> None:
    answer = administrator.sends(
        "richmessages_richmessage_add",
        name="Opening hours",
        kind_choice="suggested_reply",
        locale="de-DE",
        tags="#hours, Suggested reply, hours, # ho\0urs",
        is_configurable="on",
    )

    message = RichMessage.objects.get()
    assert answer.url == reverse(f"admin:{PAGE}", args=[message.pk])
    assert (message.state, message.locale, message.is_configurable) == (State.DRAFT, "de-DE", True)
    assert message.every_tag == ["suggested reply", "hours"]
    assert message.content == KINDS["suggested_reply"].starter


def test_agents_configure_only_what_their_type_allows(administrator: Visitor) -> None:
    administrator.sends(
        "richmessages_richmessage_add", name="Survey", kind_choice="form", locale="en-US", is_configurable="on"
    )

    message = RichMessage.objects.get()
    assert not message.is_configurable
    properties = administrator.opens("richmessages_richmessage_properties", message.pk)
    assert "is_configurable" not in properties.context["form"].fields


def test_a_name_is_taken_in_one_language_only(administrator: Visitor) -> None:
    RichMessageFactory.create(name="Hours", locale="en-US")
    entries = {"name": "Hours", "kind_choice": "form", "description": "", "tags": ""}

    refused = administrator.sends("richmessages_richmessage_add", **entries, locale="en-US")
    administrator.sends("richmessages_richmessage_add", **entries, locale="de-DE")

    assert "exists in this language" in refused.content.decode()
    assert RichMessage.objects.count() == 2


def test_the_type_stays_and_the_rest_can_be_changed(administrator: Visitor) -> None:
    message = draft()

    administrator.sends(
        "richmessages_richmessage_properties", message.pk, name="Other", locale="fr-FR", tags="a, b", kind="form"
    )

    message.refresh_from_db()
    assert (message.name, message.locale, message.tags, message.kind) == (
        "Other",
        "fr-FR",
        ["a", "b"],
        "suggested_reply",
    )


def test_a_new_name_leaves_alone_what_another_tab_designs_meanwhile(administrator: Visitor) -> None:
    message = draft()
    named = RichMessage.objects.get(pk=message.pk)
    sent(administrator, message, typed(opened(administrator, message), summary="Meanwhile"))

    named.name = "Other"
    describe(named, ["name"], by=None)

    message.refresh_from_db()
    assert (message.name, message.content["summary"], message.revision) == ("Other", "Meanwhile", 2)


def test_a_draft_is_kept_as_it_is_typed(administrator: Visitor) -> None:
    message = draft(content={"summary": "", "options": ["", ""]})

    answer = sent(administrator, message, typed(opened(administrator, message), options__0="Monday"))

    assert message.content == {"summary": "", "options": ["Monday", ""]}
    assert marked(answer) == {}
    assert "2 things are left to do" in answer.content.decode()


@pytest.mark.accepts("A5.3-1")
def test_a_draft_with_a_gap_is_not_published_and_the_gap_is_marked(
    administrator: Visitor, portal: Portal, phone: FakePhone
) -> None:
    message = draft(
        kind="list_picker", content={"title": "", "sections": [{"title": "A", "options": [{"title": "B"}]}]}
    )
    Customer.objects.update(locale="en_US")
    conversation = portal.conversation(phone)

    answer = sent(administrator, message, opened(administrator, message), "publish")

    assert marked(answer) == {"title": "Fill this in."}
    assert message.state == State.DRAFT
    assert not offered(conversation).exists()


def test_what_is_complete_is_published_and_found_by_agents(
    administrator: Visitor, portal: Portal, phone: FakePhone
) -> None:
    message = draft(content={"summary": "", "options": ["", ""]})
    form = typed(opened(administrator, message), summary="Your choice", options__0="Monday", options__1="Tuesday")

    sent(administrator, message, form, "publish")

    assert (message.state, message.content) == (State.ACTIVE, COMPLETE)
    [event] = AuditEvent.objects.concerning("richmessages.richmessage", str(message.pk))
    assert event.details["changes"]["content"] == [None, COMPLETE]


@pytest.mark.accepts("A5.3-3")
def test_an_active_message_with_a_gap_is_not_published_anew(administrator: Visitor) -> None:
    message = RichMessageFactory.create()
    form = typed(opened(administrator, message), summary="")

    answer = sent(administrator, message, form, "publish")

    assert marked(answer) == {"summary": "Fill this in."}
    assert message.content == COMPLETE
    assert message.edits == COMPLETE | {"summary": ""}


def test_agents_go_on_sending_what_was_published_until_the_edits_are(administrator: Visitor) -> None:
    message = RichMessageFactory.create()
    form = typed(opened(administrator, message), options__0="Friday")

    sent(administrator, message, form)
    assert (message.content, message.edits) == (COMPLETE, COMPLETE | {"options": ["Friday", "Tuesday"]})

    sent(administrator, message, opened(administrator, message), "publish")
    assert (message.content["options"], message.edits) == (["Friday", "Tuesday"], None)


def test_what_is_as_it_was_published_is_no_edit(administrator: Visitor) -> None:
    message = RichMessageFactory.create()
    form = opened(administrator, message)

    sent(administrator, message, typed(form, options__0="Friday"))
    sent(administrator, message, typed(opened(administrator, message), options__0="Monday"))

    assert message.edits is None


def test_changes_are_discarded(administrator: Visitor) -> None:
    message = RichMessageFactory.create(edits=COMPLETE | {"summary": "Other"})

    answer = sent(administrator, message, opened(administrator, message), "discard")

    assert message.edits is None
    assert answer.context["desk"].content == COMPLETE


def test_a_deactivated_message_keeps_what_was_being_written(administrator: Visitor) -> None:
    message = RichMessageFactory.create()

    sent(administrator, message, typed(opened(administrator, message), summary=""), "deactivate")

    assert (message.state, message.content["summary"], message.edits) == (State.DRAFT, "", None)


def test_a_second_tab_overwrites_nothing_unless_told_to(administrator: Visitor) -> None:
    message = draft()
    mine, theirs = opened(administrator, message), opened(administrator, message)
    sent(administrator, message, typed(theirs, summary="Theirs"))

    answer = sent(administrator, message, typed(mine, summary="Mine"))
    assert answer.context["desk"].has_conflict
    assert answer.context["desk"].content["summary"] == "Mine"
    assert message.content["summary"] == "Theirs"

    sent(administrator, message, typed(mine, summary="Mine"), "overwrite")
    assert message.content["summary"] == "Mine"


@pytest.mark.parametrize("act", ["publish", "discard", "deactivate"])
def test_a_second_tab_decides_nothing_either(administrator: Visitor, act: str) -> None:
    message = RichMessageFactory.create(edits=COMPLETE | {"summary": "Other"})
    mine = opened(administrator, message)
    sent(administrator, message, typed(opened(administrator, message), summary="Theirs"))

    answer = sent(administrator, message, typed(mine, summary="Mine"), act)

    assert answer.context["desk"].has_conflict
    assert (message.state, message.content, message.edits) == (
        State.ACTIVE,
        COMPLETE,
        COMPLETE | {"summary": "Theirs"},
    )


def test_typing_on_after_a_conflict_still_overwrites_nothing(administrator: Visitor) -> None:
    message = draft()
    mine, theirs = opened(administrator, message), opened(administrator, message)
    sent(administrator, message, typed(theirs, summary="Theirs"))

    answer = sent(administrator, message, typed(mine, summary="Mine"))
    revision = str(form_of(answer.content.decode())["_revision"])
    again = sent(administrator, message, typed(mine, summary="Mine, and more", _revision=revision))

    assert again.context["desk"].has_conflict
    assert message.content["summary"] == "Theirs"


def test_the_same_request_again_is_no_conflict(administrator: Visitor) -> None:
    message = draft()
    form = typed(opened(administrator, message), summary="Once")

    sent(administrator, message, form)
    answer = sent(administrator, message, form)

    assert not answer.context["desk"].has_conflict
    assert message.revision == 2


def test_without_script_everything_works_by_plain_posts(administrator: Visitor) -> None:
    message = draft()
    address = reverse(f"admin:{PAGE}", args=[message.pk])
    form = opened(administrator, message)

    added = administrator.client.post(
        address,
        typed(form, _do="add:options").urlencode(),
        content_type="application/x-www-form-urlencoded",
        follow=True,
    )
    refused = administrator.client.post(
        address,
        typed(form_of(added.content.decode()), _do="publish").urlencode(),
        content_type="application/x-www-form-urlencoded",
    )

    assert len(added.context["desk"].content["options"]) == 3
    assert marked(refused) == {"options.2": "Fill this in."}
    assert "Not published yet" in refused.content.decode()


@pytest.mark.accepts("A5.12-2")
@pytest.mark.parametrize(
    ("slug", "content", "place"),
    [
        ("suggested_reply", {"summary": "x", "options": ["one"]}, "options"),
        ("suggested_reply", {"summary": "x", "options": list("123456")}, "options"),
        ("list_picker", {"title": "x", "sections": [{"title": "y", "options": []}]}, "sections.0.options"),
        (
            "video_link",
            {"title": "x", "url": "https://videos.example/watch?v=1"},
            "url",
        ),
        (
            "form",
            complete("form") | {"questions": [{"type": "single_input", "title": "x"}] * 11},
            "questions",
        ),
    ],
)
def test_what_breaks_a_rule_is_refused_with_the_field_marked(
    administrator: Visitor, slug: str, content: Any, place: str
) -> None:
    message = draft(kind=slug, content=content)

    answer = sent(administrator, message, opened(administrator, message), "publish")

    assert place in marked(answer)
    assert message.state == State.DRAFT
    assert marked(answer)[place] in administrator.opens(PAGE, message.pk, checked="on").content.decode()


@pytest.mark.accepts("A5.12-1")
@pytest.mark.parametrize("slug", list(KINDS))
def test_the_preview_is_what_the_device_draws_from_the_wire(administrator: Visitor, slug: str) -> None:
    kind, content = KINDS[slug], complete(slug)
    message = draft(kind=slug, content=content)

    preview = administrator.opens(PAGE, message.pk).context["desk"].preview

    encoded = kind.encode(kind.content.model_validate(content), _context(kind))
    payload = json.loads(encoded.model_dump_json(by_alias=True, exclude_none=True))
    assert preview.drawn == draw(payload, src=picture_src)


def test_other_devices_are_shown_too(administrator: Visitor, party: Kind) -> None:
    message = draft(kind=party.slug, content={"title": "Tea"})

    answer = administrator.client.get(
        reverse(f"admin:{PAGE}", args=[message.pk]), {"_case": ["dark", "rtl", "fallback", "nonsense"]}
    )
    long = administrator.opens(PAGE, message.pk, _case="long").context["desk"].preview

    page = answer.content.decode()
    assert 'data-theme="dark" dir="rtl"' in page
    assert "Tea!" in page
    assert long.drawn.shape.title == ("Tea " * 50)


def test_pasted_json_takes_the_place_of_the_content(administrator: Visitor) -> None:
    message = draft()
    form = opened(administrator, message)

    refused = sent(administrator, message, typed(form, _content='{"summary": "x" /* y */}'), "paste")
    assert "holds a comment" in refused.context["desk"].refusal
    assert message.content == COMPLETE

    answer = sent(administrator, message, typed(form, _content='{"summary": "x", "colour": "red"}'), "paste")
    assert message.content == {"summary": "x", "colour": "red"}
    assert marked(answer) == {"options": "Fill this in.", "colour": "There is no such field."}
    assert [fault.name for fault in answer.context["desk"].elsewhere] == ["colour"]


def test_a_picture_is_asked_for_once_its_address_is_in_order(administrator: Visitor) -> None:
    message = draft(kind="website_link", content=complete("website_link"))
    form = opened(administrator, message)
    PictureSource.objects.all().delete()

    sent(administrator, message, typed(form, image_url="http://cdn.example/plain.png"))
    assert not PictureSource.objects.exists()

    answer = sent(administrator, message, typed(opened(administrator, message), image_url="https://cdn.example/a.png"))
    assert PictureSource.objects.get().state == SourceState.WAITING
    assert "The picture is being fetched." in answer.content.decode()
    assert "data-poll" in answer.content.decode()


def test_a_picture_that_is_being_fetched_is_waited_for_and_no_fault(administrator: Visitor) -> None:
    message = draft(kind="website_link", content=complete("website_link"))
    form = typed(opened(administrator, message), image_url="https://cdn.example/slow.png")

    answer = sent(administrator, message, form, "publish")
    desk = answer.context["desk"]

    assert (marked(answer), desk.gaps, desk.is_complete) == ({}, 0, False)
    assert desk.refusal == "Not published yet: a picture is still being fetched. Try again in a moment."
    assert "Saved. A picture is being fetched." in answer.content.decode()


def test_a_picture_that_failed_says_why_and_can_be_tried_again(administrator: Visitor) -> None:
    source = PictureSourceFactory.create(state=SourceState.FAILED, picture=None, reason="There is no picture here.")
    message = draft(kind="website_link", content=complete("website_link") | {"image_url": source.url})

    page = administrator.opens(PAGE, message.pk, checked="on").content.decode()
    assert "There is no picture here." in page
    assert "Try again" in page

    sent(administrator, message, opened(administrator, message), f"retry:{source.url}")
    source.refresh_from_db()
    assert source.state == SourceState.WAITING


def test_a_duplicate_is_a_draft_of_its_own(administrator: Visitor) -> None:
    message = RichMessageFactory.create(name="Hours", tags=["a"], edits=COMPLETE | {"summary": "Other"})

    administrator.sends("richmessages_richmessage_duplicate", message.pk)
    administrator.sends("richmessages_richmessage_duplicate", message.pk)

    copies = RichMessage.objects.exclude(pk=message.pk).order_by("pk")
    assert [copy.name for copy in copies] == ["Hours (copy)", "Hours (copy 2)"]
    assert {(copy.state, copy.content["summary"], copy.tags[0]) for copy in copies} == {("draft", "Other", "a")}


def _context(kind: Kind) -> SendContext:
    return SendContext(REQUEST_ID, extra=kind.extra_sample, locale="en-US")
