"""What was filled in on a sheet, in the simple shape that scripts use too."""

from urllib.parse import urlencode

from django.http import QueryDict

from simulator.services.answers import Chosen

PAGE, SECTION, PARAMETER = "page-", "section-", "parameter-"


def chosen_in(post: QueryDict) -> Chosen:
    """Return it by the names of the fields: a form's pages, an app's parameters, one value, or a list's lines."""
    if pages := _named(post, PAGE):
        return {name: [_words(value) for value in values] for name, values in pages.items()}
    if parameters := _named(post, PARAMETER):
        return "?" + urlencode(parameters, doseq=True)
    if single := post.get("chosen") or post.get("slot"):
        return single
    return [value for values in _named(post, SECTION).values() for value in values]


def _named(post: QueryDict, start: str) -> dict[str, list[str]]:
    return {name.removeprefix(start): post.getlist(name) for name in post if name.startswith(start)}


def _words(value: str) -> str:
    # Browsers send lines in the way of the web.
    return value.replace("\r\n", "\n").replace("\0", "")
