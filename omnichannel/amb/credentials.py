"""Who we are to Apple: the provider's id and the secret that signs both directions."""

import base64
import binascii
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Credentials:
    """The identity of one Messaging Service Provider, as Apple Business Register issues it."""

    msp_id: str
    secret: str = field(repr=False)

    def __post_init__(self) -> None:
        if not self.msp_id.strip():
            raise ValueError("The MSP ID is empty.")
        if not self.key:
            raise ValueError("The API secret is empty.")

    @property
    def key(self) -> bytes:
        """The signing key: Apple signs with the decoded secret, never with its Base64 text."""
        try:
            return base64.b64decode(self.secret.strip(), validate=True)
        except (binascii.Error, ValueError):
            raise ValueError("The API secret is not valid Base64.") from None
