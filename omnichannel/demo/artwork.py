"""The files of the story, made when they are needed: bicycles drawn with a few shapes, letters, and a web page."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from PIL import Image, ImageDraw, ImageFilter

Point = tuple[float, float]
SIZE = (960, 720)
GROUND = 590
WHEEL = 150
REAR, FRONT = (280.0, GROUND - WHEEL * 1.0), (690.0, GROUND - WHEEL * 1.0)
CRANK, SEAT, HEAD = (455.0, 455.0), (400.0, 235.0), (630.0, 245.0)
DARK = "#23272f"
PAGE_LINES = 46


class Made(Protocol):
    """Something that becomes a file."""

    @property
    def mime_type(self) -> str:
        """Return what a phone calls it."""

    def content(self) -> bytes:
        """Return its bytes."""


@dataclass(frozen=True)
class Bicycle:
    """A picture of a bicycle: its colour, the wall behind it, and what is special about it."""

    frame: str
    wall: str = "#e7ded0"
    has_basket: bool = False
    has_flat_tyre: bool = False
    mime_type: str = "image/jpeg"

    def content(self) -> bytes:
        image = Image.new("RGB", SIZE, self.wall)
        self._draw(ImageDraw.Draw(image))
        out = io.BytesIO()
        image.filter(ImageFilter.SMOOTH_MORE).save(out, "JPEG", quality=82)
        return out.getvalue()

    def _draw(self, draw: ImageDraw.ImageDraw) -> None:
        draw.rectangle((0, GROUND - 30, 2000, 2000), "#b8b2a7")
        draw.ellipse((150, GROUND - 14, 830, GROUND + 26), "#a39c90")
        self._wheel(draw, REAR)
        self._wheel(draw, FRONT, flat=self.has_flat_tyre)
        self._frame(draw)
        if self.has_basket:
            self._basket(draw)

    def _wheel(self, draw: ImageDraw.ImageDraw, centre: Point, *, flat: bool = False) -> None:
        x, y = centre
        for angle in range(0, 360, 24):
            draw.arc((x - 145, y - 145, x + 145, y + 145), angle, angle + 1, "#8a9099", 145)
        draw.ellipse((x - WHEEL, y - WHEEL, x + WHEEL, y + WHEEL), outline=DARK, width=16)
        draw.ellipse((x - 16, y - 16, x + 16, y + 16), DARK)
        if flat:
            draw.ellipse((x - 95, GROUND - 34, x + 95, GROUND + 10), DARK)

    def _frame(self, draw: ImageDraw.ImageDraw) -> None:
        for tube in ((REAR, CRANK), (REAR, SEAT), (SEAT, CRANK), (SEAT, HEAD), (CRANK, (640, 285)), (HEAD, FRONT)):
            draw.line(tube, self.frame, 20, joint="curve")
        draw.line(((392, 195), SEAT), DARK, 14)
        draw.rounded_rectangle((335, 178, 450, 200), 11, DARK)
        draw.line(((620, 190), HEAD), DARK, 14)
        draw.line(((600, 186), (700, 176), (715, 205)), DARK, 14, joint="curve")
        draw.ellipse((417, 417, 493, 493), outline=DARK, width=12)
        draw.line(((455, 455), (500, 530)), DARK, 12)
        draw.rounded_rectangle((480, 524, 540, 538), 6, DARK)

    def _basket(self, draw: ImageDraw.ImageDraw) -> None:
        draw.polygon(((690, 215), (850, 215), (825, 320), (705, 320)), "#a8743c")
        for x in range(712, 850, 26):
            draw.line(((x, 218), (x - (x - 770) * 0.12, 318)), "#7d5326", 5)
        draw.rounded_rectangle((682, 206, 858, 226), 9, "#7d5326")


@dataclass(frozen=True)
class Letter:
    """A page of text as PDF."""

    lines: tuple[str, ...]
    mime_type: str = "application/pdf"

    def content(self) -> bytes:
        return _pdf(self.lines)


@dataclass(frozen=True)
class WebPage:
    """A page of HTML, which no channel accepts."""

    title: str
    mime_type: str = "text/html"

    def content(self) -> bytes:
        return f"<!doctype html><title>{self.title}</title><h1>{self.title}</h1>".encode()


def _pdf(lines: tuple[str, ...]) -> bytes:
    """Return a PDF of one page in a font that every reader has."""
    shown = "\n".join(f"({_escaped(line)}) Tj T*" for line in lines[:PAGE_LINES])
    stream = f"BT /F1 12 Tf 16 TL 72 770 Td\n{shown}\nET".encode("cp1252", "replace")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources 6 0 R >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Font << /F1 5 0 R >> >>",
    )
    return _with_table(objects)


def _with_table(objects: tuple[bytes, ...]) -> bytes:
    """Return the objects with the table that says where each begins."""
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size, start = len(objects) + 1, len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, start)
    return bytes(out)


def _escaped(line: str) -> str:
    return line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


FILES: Mapping[str, Made] = {
    "shop-window.jpg": Bicycle("#2f6fb3"),
    "blue-54.jpg": Bicycle("#2f6fb3", wall="#eef1f4"),
    "green-with-basket.jpg": Bicycle("#2e7d5b", wall="#f1e9dc", has_basket=True),
    "yellow-52.jpg": Bicycle("#d9a11b", wall="#dfe7ec"),
    "IMG_2291.jpeg": Bicycle("#7a4b9a", wall="#c9c4bb", has_flat_tyre=True),
    "IMG_0417.jpeg": Bicycle("#b3402f", wall="#d4dccf"),
    "IMG_5530.jpeg": Bicycle("#37474f", wall="#e3d7d2", has_flat_tyre=True),
    "finished.jpg": Bicycle("#b3402f", wall="#eef1f4"),
    "Quote 2291.pdf": Letter(
        (
            "Kettle & Spoke, Velo workshop",
            "",
            "Quote 2291",
            "",
            "Front wheel, rim replaced and trued          68.00",
            "Inner tube and puncture protection tyre      41.50",
            "Brake pads, front and rear                   24.00",
            "",
            "Total, including tax                        133.50",
            "",
            "Valid for 30 days. Work takes two days.",
        )
    ),
    "Size guide.pdf": Letter(
        (
            "Kettle & Spoke, size guide",
            "",
            "Your height        Frame",
            "155 to 165 cm      50 cm",
            "165 to 175 cm      52 cm",
            "175 to 182 cm      54 cm",
            "182 to 190 cm      56 cm",
            "",
            "Between two sizes? Come and sit on both.",
        )
    ),
    "Facture_A-10442.pdf": Letter(
        ("Facture A-10442", "", "Vélo de ville, cadre 52 cm      890,00", "Garde-boue                       48,00")
    ),
    "gear-calculator.html": WebPage("Gear calculator"),
}
