"""From an address to a picture that Apple takes, over a real socket, and every reason why there is none."""

import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image, ImageDraw

from richmessages.models import Picture, PictureSource, SourceState
from richmessages.pictures import convert, fetch
from richmessages.pictures.ask import ask_for
from richmessages.pictures.fetch import fetch_all
from richmessages.pictures.keep import keep
from tests.conftest import InThisThread
from tests.factories.richmessages import PictureSourceFactory
from tests.website import Names, Website, names, website

__all__ = ["names", "website"]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_this_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fetch where the test's transaction sees it."""
    monkeypatch.setattr(fetch, "_pool", InThisThread)


def file(image: Image.Image, kind: str = "PNG", **about: Any) -> bytes:
    """A picture as a file."""
    out = io.BytesIO()
    image.save(out, kind, **about)
    return out.getvalue()


def noise(width: int, height: int) -> Image.Image:
    """A picture that no format makes small."""
    return Image.merge("RGB", [Image.effect_noise((width, height), 100) for _ in range(3)])


def fetched(url: str) -> PictureSource:
    """What is known of an address after it was fetched."""
    ask_for([url])
    fetch_all()
    return PictureSource.objects.select_related("picture").get(url=url)


def colour(image: Image.Image, *place: int) -> Any:
    """The colour at a place."""
    return image.getpixel((place[0], place[1]))


def lowest(band: Image.Image) -> Any:
    """The lowest value of a band."""
    return band.getextrema()[0]


def image_of(source: PictureSource) -> Image.Image:
    """The picture that is kept."""
    assert source.picture, source.reason
    return Image.open(io.BytesIO(source.picture.png))


def test_a_picture_is_kept_as_a_png_that_fits(website: Website) -> None:
    source = fetched(website.has("/wheel.jpg", file(noise(2400, 1200), "JPEG"), content_type="text/html"))

    kept = image_of(source)
    assert source.picture
    assert (source.state, source.reason, source.due_at) == (SourceState.KEPT, "", None)
    assert (kept.format, kept.width // kept.height) == ("PNG", 2)
    assert kept.size == (source.picture.width, source.picture.height)
    assert 50_000 < source.picture.size <= 200_000


def test_colours_stay_where_they_fit_and_become_a_palette_where_they_must(website: Website) -> None:
    plain = Image.new("RGB", (1000, 500), "teal")
    smooth = Image.radial_gradient("L").resize((789, 789))
    photograph = Image.merge("RGB", (smooth, smooth.rotate(90), noise(789, 789).getchannel(0).point(lambda v: v / 9)))

    assert image_of(fetched(website.has("/plain", file(plain)))).mode == "RGB"
    assert image_of(fetched(website.has("/photograph", file(photograph)))).mode == "P"


def test_a_phone_that_was_held_upright_makes_an_upright_picture_without_a_place(website: Website) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Secret camera"
    lying = Image.new("RGB", (300, 200), "teal")
    ImageDraw.Draw(lying).rectangle((0, 0, 40, 200), "red")

    kept = image_of(fetched(website.has("/", file(lying, "JPEG", exif=exif, comment=b"Secret place"))))

    assert kept.size == (200, 300)
    assert colour(kept, 100, 5)[0] > 200
    assert dict(kept.getexif()) == {}
    assert set(kept.info) == set()


def test_a_picture_for_print_becomes_one_for_screens(website: Website) -> None:
    kept = image_of(fetched(website.has("/", file(Image.new("CMYK", (50, 50), (0, 255, 255, 0)), "JPEG"))))

    assert kept.mode == "RGB"
    red, green, blue = colour(kept, 25, 25)
    assert red > 200
    assert max(green, blue) < 60


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_transparency_stays(website: Website, kind: str) -> None:
    glass = Image.new("RGBA", (50, 50), (255, 0, 0, 0))

    kept = image_of(fetched(website.has("/", file(glass, kind))))

    assert kept.mode == "RGBA"
    assert kept.getchannel("A").getextrema() == (0, 0)


def test_transparency_stays_in_a_palette_too(website: Website) -> None:
    half = noise(789, 789)
    half.putalpha(Image.linear_gradient("L").resize((789, 789)))

    kept = image_of(fetched(website.has("/", file(half)))).convert("RGBA")

    assert lowest(kept.getchannel("A")) < 20


def test_sixteen_bits_of_grey_keep_their_shades(website: Website) -> None:
    grey = Image.new("I;16", (4, 4), 32768)

    kept = image_of(fetched(website.has("/", file(grey))))

    assert kept.convert("L").getpixel((1, 1)) == 128


def bomb() -> bytes:
    """A small PNG that says it has 400 million pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    size = struct.pack(">IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", zlib.compress(bytes(10))) + chunk(b"IEND", b"")


def moving(kind: str) -> bytes:
    """Three frames."""
    frames = [Image.new("RGB", (10, 10), colour) for colour in ("red", "green", "blue")]
    return file(frames[0], kind, save_all=True, append_images=frames[1:])


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (bomb, "The picture has too many pixels; at most 25 million."),
        (lambda: file(Image.new("1", (6000, 6000))), "The picture has too many pixels; at most 25 million."),
        (lambda: file(Image.new("1", (10_000, 10_000))), "The picture has too many pixels; at most 25 million."),
        (lambda: moving("GIF"), "Moving pictures and GIFs are not shown. Use a still PNG or JPEG."),
        (
            lambda: file(Image.new("P", (9, 9)), "GIF"),
            "Moving pictures and GIFs are not shown. Use a still PNG or JPEG.",
        ),
        (lambda: moving("PNG"), "Moving pictures and GIFs are not shown. Use a still PNG or JPEG."),
        (lambda: moving("WEBP"), "Moving pictures and GIFs are not shown. Use a still PNG or JPEG."),
        (lambda: b"<html>Not here</html>", "This is no PNG, JPEG or WebP picture, or it is damaged."),
        (
            lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            "This is no PNG, JPEG or WebP picture, or it is damaged.",
        ),
        (lambda: file(noise(50, 50))[:2000], "This is no PNG, JPEG or WebP picture, or it is damaged."),
        (lambda: b"", "This is no PNG, JPEG or WebP picture, or it is damaged."),
        (lambda: bytes(20_000_001), "It has more than 20 MB."),
    ],
)
def test_what_is_no_still_picture_fails_with_a_sentence(
    website: Website, content: Callable[[], bytes], sentence: str
) -> None:
    source = fetched(website.has("/wheel.png", content(), content_type="image/png"))

    assert (source.state, source.reason, source.due_at) == (SourceState.FAILED, sentence, None)


def test_what_cannot_be_made_small_enough_fails_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(convert, "PICTURE_LIMIT", 500)

    with pytest.raises(convert.NotAPicture, match="cannot be made smaller than 200 KB"):
        keep(file(noise(200, 200)))


def test_the_company_s_own_network_is_not_looked_into(website: Website, names: Names) -> None:
    source = fetched(website.leads("/", "https://10.0.0.1/secret.png"))

    assert source.state == SourceState.FAILED
    assert source.reason.startswith(
        "The address leads on to another: 10.0.0.1 leads into a private network (10.0.0.1)."
    )


def test_a_server_that_is_busy_is_asked_again_and_then_given_up(website: Website) -> None:
    url = website.has("/", status=503)

    waiting = fetched(url)
    assert (waiting.state, waiting.attempts) == (SourceState.WAITING, 1)

    for _ in range(2):
        PictureSource.objects.update(due_at=waiting.asked_at)
        fetch_all()
    waiting.refresh_from_db()
    assert (waiting.state, waiting.reason) == (SourceState.FAILED, "127.0.0.1 answered “503 Service Unavailable”.")
    assert website.asked == ["/"] * 3


def test_what_its_workers_died_of_is_not_begun_for_ever(website: Website) -> None:
    url = website.has("/", file(noise(5, 5)))
    ask_for([url])
    PictureSource.objects.update(attempts=fetch.ATTEMPTS)

    fetch_all()

    assert PictureSource.objects.get().reason == "Loading it was begun many times and never ended."
    assert website.asked == []


def test_one_picture_at_two_addresses_is_kept_once(website: Website) -> None:
    same = file(noise(20, 20))

    first, second = fetched(website.has("/a", same)), fetched(website.has("/b", same))

    assert first.picture == second.picture == keep(same)
    assert Picture.objects.count() == 1


def test_an_earlier_picture_stays_where_there_is_none_any_more(website: Website) -> None:
    source = PictureSourceFactory(url=website.url("/gone.png"))

    ask_for([source.url], anew=True)
    fetch_all()

    source.refresh_from_db()
    assert (source.state, source.due_at) == (SourceState.KEPT, None)
    assert source.picture


def test_a_new_picture_takes_the_place_of_the_earlier_one(website: Website) -> None:
    source = PictureSourceFactory(url=website.has("/", file(noise(20, 20))))
    before = source.picture

    ask_for([source.url], anew=True)
    fetch_all()

    source.refresh_from_db()
    assert source.picture != before


def test_two_workers_share_the_work(website: Website) -> None:
    ask_for([website.url("/a"), website.url("/b"), website.url("/c")])

    first, second = fetch._claim(2), fetch._claim(2)

    assert (len(first), len(second)) == (2, 1)
    assert {job.url for job in first}.isdisjoint(job.url for job in second)


def test_what_comes_after_another_worker_began_changes_nothing(
    website: Website, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask_for([website.has("/", file(noise(20, 20)))])
    bring = fetch.bring

    def late(job: fetch.Job) -> fetch.Brought:
        PictureSource.objects.update(attempts=job.attempt + 1)
        return bring(job)

    monkeypatch.setattr(fetch, "bring", late)
    fetch_all()

    source = PictureSource.objects.get()
    assert (source.state, source.picture) == (SourceState.WAITING, None)
