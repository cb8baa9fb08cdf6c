"""What the head of a web page says of itself: its title, and where its pictures are.

Read with searches that never go back, since pages come from strangers: the standard library's parser takes minutes for
some pages of 200 KB.
"""

import codecs
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

TITLE_LIMIT = 200
# Of each tag, and of all of them: more says nothing about the page.
TAG_LIMIT = 5000
MOST_TAGS = 1000

_HIDDEN = re.compile(r"<!--|<(script|style|svg|template|noscript)\b", re.IGNORECASE)
_TAG = re.compile(r"<(meta|link|base|title)(?=[\s/>])", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""[\s/]*+([^\s"'<>/=]++)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'<>]++)))?""")
_TITLE = re.compile(r"[^>]{0,500}>([^<]{0,2000})")
_CHARSET = re.compile(rb"""charset\s*+=\s*+["']?([\w.:-]{1,40})""", re.IGNORECASE)
_ENCODINGS = re.compile(
    r"utf-?8|utf-?16(-?[bl]e)?|us-ascii|iso-?8859-?\d+|latin-?1|(windows-?|cp)125\d|koi8-[ru]|gbk|gb2312|gb18030|big5"
    r"|euc-(jp|kr)|shift[_-]?jis",
    re.IGNORECASE,
)
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@dataclass(frozen=True)
class Page:
    """What a page offers for a preview; ``pictures`` are addresses, the best first."""

    title: str
    pictures: tuple[str, ...] = ()


def read_page(content: bytes, content_type: str, url: str) -> Page:
    """Return what a page at an address says of itself; of anything that is no page, nothing."""
    texts: dict[str, str] = {}
    pictures: dict[str, str] = {}
    base = url
    for name, attributes, text in _tags(_decoded(content, content_type)):
        match name:
            case "title":
                texts.setdefault("title", text)
            case "base":
                base = _joined(url, attributes.get("href", "")) or url
            case "meta":
                about = (attributes.get("property") or attributes.get("name") or "").lower()
                texts.setdefault(about, attributes.get("content", ""))
            case _:
                for about in attributes.get("rel", "").lower().split():
                    pictures.setdefault(about, attributes.get("href", ""))
    titles = (texts.get(name, "") for name in ("og:title", "twitter:title", "title"))
    found = [texts.get(name, "") for name in ("og:image:secure_url", "og:image", "og:image:url", "twitter:image")]
    found += [pictures.get(name, "") for name in ("apple-touch-icon", "apple-touch-icon-precomposed", "icon")]
    return Page(
        title=next(filter(None, map(_plain, titles)), ""),
        pictures=tuple(dict.fromkeys(_joined(base, each) for each in found if each.strip())),
    )


def _decoded(content: bytes, content_type: str) -> str:
    for mark, name in _MARKS:
        if content.startswith(mark):
            return content.decode(name, "replace")
    said = _CHARSET.search(content_type.encode("latin-1", "replace")) or _CHARSET.search(content[:2048])
    name = said[1].decode("latin-1") if said else "utf-8"
    try:
        return content.decode(name if _ENCODINGS.fullmatch(name) else "utf-8", "replace")
    except LookupError:
        return content.decode("utf-8", "replace")


def _tags(text: str) -> Iterator[tuple[str, dict[str, str], str]]:
    """Yield the tags of a head with their attributes, and of a title what it says."""
    shown = "".join(_shown(text))
    for number, tag in enumerate(_TAG.finditer(shown)):
        if number == MOST_TAGS:
            return
        rest = shown[tag.end() : tag.end() + TAG_LIMIT]
        words = _TITLE.match(rest) if tag[1].lower() == "title" else None
        yield tag[1].lower(), dict(_attributes(rest)), words[1] if words else ""


def _shown(text: str) -> Iterator[str]:
    """Yield what is left without comments, scripts and the like, in which anything may stand."""
    start = 0
    while hidden := _HIDDEN.search(text, start):
        yield text[start : hidden.start()]
        closing = f"</{hidden[1]}" if hidden[1] else "-->"
        end = re.compile(re.escape(closing), re.IGNORECASE).search(text, hidden.end())
        if end is None:
            return
        start = end.end()
    yield text[start:]


def _attributes(text: str) -> Iterator[tuple[str, str]]:
    place = 0
    while found := _ATTRIBUTE.match(text, place):
        yield found[1].lower(), html.unescape(found[2] or found[3] or found[4] or "")
        place = found.end()


def _plain(text: str) -> str:
    """Return a title in one line of printable characters, cut to Apple's limit."""
    line = " ".join(html.unescape(text).split())
    return "".join(filter(str.isprintable, line))[:TITLE_LIMIT].strip()


def _joined(base: str, address: str) -> str:
    try:
        return urljoin(base, address.strip())
    except ValueError:
        return ""
