"""A storage that takes nothing: what was to be stored is refused or put off, and nothing half written is left."""

import datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from conversations.models import Attachment, Conversation, Message
from conversations.outbound.send import send_text
from conversations.refusals import CannotSend
from simulator.services.phones import Draft
from tests.conversations.test_files import image
from tests.portal_of import Portal
from tests.simulator.apple import FakePhone


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """How many files the storage still takes; what does not fit is left half written, as on a full disk."""
    left = {"files": 0}
    save = FileSystemStorage._save  # type: ignore[attr-defined]

    def limited(storage: FileSystemStorage, name: str, content: Any) -> str:
        if not name.startswith("attachments/"):
            return str(save(storage, name, content))
        left["files"] -= 1
        stored = str(save(storage, name, content))
        if left["files"] < 0:
            raise OSError(28, "No space left on device")
        return stored

    monkeypatch.setattr(FileSystemStorage, "_save", limited)
    return left


def stored_files(settings: Any) -> list[Path]:
    """Every file of ours in the storage."""
    return [path for path in Path(settings.MEDIA_ROOT, "attachments").rglob("*") if path.is_file()]


def test_an_agents_file_that_does_not_fit_is_refused_by_name_and_leaves_nothing(
    portal: Portal, conversation: Conversation, room: dict[str, int], settings: Any
) -> None:
    room["files"] = 1
    files = [SimpleUploadedFile("fits.txt", b"first"), SimpleUploadedFile("not.txt", b"second")]

    with pytest.raises(CannotSend, match=r"“not\.txt” could not be stored: our disk may be full"):
        send_text(conversation, "Two files", by=portal.agent, attachments=files)

    assert not Message.objects.filter(direction="out").exists()
    assert stored_files(settings) == []


def test_a_picture_whose_preview_does_not_fit_leaves_nothing_and_waits(
    portal: Portal, phone: FakePhone, conversation: Conversation, room: dict[str, int], settings: Any
) -> None:
    room["files"] = 1
    content = image("PNG")
    phone.write("Look", files=(Draft("a.png", "image/png", [content], len(content)),))

    portal.receive()

    assert Attachment.objects.get().state == "waiting"
    assert stored_files(settings) == []


def test_a_customers_file_that_does_not_fit_waits_until_it_does_and_uses_up_no_attempt(
    portal: Portal, phone: FakePhone, conversation: Conversation, room: dict[str, int], settings: Any
) -> None:
    phone.write("Look", files=(Draft("a.txt", "text/plain", [b"hello"], 5),))
    for attempt in range(10):
        with time_machine.travel(timezone.now() + datetime.timedelta(minutes=attempt / 4.9), tick=True):
            portal.receive()

    waiting = Attachment.objects.get()
    assert (waiting.state, waiting.attempts) == ("waiting", 0)
    assert waiting.reason == "Our storage does not take it; the disk may be full. It is tried again."
    assert stored_files(settings) == []
    room["files"] = 1
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=3), tick=True):
        portal.receive()

    assert Attachment.objects.get().state == "stored"
    assert len(stored_files(settings)) == 1
