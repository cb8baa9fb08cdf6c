"""Interactive messages: prompts that draw a bubble, and the replies to them."""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import AliasChoices, Field

from omnichannel.amb.forms import Form
from omnichannel.amb.pickers import EVENT_PATHS, Event, ListPicker, QuickReply
from omnichannel.amb.wire import Forgiving, MaybeBool, MaybeText, OpenWire, Text, Wire, is_empty

BUSINESS_BID = (
    "com.apple.messages.MSMessageExtensionBalloonPlugin:0000000000:com.apple.icloud.apps.messages.business.extension"
)


class Marker(StrEnum):
    """The key inside data that says which kind of interactive message it is."""

    QUICK_REPLY = "quick-reply"
    LIST_PICKER = "listPicker"
    TIME_PICKER = "event"
    FORM = "dynamic"
    AUTHENTICATE = "authenticate"
    PAYMENT = "payment"
    NOTIFICATION = "notification"


class Bubble(Wire):
    """What the conversation shows: of the prompt, and later of its answer."""

    title: Text = ""
    subtitle: MaybeText = None
    style: MaybeText = None
    image_identifier: MaybeText = None
    image_title: MaybeText = None
    image_subtitle: MaybeText = None
    image_description: MaybeText = None
    secondary_subtitle: MaybeText = None
    tertiary_subtitle: MaybeText = None
    alternate_title: MaybeText = None


MaybeBubble = Annotated[Bubble | None, Forgiving]


class Image(Wire):
    """A picture that bubbles and items refer to; its data is Base64."""

    identifier: Text
    data: str = Field("", repr=False)
    description: MaybeText = None


class Authenticate(OpenWire):
    """A request to sign in, or how it went."""

    oauth2: dict[str, Any] | None = Field(None, repr=False)
    status: MaybeText = None
    token: MaybeText = Field(None, repr=False)
    error_code: MaybeText = Field(None, validation_alias=AliasChoices("error_code"), serialization_alias="error_code")
    errors: tuple[dict[str, Any], ...] = Field((), exclude_if=is_empty)


class Payment(OpenWire):
    """A request to pay, or how it went."""

    state: MaybeText = None
    payment_request: dict[str, Any] | None = None
    merchant_session: dict[str, Any] | None = Field(None, repr=False)
    endpoints: dict[str, Any] | None = None


class Data(Wire):
    """What Apple's own extension understands: a prompt or an answer under exactly one marker key."""

    version: Text = Field("1.0", validation_alias=AliasChoices("version", "mspVersion"))
    request_identifier: MaybeText = None
    images: tuple[Image, ...] = Field((), exclude_if=is_empty)
    quick_reply: QuickReply | None = Field(
        None, validation_alias=AliasChoices("quick-reply"), serialization_alias="quick-reply"
    )
    list_picker: ListPicker | None = None
    event: Event | None = Field(None, validation_alias=EVENT_PATHS)
    dynamic: Form | None = None
    authenticate: Authenticate | None = None
    payment: Payment | None = None
    notification: dict[str, Any] | None = None
    received_message: MaybeBubble = None
    reply_message: MaybeBubble = None

    @property
    def contents(self) -> dict[Marker, Any]:
        """What stands under each marker key that is present."""
        by_marker = {
            Marker.QUICK_REPLY: self.quick_reply,
            Marker.LIST_PICKER: self.list_picker,
            Marker.TIME_PICKER: self.event,
            Marker.FORM: self.dynamic,
            Marker.AUTHENTICATE: self.authenticate,
            Marker.PAYMENT: self.payment,
            Marker.NOTIFICATION: self.notification,
        }
        return {marker: content for marker, content in by_marker.items() if content is not None}


class InteractiveData(Wire):
    """One interactive prompt or reply; custom iMessage apps carry a URL in place of data."""

    bid: Text = BUSINESS_BID
    data: Data | None = None
    received_message: MaybeBubble = None
    reply_message: MaybeBubble = None
    use_live_layout: MaybeBool = None
    session_identifier: MaybeText = None
    app_id: Annotated[int | str | None, Forgiving] = None
    app_name: MaybeText = None
    app_icon: MaybeText = Field(None, repr=False)
    url: MaybeText = Field(None, validation_alias=AliasChoices("URL"), serialization_alias="URL")

    @property
    def marker(self) -> Marker | None:
        """The kind, read from its key and never guessed: none unless exactly one is there."""
        markers = list(self.data.contents) if self.data else []
        return markers[0] if len(markers) == 1 else None

    @property
    def request_identifier(self) -> str | None:
        """What pairs a reply with its prompt."""
        return self.data.request_identifier if self.data else None

    @property
    def received_bubble(self) -> Bubble | None:
        """The prompt's bubble; replies carry it inside data, prompts outside."""
        return (self.data and self.data.received_message) or self.received_message

    @property
    def reply_bubble(self) -> Bubble | None:
        """The answer's bubble; replies carry it inside data, prompts outside."""
        return (self.data and self.data.reply_message) or self.reply_message
