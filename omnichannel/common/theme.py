"""Tells templates which colour scheme the viewer chose."""

from django.http import HttpRequest

COOKIE = "theme"
THEMES = ("light", "dark")


def theme(request: HttpRequest) -> dict[str, str]:
    """Return ``theme``: light, dark, or empty where the system decides."""
    chosen = request.COOKIES.get(COOKIE, "")
    return {"theme": chosen if chosen in THEMES else ""}
