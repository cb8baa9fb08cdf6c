"""Which text a trigger sends, and what its slugs become."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels_app.automated.survey_link import personal_link
from channels_app.automated.texts import InForce, Layer, Source, faults_of, fill, in_force, languages_of, to_send
from channels_app.automated.triggers import GREETING, NEXT_IN_LINE, OVERFLOW_ENDED, TRIGGERS, choices

INSTANCE = Layer(Source.INSTANCE, "fr-ca", "Bonjour du magasin", is_active=True)
CANADIAN = Layer(Source.CHANNEL, "fr-ca", "Bonjour-hi", is_active=True)
FRENCH = Layer(Source.CHANNEL, "fr", "Bonjour", is_active=True)
SILENT = Layer(Source.CHANNEL, "fr-ca", "", is_active=False)
NAMES = st.text(string.ascii_letters + string.digits + "_", min_size=1)


@pytest.mark.parametrize(
    ("layers", "found"),
    [
        ([], InForce(GREETING.stock_text, is_active=True, source=Source.STOCK, language="")),
        ([FRENCH], InForce("Bonjour", is_active=True, source=Source.CHANNEL, language="fr")),
        ([CANADIAN, FRENCH], InForce("Bonjour-hi", is_active=True, source=Source.CHANNEL, language="fr-ca")),
        ([INSTANCE, CANADIAN], InForce("Bonjour du magasin", is_active=True, source=Source.INSTANCE, language="fr-ca")),
        ([SILENT, FRENCH], InForce("Bonjour", is_active=False, source=Source.CHANNEL, language="fr")),
    ],
)
def test_the_nearest_layer_counts(layers: list[Layer], found: InForce) -> None:
    assert in_force(GREETING, layers) == found


@pytest.mark.parametrize(
    ("code", "languages"),
    [("fr-CA", ("fr-ca", "fr")), ("fr_CA", ("fr-ca", "fr")), ("fr", ("fr",)), ("zh-hans", ("zh-hans", "zh"))],
)
def test_a_language_stands_in_for_its_regions(code: str, languages: tuple[str, ...]) -> None:
    assert languages_of(code) == languages


@pytest.mark.accepts("A2.5-3")
def test_what_is_deactivated_is_not_sent_but_an_overflow_is() -> None:
    assert to_send(GREETING, [SILENT]) == ""
    assert to_send(OVERFLOW_ENDED, [SILENT, FRENCH]) == OVERFLOW_ENDED.stock_text


def test_the_positions_in_the_queue_wait_for_somebody_to_activate_them() -> None:
    assert to_send(NEXT_IN_LINE, []) == ""
    assert to_send(NEXT_IN_LINE, [FRENCH]) == "Bonjour"


def test_no_trigger_is_about_waiting_times_or_callbacks() -> None:
    offered = [str(label).lower() for _slug, label in choices()]

    assert len(offered) == len(set(offered)) == 18
    assert not [label for label in offered if "wait" in label or "callback" in label]


def test_slugs_become_what_the_conversation_knows() -> None:
    text = fill("{AgentName} of {QueueName}: {$OrderID$}.", str.upper, {"OrderID": 7}.__getitem__)

    assert text == "AGENTNAME of QUEUENAME: 7."


@given(NAMES, st.text())
def test_a_variable_is_replaced_and_its_value_is_not_read_again(name: str, value: str) -> None:
    assert fill(f"<{{${name}$}}>", str, {name: value}.__getitem__) == f"<{value}>"


@given(st.text(st.characters(exclude_characters="{}")))
def test_a_variable_that_nobody_set_leaves_no_braces(name: str) -> None:
    assert fill(f"<{{${name}$}}>", str, lambda _name: "") == "<>"


@given(st.text(st.characters(exclude_characters="{}")))
def test_words_without_braces_stay_as_they_are(text: str) -> None:
    assert fill(text, str, str) == text
    assert faults_of(text) == []


@pytest.mark.parametrize("text", [trigger.stock_text for trigger in TRIGGERS])
def test_the_stock_texts_name_what_is_known(text: str) -> None:
    assert faults_of(text) == []


def test_what_stands_for_nothing_is_named_once() -> None:
    unknown, misspelled = faults_of("{Foo} {Foo} {$Order ID$} {AgentName} {$OrderID$}")

    assert unknown.startswith("{Foo} stands for nothing. Known are {AgentName}, {QueueName}, {QueuePosition}, and")
    assert misspelled.startswith("{$Order ID$} is no context variable")


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://ask.example/{token}/go", "https://ask.example/a-b/go"),
        ("https://ask.example/", "https://ask.example/?token=a-b"),
        ("https://ask.example/s?x=1#top", "https://ask.example/s?x=1&token=a-b#top"),
    ],
)
def test_a_survey_has_another_link_for_each_token(url: str, link: str) -> None:
    assert personal_link(url, "a-b") == link
