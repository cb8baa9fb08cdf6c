"""What the form holds comes back as it was; what is pasted is read or refused with a reason."""

from typing import Any

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string

from richmessages.designer.desk import Desk
from richmessages.designer.reading import NotReadable, read, read_json
from richmessages.kinds import KINDS
from richmessages.kinds.kind import Kind
from richmessages.lint import lint
from richmessages.models import RichMessage
from tests.richmessages.content import complete
from tests.richmessages.designer.made_up import COMPLETE
from tests.richmessages.designer.posting import form_of


def said(kind: Kind, content: Any) -> Any:
    """Return all that content says; in which order boxes are ticked says nothing."""
    complete_content = kind.content.model_validate(content).model_dump()
    return {name: sorted(value) if _is_of_boxes(value) else value for name, value in complete_content.items()}


def _is_of_boxes(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def drawn(kind: Kind, content: Any) -> QueryDict:
    """Return what a browser would post of content, untouched."""
    desk = Desk(RichMessage(kind=kind.slug), content, lint(kind, content, {}), {})
    page = render_to_string("richmessages/designer/fields.html", {"desk": desk})
    return form_of(f'<form id="designer">{page}</form>')


def test_every_widget_gives_back_what_it_shows(party: Kind) -> None:
    assert read(party, drawn(party, COMPLETE)) == COMPLETE


@pytest.mark.parametrize("slug", list(KINDS))
def test_every_kind_says_the_same_after_the_form(slug: str) -> None:
    kind, content = KINDS[slug], complete(slug)

    read_back = read(kind, drawn(kind, content))

    assert said(kind, read_back) == said(kind, content)


def test_what_is_wrong_stays_as_it_was_typed(party: Kind) -> None:
    wrong = COMPLETE | {"guests": "many", "day": "tomorrow", "mood": "wild", "starts": "noon", "zone": "Mars/Base"}

    assert read(party, drawn(party, wrong)) == wrong


def test_what_makes_no_sense_is_read_as_far_as_it_does(party: Kind) -> None:
    posted = QueryDict("treats=0&treats=x&treats=99999&treats.0.type=soup&title=a%00b&guests=%C2%B2")

    assert read(party, posted) == {
        "title": "ab",
        "link": "",
        "is_open": False,
        "guests": "²",
        "table": {"seats": ""},
        "treats": [{"type": "soup"}],
    }


def test_nothing_is_read_that_cannot_be_stored() -> None:
    posted = QueryDict("requiredBillingContactFields=email%00&requiredBillingContactFields=na%00me")

    assert read(KINDS["apple_pay"], posted)["requiredBillingContactFields"] == ["email", "name"]
    assert read(KINDS["form"], QueryDict("questions=0&questions.0.type=so%00up"))["questions"] == [{"type": "soup"}]


def test_an_entry_that_is_posted_again_and_again_is_one_entry() -> None:
    posted = QueryDict("sections=0&sections=0&sections.0.options=7&sections.0.options=7")

    assert len(read(KINDS["list_picker"], posted)["sections"]) == 1
    assert len(read(KINDS["list_picker"], posted)["sections"][0]["options"]) == 1


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"summary": "x" // why\n}', "Line 1 holds a comment"),
        ('# first\n{"summary": "x"}', "Line 1 holds a comment"),
        ('{"summary": "x",\n "options": ["a" "b"]}', "Line 2, column 18"),
        ("[]", "Begin with {"),
        ("", "Line 1, column 1"),
        ("[" * 100_000, "no JSON that can be read"),
        ('{"summary": NaN}', "no JSON that can be read"),
        ('{"summary": "\\u0000"}', "cannot be stored"),
        ('{"summary": "\\ud83d"}', "cannot be stored"),
        ('{"summary": 1e999}', "cannot be stored"),
        ('{"summary": %s}' % ("[" * 100 + "]" * 100), "too deep"),
        ('{"summary": "x", "summary": "y"}', "“summary” stands twice"),
        ('{"options": [{"Title": "x", "title": "y"}]}', "“title” stands twice"),
        ('{"\\ud83d": "x", "\\ud83d": "y"}', "“\\?” stands twice"),
        ("{" + " " * 600_000 + "}", "too long"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(NotReadable, match=reason):
        read_json(KINDS["suggested_reply"], text)
