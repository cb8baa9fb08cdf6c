"""Files and pictures, for those who may read their conversation."""

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from channels_app.models import ChannelInstance
from conversations.models import Attachment, Fetch
from tests.conversations.console.conftest import SignIn, person
from tests.factories.conversations import AttachmentFactory
from tests.factories.workstreams import QueueFactory
from workstreams.roles import Role


@pytest.fixture
def stored(instance: ChannelInstance) -> Attachment:
    """A picture that has been fetched."""
    made: Attachment = AttachmentFactory.create(
        message__conversation__instance=instance,
        state=Fetch.STORED,
        name="Rechnung für Käthe.html",
        mime_type="text/html",
        file=ContentFile(b"<script>", name="x"),
        preview=ContentFile(b"small", name="y"),
    )
    return made


def test_a_file_is_saved_under_its_name_and_never_shown(console: Client, stored: Attachment) -> None:
    answer = console.get(f"/console/attachments/{stored.pk}/")

    assert b"".join(answer) == b"<script>"
    assert {name: answer[name] for name in ("Content-Type", "Content-Disposition", "Cache-Control")} == {
        "Content-Type": "application/octet-stream",
        "Content-Disposition": "attachment; filename*=utf-8''Rechnung%20f%C3%BCr%20K%C3%A4the.html",
        "Cache-Control": "private, no-store",
    }
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_line_break_in_a_name_breaks_no_header(console: Client, stored: Attachment) -> None:
    Attachment.objects.update(name="a\r\nSet-Cookie: b.txt")

    answer = console.get(f"/console/attachments/{stored.pk}/")

    assert b"".join(answer) == b"<script>"
    assert answer["Content-Disposition"] == 'attachment; filename="aSet-Cookie: b.txt"'


def test_a_preview_is_a_picture(console: Client, stored: Attachment) -> None:
    answer = console.get(f"/console/attachments/{stored.pk}/preview/")

    assert (answer["Content-Type"], b"".join(answer)) == ("image/webp", b"small")


@pytest.mark.parametrize("path", ["", "preview/"])
def test_another_queue_finds_no_file(stored: Attachment, sign_in: SignIn, path: str) -> None:
    stranger = sign_in(person("Ida", Role.AGENT, QueueFactory.create()))

    assert stranger.get(f"/console/attachments/{stored.pk}/{path}").status_code == 404


@pytest.mark.parametrize("path", ["", "preview/"])
def test_a_file_that_is_not_here_yet_is_not_found(console: Client, instance: ChannelInstance, path: str) -> None:
    waiting = AttachmentFactory.create(message__conversation__instance=instance)

    assert console.get(f"/console/attachments/{waiting.pk}/{path}").status_code == 404


def test_a_file_that_the_disk_lost_is_not_found(console: Client, stored: Attachment) -> None:
    stored.file.storage.delete(str(stored.file))

    assert console.get(f"/console/attachments/{stored.pk}/").status_code == 404
