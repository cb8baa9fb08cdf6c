"""What the company decided about files holds both ways, and nothing is stored that the scanner has not seen."""

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.conf import LazySettings
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from channels_app.models import ChannelInstance, Organisation
from conversations.inbound import fetch
from conversations.models import Attachment, Conversation, Message
from conversations.outbound.send import send_text
from conversations.refusals import CannotSend
from simulator.services.phones import Draft
from tests.conversations.test_files import zipped
from tests.portal_of import Portal
from tests.scanner import EICAR, SIGNATURE, Scanner, a_scanner
from tests.simulator.apple import FakePhone
from workstreams.models import Agent
from workstreams.roles import Role

KB = 1024


@pytest.fixture
def scanner(settings: LazySettings) -> Iterator[Scanner]:
    """A scanner that this installation uses."""
    with a_scanner() as scanner:
        settings.CLAMD_URL = scanner.url
        yield scanner


@pytest.fixture
def usual_limits(portal: Portal) -> None:
    """The company left the limit as it was."""
    Organisation.objects.update(largest_file_kb=5120)


def comes(portal: Portal, phone: FakePhone, name: str, content: bytes) -> Attachment:
    """Let the customer send a file, and return what became of it."""
    phone.write("", files=(Draft(name, "application/octet-stream", [content], len(content)),))
    portal.receive()
    return Attachment.objects.latest("pk")


def goes(portal: Portal, conversation: Conversation, name: str, content: bytes) -> Message:
    """Have the agent send a file."""
    return send_text(conversation, "", by=portal.agent, attachments=[SimpleUploadedFile(name, content)])


def transcript(conversation: Conversation, agent: Agent) -> str:
    """What an agent reads in the conversation."""
    agent.user.groups.add(Group.objects.get(name=Role.AGENT.value))
    client = Client()
    client.force_login(agent.user, backend="django.contrib.auth.backends.ModelBackend")
    return client.get(f"/console/conversations/{conversation.pk}/").content.decode()


@pytest.mark.accepts("A2.7-1")
def test_a_file_of_a_customer_who_may_send_none_leaves_a_note_and_no_blob(
    portal: Portal, phone: FakePhone, conversation: Conversation, settings: LazySettings
) -> None:
    ChannelInstance.objects.update(customers_may_attach=False)

    attachment = comes(portal, phone, "wheel.txt", b"hello")

    assert (attachment.state, attachment.file.name, attachment.preview.name) == ("refused", "", "")
    assert "Attachment refused: Customers may not send files on this channel." in transcript(conversation, portal.agent)
    assert not (settings.MEDIA_ROOT / "attachments").exists()


@pytest.mark.accepts("A2.7-1")
def test_an_agent_who_may_send_no_files_has_nothing_to_attach_them_with(
    portal: Portal, conversation: Conversation
) -> None:
    assert 'id="attachments"' in transcript(conversation, portal.agent)

    ChannelInstance.objects.update(agents_may_attach=False)

    page = transcript(conversation, portal.agent)
    assert 'id="attachments"' not in page
    assert "drop-zone" not in page


@pytest.mark.accepts("A2.7-2")
@pytest.mark.usefixtures("usual_limits")
def test_a_file_of_5121_kb_is_refused_from_the_customer_and_one_of_5120_kb_passes(
    portal: Portal, phone: FakePhone
) -> None:
    passes = comes(portal, phone, "a.txt", b"x" * 5120 * KB)
    refused = comes(portal, phone, "a.txt", b"x" * 5121 * KB)

    assert (passes.state, passes.size) == ("stored", 5120 * KB)
    assert (refused.state, refused.reason, refused.file.name) == (
        "refused",
        "The file has 5121 KB; at most 5120 KB are accepted.",
        "",
    )


@pytest.mark.accepts("A2.7-3")
@pytest.mark.parametrize("name", ["setup.exe", "SETUP.EXE", "photo.jpg.exe", "setup.exe. ."])
def test_an_exe_is_refused_both_ways_whatever_it_holds(
    portal: Portal, phone: FakePhone, conversation: Conversation, name: str
) -> None:
    attachment = comes(portal, phone, name, b"hello")

    assert (attachment.state, attachment.file.name) == ("refused", "")
    assert "Attachment refused: Files that end in .exe are blocked." in transcript(conversation, portal.agent)
    with pytest.raises(CannotSend, match=r": Files that end in \.exe are blocked\."):
        goes(portal, conversation, name, b"hello")


def test_what_the_company_blocks_is_refused_both_ways_and_not_offered(
    portal: Portal, phone: FakePhone, conversation: Conversation
) -> None:
    Organisation.objects.update(blocked_extensions=["txt"])

    attachment = comes(portal, phone, "a.txt", b"hello")

    assert (attachment.state, attachment.reason) == ("refused", "Files that end in .txt are blocked.")
    with pytest.raises(CannotSend, match=r"“a\.txt”: Files that end in \.txt are blocked\."):
        goes(portal, conversation, "a.txt", b"hello")
    page = transcript(conversation, portal.agent)
    assert 'data-file-endings="jpg jpeg png gif mp3 amr caf mp4 pdf docx xlsx pkpass usdz"' in page


@pytest.mark.accepts("A2.7-3")
def test_a_usdz_passes_both_ways(portal: Portal, phone: FakePhone, conversation: Conversation) -> None:
    bicycle = zipped("bicycle.usdc")

    came = comes(portal, phone, "bicycle.usdz", bicycle)
    gone = goes(portal, conversation, "bicycle.usdz", bicycle).attachments.get()

    assert {(each.state, each.mime_type) for each in (came, gone)} == {("stored", "model/vnd.usdz+zip")}


@pytest.mark.accepts("A2.7-3")
def test_an_infected_file_is_refused_both_ways_and_the_agent_sees_why(
    portal: Portal, phone: FakePhone, conversation: Conversation, scanner: Scanner, settings: LazySettings
) -> None:
    attachment = comes(portal, phone, "eicar.txt", EICAR)

    assert (attachment.state, attachment.file.name) == ("refused", "")
    assert f"The virus scanner found {SIGNATURE} in it." in transcript(conversation, portal.agent)
    with pytest.raises(CannotSend, match=f"“eicar.txt”: The virus scanner found {SIGNATURE} in it."):
        goes(portal, conversation, "eicar.txt", EICAR)
    assert scanner.seen == [EICAR, EICAR]
    assert not (settings.MEDIA_ROOT / "attachments").exists()


def test_a_clean_file_is_shown_to_the_scanner_and_passes_both_ways(
    portal: Portal, phone: FakePhone, conversation: Conversation, scanner: Scanner
) -> None:
    came = comes(portal, phone, "a.txt", b"from the customer")
    gone = goes(portal, conversation, "a.txt", b"from the agent").attachments.get()

    assert {came.state, gone.state} == {"stored"}
    assert scanner.seen == [b"from the customer", b"from the agent"]


@pytest.mark.parametrize("trouble", ["away", "mute"])
def test_a_customers_file_waits_at_apple_for_as_long_as_the_scanner_is_silent(
    portal: Portal,
    phone: FakePhone,
    conversation: Conversation,
    scanner: Scanner,
    settings: LazySettings,
    trouble: str,
) -> None:
    settings.CLAMD_URL, scanner.is_mute = {"away": ("tcp://127.0.0.1:9", False), "mute": (scanner.url, True)}[trouble]
    attachment = comes(portal, phone, "a.txt", b"hello")

    for hour in range(1, 2 * fetch.ATTEMPTS):
        with time_machine.travel(timezone.now() + datetime.timedelta(hours=hour), tick=True):
            portal.receive()

    attachment.refresh_from_db()
    assert (attachment.state, attachment.attempts, attachment.file.name) == ("waiting", 0, "")
    assert "It waits for the virus scanner, which does not answer." in transcript(conversation, portal.agent)
    settings.CLAMD_URL, scanner.is_mute = scanner.url, False
    with time_machine.travel(timezone.now() + datetime.timedelta(days=1), tick=True):
        portal.receive()
    attachment.refresh_from_db()
    assert (attachment.state, scanner.seen[-1]) == ("stored", b"hello")


def test_an_agents_file_is_not_sent_unscanned(
    portal: Portal, conversation: Conversation, settings: LazySettings
) -> None:
    settings.CLAMD_URL = "tcp://127.0.0.1:9"

    with pytest.raises(CannotSend, match=r"“a\.txt” could not be checked: the virus scanner does not answer\. Try"):
        goes(portal, conversation, "a.txt", b"hello")

    assert not Message.objects.filter(direction="out").exists()


def test_a_file_that_is_too_long_for_the_scanner_is_refused(
    portal: Portal, phone: FakePhone, conversation: Conversation, scanner: Scanner
) -> None:
    scanner.longest = 100

    attachment = comes(portal, phone, "a.txt", b"x" * 1000)

    assert (attachment.state, attachment.reason) == ("refused", "It is larger than what the virus scanner takes.")


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("film.mov", b"\x00\x00\x00\x14ftypqt  \x00\x00\x00\x00qt  ", "does not carry files of this kind"),
        ("notes", b"hello", "does not carry files of this kind"),
        ("photo.jpg", b"%PDF-1.7\n", "What it holds is not what its name says"),
        ("invoice.pdf", b"hello", "What it holds is not what its name says"),
    ],
)
def test_agents_send_what_apple_carries_and_its_name_says(
    portal: Portal, conversation: Conversation, name: str, content: bytes, reason: str
) -> None:
    with pytest.raises(CannotSend, match=reason):
        goes(portal, conversation, name, content)


def test_a_batch_reads_the_rules_once_for_any_number_of_files(portal: Portal) -> None:
    phones = [portal.apple.phone() for _ in range(3)]
    for phone in phones:
        files: Any = tuple(Draft(f"{n}.txt", "text/plain", [b"hello"], 5) for n in range(3))
        phone.write("Look", files=files)

    with CaptureQueriesContext(connection) as captured:
        portal.receive()

    asked = [query for query in captured if 'FROM "channels_app_organisation"' in query["sql"]]
    assert Attachment.objects.filter(state="stored").count() == 9
    # Once where deliveries are applied; and once for each claim of what is to be fetched.
    assert len(asked) <= 1 + -(-9 // fetch.WIDTH)
