"""The envelope, its types, and the way between them and bytes."""

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, ValidationError, model_validator

from omnichannel.amb.errors import DecodeError
from omnichannel.amb.identifiers import UUID_PATTERN
from omnichannel.amb.interactive import InteractiveData
from omnichannel.amb.pointers import Attachment, DataReference
from omnichannel.amb.wire import MaybeText, Text, Wire, fault_line, is_empty, object_to_json, parse_object, to_json


def _attachment_objects(value: object) -> list[object]:
    # A malformed entry keeps its place, because placeholders count.
    entries = value if isinstance(value, list | tuple) else []
    return [entry if isinstance(entry, dict | Attachment) else {} for entry in entries]


Attachments = Annotated[tuple[Attachment, ...], BeforeValidator(_attachment_objects)]


class Envelope(Wire):
    """What every message says about itself."""

    v: int = 1
    id: str = Field(pattern=UUID_PATTERN)
    type: str
    source_id: str = Field(min_length=1)
    destination_id: str = Field(min_length=1)
    locale: MaybeText = None
    intent: MaybeText = None
    group: MaybeText = None


class TextMessage(Envelope):
    """Words, with or without attachments."""

    type: Literal["text"] = "text"
    body: Text
    subject: MaybeText = None
    attachments: Attachments = Field((), exclude_if=is_empty)


class InteractiveMessage(Envelope):
    """A prompt or a reply; what is too large is only pointed at, and what is here counts more."""

    type: Literal["interactive"] = "interactive"
    interactive_data: InteractiveData | None = None
    interactive_data_ref: DataReference | None = None
    attachments: Attachments = Field((), exclude_if=is_empty)

    @model_validator(mode="after")
    def _holds_data(self) -> Self:
        if self.interactive_data is None and self.interactive_data_ref is None:
            raise ValueError("neither interactiveData nor interactiveDataRef is present")
        return self


class TypingStart(Envelope):
    """Somebody is writing."""

    type: Literal["typing_start"] = "typing_start"


class TypingEnd(Envelope):
    """Somebody has stopped writing."""

    type: Literal["typing_end"] = "typing_end"


class Close(Envelope):
    """The customer has deleted the conversation; only Apple sends this."""

    type: Literal["close"] = "close"


class LinkImage(Wire):
    """The picture of a link, as Base64."""

    data: str = Field(min_length=1, repr=False)
    mime_type: Text


class LinkVideo(Wire):
    """A film that the link plays in place."""

    url: Text
    mime_type: Text


class LinkAssets(Wire):
    """What a link shows."""

    image: LinkImage
    video: LinkVideo | None = None


class RichLinkData(Wire):
    """A link with its preview (Apple, Sending a rich link message: title and image are required)."""

    url: Text
    title: Text
    assets: LinkAssets


class RichLinkMessage(Envelope):
    """A link that shows its preview."""

    type: Literal["richLink"] = "richLink"
    rich_link_data: RichLinkData | None = None
    rich_link_data_ref: DataReference | None = None

    @model_validator(mode="after")
    def _holds_one(self) -> Self:
        if (self.rich_link_data is None) == (self.rich_link_data_ref is None):
            raise ValueError("exactly one of richLinkData and richLinkDataRef must be present")
        return self


class UnsupportedMessage(Envelope):
    """A type that we do not know: kept as it came, never refused."""

    raw: dict[str, Any] = Field(default_factory=dict, repr=False, exclude_if=is_empty)


Message = TextMessage | InteractiveMessage | TypingStart | TypingEnd | Close | RichLinkMessage | UnsupportedMessage

_MODELS: dict[str, type[Message]] = {
    "text": TextMessage,
    "interactive": InteractiveMessage,
    "typing_start": TypingStart,
    "typing_end": TypingEnd,
    "close": Close,
    "richLink": RichLinkMessage,
}


def decode(body: bytes) -> Message:
    """The message in a plain JSON body; a type that we do not know is no fault."""
    content = parse_object(body)
    model = _MODELS.get(str(content.get("type")))
    try:
        if model is None:
            return UnsupportedMessage.model_validate({**content, "raw": content})
        return model.model_validate(content)
    except ValidationError as error:
        raise DecodeError(fault_line(error)) from None


def encode(message: Message) -> bytes:
    """The JSON body of a message."""
    if isinstance(message, UnsupportedMessage) and message.raw:
        return object_to_json(message.raw)
    return to_json(message)
