"""The answer of an app of the business's own: the address that it hands back, and a bubble."""

from typing import Any

from django.utils.translation import gettext as _

from simulator.services.answers.answer import Chosen, Part, one


def answer(prompt: Part, chosen: Chosen) -> dict[str, Any]:
    """Return what the app made of its address; such answers have no data and no request identifier."""
    url = one(chosen, _("The app hands an address back."))
    bubbles = (prompt.get(name) for name in ("replyMessage", "receivedMessage"))
    bubble = next((bubble for bubble in bubbles if isinstance(bubble, dict)), {})
    return {"bid": prompt["bid"], "URL": url, "replyMessage": bubble}
