"""A text as the bubble on the page shows it, with names that stand for whoever it will be."""

from django.utils.translation import gettext as _

from channels_app.automated.texts import fill


def samples() -> dict[str, str]:
    """Return what stands in the bubble for each slug."""
    return {"AgentName": _("Maya Okafor"), "QueueName": _("Sales"), "QueuePosition": "3"}


def shown_in_bubble(text: str) -> str:
    """Return the text with every slug filled; a context variable shows its own name."""
    return fill(text, samples().__getitem__, "‹{}›".format)
