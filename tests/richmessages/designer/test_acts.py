"""What the buttons beside lists do."""

from typing import Any

import pytest

from richmessages.designer.acts import NoSuchAct, perform
from richmessages.kinds import KINDS
from richmessages.kinds.kind import Kind
from tests.richmessages.designer.made_up import COMPLETE

PICKER = KINDS["list_picker"]
CONTENT: dict[str, Any] = {
    "title": "What?",
    "sections": [{"title": "A", "options": [{"title": "1"}, {"title": "2"}, {"title": "3"}]}],
}


def options_after(act: str) -> list[str]:
    """Return the titles of the options once a button was pressed."""
    [section] = perform(PICKER, CONTENT, act).content["sections"]
    return [option["title"] for option in section["options"]]


@pytest.mark.parametrize(
    ("act", "expected"),
    [
        ("add:sections.0.options", ["1", "2", "3", ""]),
        ("remove:sections.0.options.1", ["1", "3"]),
        ("duplicate:sections.0.options.0", ["1", "1", "2", "3"]),
        ("up:sections.0.options.2", ["1", "3", "2"]),
        ("down:sections.0.options.0", ["2", "1", "3"]),
        ("move:sections.0.options.0:2", ["2", "3", "1"]),
        ("clear:sections.0.options", [""]),
    ],
)
def test_entries_come_go_and_move(act: str, expected: list[str]) -> None:
    assert options_after(act) == expected
    assert len(CONTENT["sections"][0]["options"]) == 3


@pytest.mark.parametrize(
    "act",
    [
        "up:sections.0.options.0",
        "down:sections.0.options.2",
        "move:sections.0.options.0:9",
        "remove:sections.4",
        "remove:sections",
        "remove:sections." + "1" * 5000,
        "move:sections.0.options.0:" + "1" * 5000,
        "add:sections." + "1" * 5000 + ".options",
        "add:title",
        "add:nothing",
        "add:sections.0",
        "add:sections.9.options",
        "duplicate:sections.x",
        "explode:sections.0",
        "add",
        ":",
    ],
)
def test_a_button_that_does_not_fit_any_more_does_nothing(act: str) -> None:
    with pytest.raises(NoSuchAct):
        perform(PICKER, CONTENT, act)


def test_a_full_list_takes_no_more() -> None:
    content = {"summary": "", "options": ["1", "2", "3", "4", "5"]}

    for act in ("add:options", "duplicate:options.0"):
        with pytest.raises(NoSuchAct):
            perform(KINDS["suggested_reply"], content, act)


def test_a_new_part_of_several_begins_with_what_it_needs_and_an_identifier_of_its_own(party: Kind) -> None:
    with_cake = perform(party, COMPLETE, "remove:treats.1").content
    with_cake = perform(party, with_cake, "add:treats:cake").content
    with_tea = perform(party, with_cake, "duplicate:treats.0").content

    assert with_cake["treats"][2] == {"type": "cake", "layers": ["", ""]}
    assert with_tea["treats"][1] == {"type": "tea", "id": "treat-3", "name": "Assam", "next": "treat-2"}


def test_a_part_of_no_known_type_is_not_added(party: Kind) -> None:
    with pytest.raises(NoSuchAct):
        perform(party, COMPLETE, "add:treats:soup")


def test_the_pressed_button_keeps_the_focus_and_at_the_end_the_other_one_gets_it() -> None:
    assert perform(PICKER, CONTENT, "up:sections.0.options.2").focus == "up:sections.0.options.1"
    assert perform(PICKER, CONTENT, "up:sections.0.options.1").focus == "down:sections.0.options.0"
    assert perform(PICKER, CONTENT, "remove:sections.0.options.2").focus == "sections.0.options.1"
