"""The answer to a list picker: only what was chosen, section by section."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from simulator.services.answers.answer import Answer, CannotAnswer, Chosen, Part, Prompt, parts


def answer(prompt: Prompt, chosen: Chosen) -> Answer:
    """Return the chosen items as they were offered; sections without one are absent."""
    wanted = [chosen] if isinstance(chosen, str) else chosen
    if not isinstance(wanted, list) or not wanted:
        raise CannotAnswer(_("Choose at least one."))
    sections = list(_chosen(prompt.content, wanted))
    items = [item for section in sections for item in section["items"]]
    if {item.get("identifier") for item in items} != set(wanted):
        raise CannotAnswer(_("Choose what the list offers."))
    return Answer({"sections": sections}, {"title": ", ".join(str(item.get("title", "")) for item in items)})


def _chosen(picker: Part, wanted: list[str]) -> Iterator[dict[str, Any]]:
    for section in sorted(parts(picker, "sections"), key=_order):
        items = [item for item in sorted(parts(section, "items"), key=_order) if item.get("identifier") in wanted]
        if len(items) > 1 and section.get("multipleSelection") is not True:
            raise CannotAnswer(
                _("Choose one in the section “%(title)s” at most.") % {"title": section.get("title", "")}
            )
        if items:
            yield {"title": section.get("title", ""), "items": items}


def _order(place: Part) -> float:
    order = place.get("order")
    return order if isinstance(order, int | float) else 0
