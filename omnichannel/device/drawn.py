"""What stands in the conversation: a bubble, a link, buttons, or the note that the device shows none of it."""

from dataclasses import dataclass
from typing import ClassVar

from omnichannel.device.forms import FormSheet
from omnichannel.device.pictures import Picture
from omnichannel.device.sheets import AppSheet, ListSheet, PaymentSheet, SignInSheet, TimeSheet


@dataclass(frozen=True)
class Bubble:
    """The card of an interactive message, in one of three sizes."""

    template: ClassVar[str] = "device/bubble.html"

    title: str = ""
    subtitle: str = ""
    style: str = "icon"
    picture: Picture | None = None
    image_title: str = ""
    image_subtitle: str = ""
    secondary_subtitle: str = ""
    tertiary_subtitle: str = ""
    app_name: str = ""


@dataclass(frozen=True)
class Link:
    """A link with its preview; its address is empty where it leads to no page on the web."""

    template: ClassVar[str] = "device/link.html"

    title: str = ""
    url: str = ""
    host: str = ""
    picture: Picture | None = None
    has_video: bool = False


@dataclass(frozen=True)
class Reply:
    """One button of a quick reply."""

    identifier: str
    title: str


@dataclass(frozen=True)
class Replies:
    """Buttons under the conversation, and what stands above them once one was tapped."""

    template: ClassVar[str] = "device/replies.html"

    summary: str = ""
    buttons: tuple[Reply, ...] = ()


@dataclass(frozen=True)
class Words:
    """What a tapped button leaves behind: its title, as if the customer had written it."""

    template: ClassVar[str] = "device/words.html"

    words: str = ""


@dataclass(frozen=True)
class Unsupported:
    """The note in the place of a message that the device cannot show."""

    template: ClassVar[str] = "device/unsupported.html"


Shape = Bubble | Link | Replies | Words | Unsupported
Sheet = ListSheet | TimeSheet | FormSheet | PaymentSheet | SignInSheet | AppSheet


@dataclass(frozen=True)
class Drawn:
    """A message as the device shows it, and what opens when it is tapped."""

    shape: Shape
    sheet: Sheet | None = None
    own: bool = False
