"""The answer to a quick reply: all buttons again, and which was tapped."""

from django.utils.translation import gettext as _

from simulator.services.answers.answer import Answer, CannotAnswer, Chosen, Prompt, one, parts


def answer(prompt: Prompt, chosen: Chosen) -> Answer:
    """Return the buttons without their summary, which replies lack."""
    items = parts(prompt.content, "items")
    wanted = one(chosen, _("Choose one of the replies."))
    index = next((number for number, item in enumerate(items) if item.get("identifier") == wanted), None)
    if index is None:
        raise CannotAnswer(_("Choose one of the replies."))
    content = {"items": items, "selectedIndex": index, "selectedIdentifier": wanted}
    return Answer(content, {"title": items[index].get("title", "")})
