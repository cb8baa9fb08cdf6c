"""What scripts send."""

import json
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from simulator.fault_kinds import FaultKind
from simulator.models.phone import LOCALE, every_capability
from simulator.services.sentences import check_reaction


def _without_nul(data: dict[str, Any]) -> dict[str, Any]:
    if "\\u0000" in json.dumps(data).replace("\\\\", ""):
        raise ValueError("it holds a NUL")
    return data


# PostgreSQL keeps no NUL.
Words = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$")]
Json = Annotated[dict[str, Any], AfterValidator(_without_nul)]
Locale = Annotated[str, StringConstraints(pattern=LOCALE, max_length=20)]
Trimmed = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[^\x00]*$", max_length=1000)]
Short = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=200)]
CapabilityWord = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{1,20}$")]


class Call(BaseModel):
    """A body of known keys only, so that a misspelt one is noticed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class NewBusiness(Call):
    """A business to register, of a known provider or of a new one."""

    business_id: Trimmed
    name: Annotated[Trimmed, StringConstraints(min_length=1, max_length=200)]
    msp_id: Trimmed = ""
    secret: Trimmed = Field("", repr=False)


class NewPhone(Call):
    """A customer who is about to write."""

    business_id: UUID
    locale: Locale = "en_US"
    intent: Short = ""
    group: Short = ""
    capabilities: list[CapabilityWord] = Field(default_factory=every_capability, max_length=30)


class NewMessage(Call):
    """What a customer writes."""

    text: Words = ""
    subject: Short = ""


class Typing(Call):
    """Whether a customer types."""

    typing: bool


class NewReaction(Call):
    """A reaction to one bubble."""

    message_id: UUID
    kind: str
    emoji: str = ""

    @model_validator(mode="after")
    def _is_offered(self) -> Self:
        check_reaction(self.kind, self.emoji)
        return self


class NewAnswer(Call):
    """Interactive data as a device sends it."""

    interactive_data: Json = Field(alias="interactiveData")


class NewChoice(Call):
    """What a customer chooses or types in the sheet of one message, in the simple shape of its kind."""

    message_id: UUID = Field(alias="message")
    chosen: Words | list[Words] | dict[Words, Words | list[Words]]


class Closing(Call):
    """How a customer leaves."""

    block: bool = False


class FaultChange(Call):
    """A fault to arm or to disarm: for a phone, for a business, or for everybody."""

    kind: FaultKind
    is_on: bool = Field(True, alias="on")
    times: int | None = None
    value: int | None = None
    phone: Words | None = None
    business_id: UUID | None = None
