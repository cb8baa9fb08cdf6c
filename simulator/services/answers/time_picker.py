"""The answer to a time picker: the event with the one chosen time."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from omnichannel.device import TimeSheet, draw
from simulator.services.answers.answer import Answer, CannotAnswer, Chosen, Prompt, one, parts


def answer(prompt: Prompt, chosen: Chosen) -> Answer:
    """Return the event as it was offered, with the chosen slot alone; one in the past was not shown."""
    wanted = one(chosen, _("Choose a time."))
    sheet = draw(dict(prompt.payload), src=str).sheet
    days = sheet.days if isinstance(sheet, TimeSheet) else ()
    shown = {slot.identifier: slot.starts_at for day in days for slot in day.slots}
    slots = [slot for slot in parts(prompt.content, "timeslots") if slot.get("identifier") == wanted]
    if wanted not in shown:
        raise CannotAnswer(_("This time has passed. Choose another.") if slots else _("Choose a time that is offered."))
    words = f"{date_format(shown[wanted], 'l, j F')}, {date_format(shown[wanted], 'H:i')}"
    return Answer({**prompt.content, "timeslots": slots[:1]}, {"title": words})
