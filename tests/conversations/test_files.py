"""Which files may pass, judged by what is in them."""

import io
import zipfile

import pytest
from PIL import Image

from conversations.files import FileRefused, preview, recognise


def zipped(*names: str) -> bytes:
    """An archive with these entries."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


def image(kind: str) -> bytes:
    """A picture of this kind."""
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(out, kind)
    return out.getvalue()


WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.mark.accepts("A2.7-3")
@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("a.png", image("PNG"), "image/png"),
        ("a.jpg", image("JPEG"), "image/jpeg"),
        ("a.gif", image("GIF"), "image/gif"),
        ("a.pdf", b"%PDF-1.7\n", "application/pdf"),
        ("a.docx", zipped("[Content_Types].xml", "word/document.xml"), WORD),
        ("a.usdz", zipped("scene.usdc"), "model/vnd.usdz+zip"),
        ("a.pkpass", zipped("pass.json", "manifest.json"), "application/vnd.apple.pkpass"),
        ("a.caf", b"caff\x00\x01\x00\x00desc", "audio/x-caf"),
        ("a.vcf", b"BEGIN:VCARD\nEND:VCARD", "text/vcard"),
        ("a.ics", b"BEGIN:VCALENDAR\nEND:VCALENDAR", "text/calendar"),
        ("a.txt", "Größe 42".encode(), "text/plain"),
        ("a.txt", ("x" * 8191 + "ö").encode(), "text/plain"),
        ("wrong name.pdf", image("PNG"), "image/png"),
    ],
)
def test_what_a_file_holds_counts_and_not_its_name(name: str, content: bytes, media_type: str) -> None:
    assert recognise(io.BytesIO(content), name) == media_type


@pytest.mark.accepts("A2.7-3")
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("tool.exe", b"hello"),
        ("tool.SH. ", b"rm -r"),
        ("photo.jpg", b"MZ\x90\x00" + b"\x00" * 64),
        ("page.html", b"<html></html>"),
        ("page.txt", b"  <!DOCTYPE html><p>"),
        ("drawing.txt", b"<svg onload='x'>"),
        ("archive.zip", zipped("a.txt")),
        ("macro.docx", zipped("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")),
        ("broken.docx", b"PK\x03\x04 not an archive"),
        ("noise.txt", b"\xff\xfe\x00\x01"),
        ("blank.txt", b" \n"),
        ("elf", b"\x7fELF\x02\x01\x01" + b"\x00" * 64),
    ],
)
def test_what_is_not_on_the_list_is_refused(name: str, content: bytes) -> None:
    with pytest.raises(FileRefused):
        recognise(io.BytesIO(content), name)


def test_an_empty_file_is_called_empty() -> None:
    with pytest.raises(FileRefused, match="empty"):
        recognise(io.BytesIO(), "notes.pdf")


def test_a_damaged_picture_is_refused() -> None:
    with pytest.raises(FileRefused, match="damaged"):
        preview(io.BytesIO(image("PNG")[:40]), "image/png")


def test_a_picture_made_to_exhaust_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("conversations.files.MOST_PIXELS", 63)

    with pytest.raises(FileRefused, match="too large"):
        preview(io.BytesIO(image("PNG")), "image/png")


def test_a_picture_on_which_the_decoder_fails_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_image: Image.Image) -> None:
        raise IndexError

    monkeypatch.setattr("conversations.files.ImageOps.exif_transpose", fail)

    with pytest.raises(FileRefused, match="damaged"):
        preview(io.BytesIO(image("PNG")), "image/png")


def test_an_archive_of_a_version_to_come_is_refused() -> None:
    content = bytearray(zipped("[Content_Types].xml", "word/document.xml"))
    content[content.index(b"PK\x01\x02") + 6] = 99

    with pytest.raises(FileRefused):
        recognise(io.BytesIO(bytes(content)), "a.docx")


def test_a_preview_is_small_and_tells_the_true_size() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (1300, 650)).save(out, "PNG")

    shown = preview(out, "image/png")

    assert shown
    assert (shown.width, shown.height) == (1300, 650)
    with Image.open(shown.content) as small:
        assert small.size == (640, 320)
