"""What scripts send."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from simulator.fault_kinds import FaultKind
from simulator.models.phone import every_capability

# PostgreSQL keeps no NUL.
Words = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$")]
Locale = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}(_[A-Za-z0-9]{2,8})*$", max_length=20)]
Short = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=200)]
CapabilityWord = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{1,20}$")]


class Call(BaseModel):
    """A body of known keys only, so that a misspelt one is noticed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


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
    emoji: Short = ""


class NewAnswer(Call):
    """Interactive data as a device sends it."""

    interactive_data: dict[str, Any] = Field(alias="interactiveData")


class Closing(Call):
    """How a customer leaves."""

    block: bool = False


class FaultChange(Call):
    """A fault to arm or to disarm: for a phone, for a business, or for everybody."""

    kind: FaultKind
    is_on: bool = Field(True, alias="on")
    times: int | None = None
    value: int | None = None
    phone: str | None = None
    business_id: UUID | None = None
