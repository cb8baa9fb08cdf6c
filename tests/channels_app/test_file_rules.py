"""What the company decides about files, on its page."""

import socket
from typing import Any

import pytest
from django.conf import LazySettings
from django.contrib.messages import get_messages

from channels_app.models import Organisation
from channels_app.models.organisation import blocked_by_default
from omnichannel.audit.models import AuditEvent
from tests.portal.visitors import Visitor, errors
from tests.scanner import a_scanner


def entries(**other: Any) -> dict[str, Any]:
    """What the page's form sends where nothing was changed."""
    return {"largest_file_kb": "5120", "blocked_extensions": "exe bat"} | other


def said(response: Any) -> list[str]:
    """What the next page says."""
    return [str(text) for text in get_messages(response.wsgi_request)]


def test_the_limits_are_saved_and_the_log_remembers_who_changed_them(administrator: Visitor) -> None:
    response = administrator.sends("files_rules", **entries(largest_file_kb="2048"))

    assert response.status_code == 302
    organisation = Organisation.get()
    assert (organisation.largest_file_kb, organisation.blocked_extensions) == (2048, ["bat", "exe"])
    event = AuditEvent.objects.get()
    assert (event.action, event.actor_id, event.details["changes"]["largest_file_kb"]) == (
        "setting_changed",
        administrator.user.pk,
        [5120, 2048],
    )


def test_dots_capitals_stars_and_repetitions_are_forgiven(administrator: Visitor) -> None:
    administrator.sends("files_rules", **entries(blocked_extensions=" .EXE, *.bat;exe\n\ncmd "))

    assert Organisation.get().blocked_extensions == ["bat", "cmd", "exe"]


def test_a_word_that_ends_no_file_is_named(administrator: Visitor) -> None:
    response = administrator.sends("files_rules", **entries(blocked_extensions="exe tar.gz ß"))

    assert errors(response) == {"blocked_extensions": ["Not the ending of a file: tar.gz, ß."]}
    assert Organisation.get().blocked_extensions == blocked_by_default()


@pytest.mark.parametrize("size", ["", "0", "-1", "102401", "five"])
def test_a_size_that_cannot_be_is_refused(administrator: Visitor, size: str) -> None:
    response = administrator.sends("files_rules", **entries(largest_file_kb=size))

    assert list(errors(response)) == ["largest_file_kb"]


def test_a_reset_fills_the_default_list_in_and_saves_nothing_yet(administrator: Visitor) -> None:
    administrator.sends("files_rules", **entries())

    response = administrator.sends("files_rules", **entries(reset="list", largest_file_kb="99"))

    form = response.context["form"]
    assert form["blocked_extensions"].value() == " ".join(blocked_by_default())
    assert form["largest_file_kb"].value() == 99
    assert Organisation.get().blocked_extensions == ["bat", "exe"]


def test_only_administrators_find_and_open_the_page(administrator: Visitor, supervisor: Visitor) -> None:
    assert b"/admin/files/" in administrator.opens("index").content
    assert b"/admin/files/" not in supervisor.opens("index").content
    assert supervisor.opens("files_rules").status_code == 403
    assert supervisor.sends("files_rules", **entries()).status_code == 403


def test_the_page_says_what_is_carried_and_that_nothing_is_scanned(administrator: Visitor) -> None:
    page = administrator.opens("files_rules").content.decode()

    for words in ("pdf docx xlsx txt", "pkpass", "usdz", "Files are not scanned for viruses."):
        assert words in page


def test_the_page_asks_no_scanner(
    administrator: Visitor, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CLAMD_URL = "tcp://scanner.example:3310"
    monkeypatch.setattr(socket, "create_connection", None)

    assert "Every file is scanned before it is stored." in administrator.opens("files_rules").content.decode()


def test_a_button_says_whether_the_scanner_answers(administrator: Visitor, settings: LazySettings) -> None:
    with a_scanner() as scanner:
        settings.CLAMD_URL = scanner.url
        there = administrator.sends("files_scanner")
    away = administrator.sends("files_scanner")

    assert said(there) == ["The virus scanner answers: ClamAV 1.4.3/27400."]
    # What was said before is still to be read.
    assert said(away)[-1] == "The virus scanner does not answer. Look at its host, or at CLAMD_URL."
