"""What pages say of themselves, in every way in which they say it, and without taking long over any."""

import time

import pytest

from richmessages.links.page import Page, read_page

URL = "https://shop.example/frames/54?colour=red"


def page(text: str | bytes, content_type: str = "text/html") -> Page:
    """What is read of a page."""
    return read_page(text if isinstance(text, bytes) else text.encode(), content_type, URL)


def test_what_is_meant_for_previews_counts_most() -> None:
    found = page(
        """<!DOCTYPE html><html><head><title>Shop</title>
        <meta property="og:title" content="Frame 54 &amp; fork">
        <META CONTENT='/54.jpg' PROPERTY='og:image'/>
        <meta name=twitter:image content=//cdn.example/t.png>
        <link rel="shortcut icon" href="/favicon.ico"><link rel="apple-touch-icon" sizes="180x180" href="touch.png">
        </head>"""
    )

    assert found == Page(
        "Frame 54 & fork",
        (
            "https://shop.example/54.jpg",
            "https://cdn.example/t.png",
            "https://shop.example/frames/touch.png",
            "https://shop.example/favicon.ico",
        ),
    )


def test_a_base_that_is_no_address_is_left_out() -> None:
    found = page('<base href="http://["><title>Shop</title><link rel="icon" href="/i.png">')

    assert found == Page("Shop", ("https://shop.example/i.png",))


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("<title>\n  Frame\t54 </title>", "Frame 54"),
        ("<title lang='en'>Frame &#53;4</title><title>Second</title>", "Frame 54"),
        ("<meta name='twitter:title' content='Frame 54'><title>Shop</title>", "Frame 54"),
        ("<meta property='og:title' content='  '><title>Frame 54</title>", "Frame 54"),
        ('<meta property="og:title" content="1 > 0, \'so\'">', "1 > 0, 'so'"),
        ("<!-- <title>Old</title> --><title>Frame 54</title>", "Frame 54"),
        ("<script>var a = '<title>Trap</title>'</script><title>Frame 54</title>", "Frame 54"),
        ("<svg><title>Menu</title></svg><title>Frame 54</title>", "Frame 54"),
        ("<titles>Not this</titles>", ""),
        ("<title>" + "x" * 300 + "</title>", "x" * 200),
        ("<title>a\x00b\x1b[31m\u202ec</title>", "ab[31mc"),
        ("<title>never closed", "never closed"),
        ("", ""),
    ],
)
def test_the_title_is_one_printable_line(head: str, title: str) -> None:
    assert page(head).title == title


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        ("<title>Größe</title>".encode(), "text/html; charset=utf-8"),
        ("<title>Größe</title>".encode("latin-1"), "text/html; charset=ISO-8859-1"),
        ("<meta charset=windows-1252><title>Größe</title>".encode("cp1252"), "text/html"),
        (b"\xff\xfe" + "<title>Größe</title>".encode("utf-16-le"), "text/html; charset=utf-8"),
        ("\ufeff<title>Größe</title>".encode(), "text/html; charset=latin-1"),
        ("<title>Größe</title>".encode(), "text/html; charset=zlib"),
        ("<title>Größe</title>".encode(), "text/html; charset=iso-8859-99"),
    ],
)
def test_letters_are_read_as_they_were_written(content: bytes, content_type: str) -> None:
    assert page(content, content_type).title == "Größe"


def test_relative_addresses_start_where_the_page_says() -> None:
    found = page("<base href='https://cdn.example/a/'><link rel=icon href='b.png'><meta property=og:image content=' '>")

    assert found.pictures == ("https://cdn.example/a/b.png",)


def test_what_is_no_page_says_nothing() -> None:
    assert page(b"\x89PNG\r\n" + bytes(range(256)) * 50, "image/png") == Page("")


@pytest.mark.parametrize(
    "part",
    [
        "<meta ",
        "<a ",
        "<!--",
        '<meta a="',
        "<title",
        "<script>",
        "<meta a='<",
        "<link rel=",
        "</",
        "<svg",
        "&#x",
        "<base/",
    ],
)
def test_no_page_takes_long(part: str) -> None:
    began_at = time.process_time()

    page(part * (500_000 // len(part)))

    assert time.process_time() - began_at < 5
