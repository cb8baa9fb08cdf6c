"""What a browser posts of the designer's form: each field as the page drew it."""

from html.parser import HTMLParser
from typing import Any

from django.http import QueryDict

Pairs = list[tuple[str, str]]


class Fields(HTMLParser):
    """Reads the entries of the form with the id ``designer`` out of a page, as a browser would."""

    def __init__(self) -> None:
        super().__init__()
        self.pairs: Pairs = []
        self.is_inside = False
        self.select: str | None = None
        self.area: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about: dict[str, Any] = dict(attrs)
        if tag == "form":
            self.is_inside = about.get("id") == "designer"
        if not (self.is_inside or about.get("form") == "designer" or tag == "option"):
            return
        if tag == "input" and (about.get("type") not in ("checkbox", "radio") or "checked" in about):
            self.pairs.append((about["name"], about.get("value") or ("" if about.get("type") != "checkbox" else "on")))
        elif tag == "select":
            self.select = about["name"]
        elif tag == "option" and self.select and "selected" in about:
            self.pairs.append((self.select, about["value"]))
        elif tag == "textarea":
            self.area = about["name"]
            self.pairs.append((about["name"], ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.is_inside = False
        elif tag == "select":
            self.select = None
        elif tag == "textarea":
            self.area = None

    def handle_data(self, data: str) -> None:
        if self.area:
            name, text = self.pairs[-1]
            self.pairs[-1] = (name, text + data.removeprefix("\n"))


def form_of(page: str) -> QueryDict:
    """Return what the form of a page holds."""
    reader = Fields()
    reader.feed(page)
    posted = QueryDict(mutable=True)
    for name, value in reader.pairs:
        posted.appendlist(name, value)
    return posted
