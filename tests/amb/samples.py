"""Shared vectors and the identities in them."""

import json
from pathlib import Path
from typing import Any

from omnichannel import amb

VECTORS: dict[str, Any] = json.loads((Path(__file__).parents[1] / "vectors" / "messaging.json").read_text())
IDENTITIES: dict[str, str] = VECTORS["identities"]

MSP_ID = IDENTITIES["msp_id"]
BUSINESS_ID = IDENTITIES["business_id"]
CUSTOMER_ID = IDENTITIES["user_id"]
CREDENTIALS = amb.Credentials(MSP_ID, IDENTITIES["secret_base64"])
MESSAGE_ID = "5a0f7d7e-2c1b-4a53-9d2e-0b6b8f3c7a11"

OUTBOUND: dict[str, Any] = {"id": MESSAGE_ID, "source_id": BUSINESS_ID, "destination_id": CUSTOMER_ID}


def inbound(kind: str, **keys: Any) -> dict[str, Any]:
    """A message from the customer, as Apple spells it; None leaves a key out."""
    common = {"v": 1, "id": MESSAGE_ID, "type": kind, "sourceId": CUSTOMER_ID, "destinationId": BUSINESS_ID}
    return {name: value for name, value in {**common, **keys}.items() if value is not None}


def as_bytes(message: Any) -> bytes:
    """The JSON body of a message."""
    return json.dumps(message).encode()
