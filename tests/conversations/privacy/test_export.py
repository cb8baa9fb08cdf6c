"""An export holds everything, for people and for programs; it is written once and gone after a day."""

import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.management import CommandError, call_command
from django.utils import timezone

from conversations.models import Attachment, Conversation, Customer, Export, Kind, Progress
from conversations.privacy import erase, export, files
from conversations.privacy.archive import write_archive
from omnichannel.audit.models import Action, AuditEvent
from tests.conversations.privacy.conftest import MARK, Told, everywhere, stored_files, with_file
from tests.factories.conversations import CustomerFactory, InboundReceiptFactory, MessageFactory

pytestmark = pytest.mark.django_db


def archive_of(customer: Customer, tmp_path: Path) -> zipfile.ZipFile:
    """Return the open export of a customer."""
    path = tmp_path / "export.zip"
    with path.open("wb") as target:
        write_archive(customer, target, lambda _pieces: None)
    return zipfile.ZipFile(path)


def document_of(customer: Customer, tmp_path: Path) -> Any:
    """Return what a program reads."""
    return json.loads(archive_of(customer, tmp_path).read("customer.json"))


def test_it_holds_every_kind_of_thing_that_is_held(tell: Told, tmp_path: Path) -> None:
    conversation = tell()

    document = document_of(conversation.customer, tmp_path)

    assert document["format"] == "omnichannel-customer"
    assert document["customer"]["opaque_id"] == conversation.customer.customer_id
    [told] = document["conversations"]
    assert (told["id"], told["intent"], told["context"]) == (conversation.pk, MARK, {"Said": MARK})
    asked, reaction, answer, note = told["messages"]
    assert (asked["text"], asked["subject"], asked["content"]) == (f"Some {MARK}", MARK, {"title": MARK})
    assert reaction["reaction_to"] == asked["id"]
    assert (answer["author"], answer["failure"]) == ("Maya Lindgren", f"No {MARK}")
    assert [each["outcome"] for each in answer["attempts"]] == ["failed"]
    assert note["text"] == "taken"
    done, parked = document["deliveries"]
    assert (done["message"], done["body"]) == (asked["id"], None)
    assert parked["body"] == f"parked {MARK}"


def test_files_lie_where_the_document_says(tell: Told, tmp_path: Path) -> None:
    conversation = tell()

    archive = archive_of(conversation.customer, tmp_path)

    document = json.loads(archive.read("customer.json"))
    places = [file["file"] for message in document["conversations"][0]["messages"] for file in message["files"]]
    assert [archive.read(place) for place in places] == [MARK.encode()] * 2
    assert archive.testzip() is None


def test_people_read_who_wrote_what_and_when(tell: Told, tmp_path: Path) -> None:
    conversation = tell()

    transcript = archive_of(conversation.customer, tmp_path).read("transcript.txt").decode()

    label = conversation.customer.label
    at = f"{conversation.opened_at:%Y-%m-%d %H:%M}"
    assert transcript.startswith(f"{label} and {conversation.instance.account.name}\n")
    assert f"{at}  {label}: {MARK}\n    Some {MARK}\n    [files/" in transcript
    assert f"{at}  Maya Lindgren: Some {MARK}" in transcript
    assert "\n    (Not sent)\n" in transcript


def test_of_a_message_that_nobody_can_read_the_delivery_is_given(tmp_path: Path) -> None:
    customer = CustomerFactory.create()
    receipt = InboundReceiptFactory.create(
        account=customer.account, customer_id=customer.customer_id, body=b'{"type": "hologram", "words": "Ahoy"}'
    )
    MessageFactory.create(
        conversation__customer=customer, receipt=receipt, kind=Kind.UNSUPPORTED, body="hologram", payload={}
    )

    archive = archive_of(customer, tmp_path)

    [delivery] = json.loads(archive.read("customer.json"))["deliveries"]
    assert "Ahoy" in delivery["body"]
    said = "(a message of a kind that cannot be shown: hologram)"
    assert f"{customer.label}: {said}\n" in archive.read("transcript.txt").decode()


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b\\c", "name\r\n.txt", "", ".", "x" * 255, "ü 写真.png"])
def test_whatever_a_file_is_called_it_stays_in_its_folder(tmp_path: Path, name: str) -> None:
    message = MessageFactory.create()
    file = with_file(message)
    type(file).objects.filter(pk=file.pk).update(name=name)

    names = archive_of(message.conversation.customer, tmp_path).namelist()

    [place] = [each for each in names if each.startswith("files/")]
    assert place.count("/") == 1
    assert "\\" not in place
    assert place.isprintable()


def test_a_file_that_cannot_be_read_is_named(tell: Told, tmp_path: Path) -> None:
    conversation = tell()
    lost = Attachment.objects.earliest("pk")
    default_storage.delete(str(lost.file.name))

    archive = archive_of(conversation.customer, tmp_path)

    assert archive.read("missing.txt").decode() == f"files/{lost.pk}-{MARK}.txt\n"
    assert len([name for name in archive.namelist() if name.startswith("files/")]) == 1


def test_the_document_is_sound_whatever_is_missing_or_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("conversations.privacy.archive.CHUNK", 2)
    message = MessageFactory.create(body='One " ] } \\ \u2028')
    customer = message.conversation.customer
    for number in range(5):
        MessageFactory.create(conversation=message.conversation, body=str(number))
    Conversation.objects.update(state="closed", close_reason="api", closed_at=timezone.now())
    empty = Conversation.objects.get()
    empty.pk = None
    empty.save()

    document = document_of(customer, tmp_path)

    assert [len(each["messages"]) for each in document["conversations"]] == [6, 0]
    assert document["conversations"][0]["messages"][0]["text"] == message.body
    assert document["deliveries"] == []


def test_a_customer_without_anything_can_be_exported(tmp_path: Path) -> None:
    customer = MessageFactory.create().conversation.customer
    Conversation.objects.all().delete()

    assert document_of(customer, tmp_path)["conversations"] == []


def test_a_worker_writes_it_and_says_when_it_ends(tell: Told) -> None:
    conversation = tell()
    asked = export.request_export(conversation.customer, by=None)

    assert export.write_next()
    assert not export.write_next()

    asked.refresh_from_db()
    assert (asked.state, asked.written, asked.may_be_downloaded) == (Progress.DONE, asked.total, True)
    assert asked.size == default_storage.size(asked.path)
    with default_storage.open(asked.path) as file:
        assert zipfile.ZipFile(file).testzip() is None


def test_asking_twice_makes_one(tell: Told) -> None:
    conversation = tell()

    assert export.request_export(conversation.customer, by=None) == export.request_export(
        conversation.customer, by=None
    )

    assert AuditEvent.objects.filter(action=Action.CUSTOMER_EXPORTED).count() == 1


def test_after_a_day_it_is_gone(tell: Told) -> None:
    conversation = tell()
    asked = export.request_export(conversation.customer, by=None)
    export.write_next()

    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        assert not Export.objects.get(pk=asked.pk).may_be_downloaded
        assert export.remove_expired_exports() == 1
        files.delete_doomed()

    assert not Export.objects.exists()
    assert not default_storage.exists(asked.path)


def test_what_a_dead_worker_began_is_written_by_another(tell: Told) -> None:
    asked = export.request_export(tell().customer, by=None)
    begun = export._claim()
    assert begun
    assert not export.write_next()

    with time_machine.travel(timezone.now() + timedelta(minutes=3)):
        assert export.write_next()
    with pytest.raises(export._Withdrawn):
        export._beat(begun, 1)

    asked.refresh_from_db()
    assert asked.state == Progress.DONE


def test_what_kills_its_workers_is_given_up(tell: Told) -> None:
    asked = export.request_export(tell().customer, by=None)
    for minutes in range(0, 9, 3):
        with time_machine.travel(timezone.now() + timedelta(minutes=minutes)):
            assert export._claim()

    with time_machine.travel(timezone.now() + timedelta(minutes=12)):
        assert not export.write_next()

    asked.refresh_from_db()
    assert asked.state == Progress.FAILED


def test_a_full_disk_is_tried_again_and_then_said(tell: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = export.request_export(tell().customer, by=None)

    def full(*_args: Any, **_kwargs: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(FileSystemStorage, "save", full)
        while export.write_next():
            pass

    asked.refresh_from_db()
    assert (asked.state, asked.attempts) == (Progress.FAILED, 3)
    assert len(stored_files()) == 4


def test_an_archive_without_room_does_not_call_its_files_missing(tell: Told) -> None:
    conversation = tell()

    class Full(io.BytesIO):
        def write(self, data: Any, /) -> int:
            if b"files/" in self.getvalue():
                raise OSError(28, "No space left on device")
            return super().write(data)

    with pytest.raises(OSError, match="No space left"):
        write_archive(conversation.customer, Full(), lambda _pieces: None)


def test_an_export_of_a_customer_who_is_erased_meanwhile_leaves_nothing(
    tell: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation = tell()
    export.request_export(conversation.customer, by=None)
    save = FileSystemStorage.save

    def erased_first(storage: FileSystemStorage, path: str, content: Any) -> str:
        erase.erase(conversation.customer, by=None)
        files.delete_doomed()
        return save(storage, path, content)

    monkeypatch.setattr(FileSystemStorage, "save", erased_first)

    assert export.write_next()

    assert everywhere() == []
    assert stored_files() == []


def test_the_command_writes_a_private_file_and_no_second_one_over_it(tell: Told, tmp_path: Path) -> None:
    conversation, target = tell(), tmp_path / "customer.zip"

    call_command("export_customer", conversation.customer.customer_id, output=target)

    assert zipfile.ZipFile(target).testzip() is None
    assert target.stat().st_mode & 0o777 == 0o600
    with pytest.raises(CommandError, match="exists already"):
        call_command("export_customer", str(conversation.customer_id), output=target)
    with pytest.raises(CommandError, match="cannot be written: No such file"):
        call_command("export_customer", str(conversation.customer_id), output=tmp_path / "none" / "customer.zip")


def test_the_number_of_queries_does_not_grow_with_the_messages(
    tell: Told, tmp_path: Path, django_assert_max_num_queries: Any
) -> None:
    conversation = tell()
    for _ in range(50):
        with_file(MessageFactory.create(conversation=conversation))

    with django_assert_max_num_queries(25):
        archive_of(conversation.customer, tmp_path)
