"""Which queue the rules name, on plain values."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from workstreams.conditions import HOLDS, Condition, Operator, as_stored, in_words, needs_of, read_conditions
from workstreams.routing import Facts, Rule, route

FALLBACK, BILLING, RETURNS = 1, 2, 3


def when(attribute: str, operator: str, *values: str) -> Condition:
    """One condition."""
    return read_conditions([{"attribute": attribute, "operator": operator, "values": list(values)}])[0]


def rule(queue_id: int, *conditions: Condition) -> Rule:
    """A rule that leads to a queue."""
    return Rule(queue_id, f"To {queue_id}", conditions, queue_id)


@pytest.mark.parametrize(
    ("operator", "values", "matching", "others"),
    [
        ("equals", ["Billing"], ["billing", "BILLING", " billing "], ["", "bill", "billing2"]),
        ("not_equals", ["billing"], ["", "bill"], ["Billing"]),
        ("contains", ["ILL"], ["billing", "ill"], ["", "bil"]),
        ("not_contains", ["ill"], ["", "bil"], ["BILLING"]),
        ("begins", ["bill"], ["Billing"], ["", "a bill"]),
        ("ends", ["ing"], ["BillING"], ["", "ingest"]),
        ("one_of", ["billing", "Refund"], ["BILLING", "refund"], ["", "billing, refund"]),
        ("set", [], ["x", "0"], ["", "  "]),
        ("not_set", [], ["", "  "], ["x"]),
    ],
)
def test_an_operator_holds_for_what_it_says(
    operator: str, values: list[str], matching: list[str], others: list[str]
) -> None:
    condition = when("intent", operator, *values)

    assert [text for text in (*matching, *others) if condition.holds({"intent": text})] == matching


def test_every_operator_is_known_to_routing() -> None:
    assert set(HOLDS) == set(Operator)


@pytest.mark.parametrize("locale", ["de_CH", "de-CH", "DE_ch"])
def test_a_locale_may_be_written_with_either_line(locale: str) -> None:
    assert when("locale", "equals", "de-ch").holds({"locale": locale})
    assert when("locale", "begins", "de_").holds({"locale": locale})


def test_the_first_rule_that_matches_names_the_queue_and_the_trace_says_why() -> None:
    rules = [
        rule(RETURNS, when("group", "set"), when("intent", "equals", "billing")),
        rule(BILLING, when("intent", "equals", "billing")),
        rule(RETURNS, when("intent", "contains", "bill")),
    ]

    decision = route(Facts(FALLBACK, intent="Billing"), rules)

    assert (decision.queue_id, decision.rule) == (BILLING, rules[1])
    assert decision.trace == (
        "rule 1 did not match because it asks that Group id is set",
        "rule 2 matched because Intent id equals billing",
    )


def test_all_conditions_of_a_rule_must_hold() -> None:
    both = [rule(BILLING, when("intent", "equals", "billing"), when("group", "one_of", "vip", "gold"))]

    assert route(Facts(FALLBACK, intent="billing", group="Gold"), both).trace == (
        "rule 1 matched because Intent id equals billing and Group id is one of vip or gold",
    )
    assert route(Facts(FALLBACK, intent="billing"), both).queue_id == FALLBACK
    assert route(Facts(FALLBACK, group="vip"), both).queue_id == FALLBACK


def test_what_no_rule_matches_goes_to_the_fallback_queue() -> None:
    decision = route(Facts(FALLBACK, intent="billing", group="vip", locale="de_DE"))

    assert (decision.queue_id, decision.rule) == (FALLBACK, None)
    assert decision.trace == ("no rule matched, so the fallback queue takes it",)


@pytest.mark.parametrize(
    "stored",
    [
        "nonsense",
        {},
        [{}],
        [{"attribute": "colour", "operator": "set"}],
        [{"attribute": "intent", "operator": "resembles", "values": ["x"]}],
        [{"attribute": "intent", "operator": "equals"}],
        [{"attribute": "intent", "operator": "equals", "values": ["a", "b"]}],
        [{"attribute": "intent", "operator": "equals", "values": [" "]}],
        [{"attribute": "intent", "operator": "equals", "values": ["x" * 256]}],
        [{"attribute": "intent", "operator": "one_of", "values": []}],
        [{"attribute": "intent", "operator": "set", "values": ["x"]}],
        [{"attribute": "intent", "operator": "set", "colour": "red"}],
    ],
)
def test_what_is_no_condition_is_not_read(stored: Any) -> None:
    with pytest.raises(ValidationError):
        read_conditions(stored)


CONDITIONS = st.builds(
    lambda attribute, operator, values: {
        "attribute": attribute,
        "operator": operator,
        "values": values[: {"nothing": 0, "one": 1, "several": 3}[needs_of(operator)]],
    },
    st.sampled_from(["intent", "group", "locale"]),
    st.sampled_from(list(Operator)),
    st.lists(st.text("abcß_-", min_size=1), min_size=3, max_size=3),
)


@given(st.lists(CONDITIONS, max_size=4))
def test_conditions_are_read_as_they_were_stored(stored: list[dict[str, Any]]) -> None:
    conditions = read_conditions(stored)

    assert as_stored(conditions) == stored
    assert in_words(conditions).count(" id ") + in_words(conditions).count("Locale ") == len(stored)
