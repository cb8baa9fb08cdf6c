"""Deliveries as Apple makes them, for one business of this test."""

import gzip
import json
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.test import Client

from channels_app.models import Account, ChannelInstance
from omnichannel import amb
from tests.amb.samples import CUSTOMER_ID

URL = "/applemessagesforbusiness/message"


@dataclass
class Apple:
    """Calls our webhook the way Apple does."""

    account: Account
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def deliver(self, kind: str = "text", *, customer: str = CUSTOMER_ID, **keys: Any) -> Any:
        """Deliver one message of a customer and return the answer."""
        message_id = keys.pop("id", str(uuid4()))
        capabilities = keys.pop("capabilities", "LIST,TIME")
        common = {"v": 1, "id": message_id, "type": kind, "sourceId": customer}
        body = common | {"destinationId": self.account.business_id, "locale": "en_GB"} | keys
        headers = {
            "authorization": amb.apple_bearer(self.account.connection.credentials),
            "id": message_id,
            "source-id": customer,
            "destination-id": self.account.business_id,
            "capability-list": capabilities,
        }
        return self.post(gzip.compress(json.dumps(body).encode()), headers)

    def post(self, body: bytes, headers: dict[str, str]) -> Any:
        """Send exactly this."""
        return self.client.post(URL, body, content_type="application/json", headers=headers)


def line_of(response: HttpResponse) -> str:
    """The one-line reason in an answer."""
    text = response.content.decode()
    assert text.count("\n") == 1
    return text.rstrip("\n")


def put_to_work(instance: ChannelInstance) -> Apple:
    """Apple, for the account of an instance."""
    return Apple(instance.account)
