"""What a message only points at: files and large interactive data in Apple's storage."""

import base64
from typing import Annotated

from pydantic import AliasChoices, ConfigDict, Field, field_serializer

from omnichannel.amb.errors import DecodeError
from omnichannel.amb.wire import Forgiving, MaybeText, Wire

Size = Annotated[Annotated[int, Field(ge=0, le=2**53)] | None, Forgiving]


class Pointer(Wire):
    """Where Apple keeps something encrypted, and the key to it."""

    url: MaybeText = Field(None, validation_alias=AliasChoices("url", "mmcs-url"))
    owner: MaybeText = Field(None, validation_alias=AliasChoices("owner", "mmcs-owner"))
    size: Size = Field(None, validation_alias=AliasChoices("size", "file-size"))
    key: MaybeText = Field(None, validation_alias=AliasChoices("key", "decryption-key"), repr=False)
    signature: MaybeText = None
    signature_base64: MaybeText = Field(
        None, validation_alias=AliasChoices("signature-base64"), serialization_alias="signature-base64"
    )

    @property
    def is_complete(self) -> bool:
        """Whether everything is here that fetching it takes."""
        return bool(self.url and self.owner and self.key and (self.signature or self.signature_base64))

    def signature_as_base64(self) -> str:
        """The checksum as preDownload wants it; hex is read as hex, although it would pass as Base64 too."""
        if self.signature_base64:
            return self.signature_base64
        try:
            return base64.b64encode(bytes.fromhex(self.signature or "")).decode()
        except ValueError:
            raise DecodeError("The signature is not hex.") from None


class Attachment(Pointer):
    """One file of a text message; a malformed part of it is absent, so that it cannot spoil the text."""

    name: MaybeText = None
    mime_type: MaybeText = Field(
        None, validation_alias=AliasChoices("mimeType", "mime-type"), serialization_alias="mimeType"
    )

    @field_serializer("size", when_used="json-unless-none")
    def _size_as_text(self, size: int) -> str:
        # Apple's sample insists on text here.
        return str(size)


class DataReference(Pointer):
    """Interactive data that is too large to travel inside a message; sent on unchanged, whatever else it holds."""

    model_config = ConfigDict(extra="allow")

    bid: MaybeText = None
    title: MaybeText = None
    data_ref_sig: MaybeText = None
