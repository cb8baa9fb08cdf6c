"""What Apple's gateway demands of quick replies, lists and times (rules E12 to E14)."""

from omnichannel import amb
from simulator.gateway.answers import Refusal
from simulator.gateway.shape import Part, needed_objects, needed_text, refuse_unless

FEWEST_REPLIES, MOST_REPLIES = 2, 5


def check_quick_reply(replies: Part) -> None:
    """Pass two to five buttons."""
    items = needed_objects(replies, "items", "quick-reply")
    refuse_unless(
        FEWEST_REPLIES <= len(items) <= MOST_REPLIES,
        f"quick-reply: items must be {FEWEST_REPLIES} to {MOST_REPLIES}, not {len(items)}.",
    )
    _check_choices(items, "quick-reply")


def check_list(picker: Part) -> None:
    """Pass sections with something to choose in each."""
    for number, section in enumerate(needed_objects(picker, "sections", "listPicker"), start=1):
        where = f"listPicker: section {number}"
        _check_choices(needed_objects(section, "items", where), where)


def check_times(event: Part) -> None:
    """Pass times with a start and a duration."""
    for number, slot in enumerate(needed_objects(event, "timeslots", "event"), start=1):
        where = f"event: timeslot {number}"
        needed_text(slot, "identifier", where)
        _check_start(needed_text(slot, "startTime", where), where)
        refuse_unless(_is_duration(slot.get("duration")), f"{where}: duration must be a number of seconds.")


def _check_choices(items: list[Part], where: str) -> None:
    for number, item in enumerate(items, start=1):
        for name in ("identifier", "title"):
            needed_text(item, name, f"{where}: item {number}")


def _check_start(text: str, where: str) -> None:
    try:
        amb.parse_start_time(text)
    except amb.DecodeError as fault:
        raise Refusal(400, f"{where}: startTime must be of the form yyyy-MM-ddTHH:mm+0000.") from fault


def _is_duration(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
