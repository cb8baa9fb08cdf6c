"""Quick replies, list pickers and time pickers: what is offered, and what comes back chosen."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Annotated

from pydantic import AliasChoices, AliasPath, Field

from omnichannel.amb.times import parse_start_time
from omnichannel.amb.wire import Forgiving, MaybeBool, MaybeFloat, MaybeInt, MaybeText, Text, Wire

Minutes = Annotated[Annotated[int, Field(gt=-1440, lt=1440)] | None, Forgiving]


class QuickReplyItem(Wire):
    """One button."""

    identifier: Text
    title: Text = ""


class QuickReply(Wire):
    """Two to five buttons under the conversation; the reply repeats them and says which was tapped."""

    summary_text: MaybeText = None
    items: tuple[QuickReplyItem, ...] = ()
    selected_index: MaybeInt = None
    selected_identifier: MaybeText = None

    @property
    def chosen_index(self) -> int | None:
        """The number of the tapped button, by its identifier first; either may be missing."""
        for index, item in enumerate(self.items):
            if item.identifier == self.selected_identifier:
                return index
        known = self.selected_index is not None and 0 <= self.selected_index < len(self.items)
        return self.selected_index if known else None

    @property
    def chosen(self) -> QuickReplyItem | None:
        """The tapped button."""
        return None if self.chosen_index is None else self.items[self.chosen_index]


class ListItem(Wire):
    """One line of a list picker."""

    identifier: Text
    title: Text = ""
    subtitle: MaybeText = None
    image_identifier: MaybeText = None
    order: MaybeInt = None
    style: MaybeText = None


class ListSection(Wire):
    """A headed group of lines, of which one or several may be chosen."""

    title: Text = ""
    order: MaybeInt = None
    multiple_selection: MaybeBool = None
    items: tuple[ListItem, ...] = ()


class ListPicker(Wire):
    """Sections to choose from; the reply holds the chosen lines only."""

    sections: tuple[ListSection, ...] = ()

    @property
    def items(self) -> tuple[ListItem, ...]:
        """All lines; in a reply, the chosen ones."""
        return tuple(item for section in self.sections for item in section.items)


class Location(Wire):
    """Where an appointment takes place."""

    title: MaybeText = None
    latitude: MaybeFloat = None
    longitude: MaybeFloat = None
    radius: MaybeFloat = None


class Timeslot(Wire):
    """One time on offer; the duration is in seconds."""

    identifier: Text
    start_time: Text
    duration: MaybeInt = None

    @property
    def starts_at(self) -> datetime:
        """The start in UTC."""
        return parse_start_time(self.start_time)


class Event(Wire):
    """An appointment with times to choose from; the reply holds the chosen slot only."""

    identifier: Text = ""
    title: Text = ""
    image_identifier: MaybeText = None
    timezone_offset: Minutes = None
    location: Annotated[Location | None, Forgiving] = None
    timeslots: tuple[Timeslot, ...] = ()

    @property
    def zone(self) -> timezone:
        """The zone the event fixes for every device, else GMT."""
        return timezone(timedelta(minutes=self.timezone_offset)) if self.timezone_offset else UTC

    def local_start(self, slot: Timeslot) -> datetime:
        """When a slot starts, by the event's own clock."""
        return slot.starts_at.astimezone(self.zone)

    @property
    def chosen(self) -> Timeslot | None:
        """In a reply, the chosen slot."""
        return self.timeslots[0] if self.timeslots else None


TimePicker = Event

# One receiver has met the event inside an older wrapper.
EVENT_PATHS = AliasChoices("event", AliasPath("timePicker", "event"))
