"""Apple for tests: the simulator in the same process, reached without a socket."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
import urllib3
from django.test import Client
from requests.adapters import BaseAdapter, HTTPAdapter

from omnichannel import amb
from simulator import deliver
from simulator.gateway import disturbances
from simulator.gateway.disturbances import ConnectionCut
from simulator.models import Business, Delivery, Phone, PhoneMessage
from simulator.models.shown import Side
from simulator.services import phones
from simulator.services.answers import Chosen
from simulator.services.setup import set_up

IDENTITIES: Mapping[str, str] = json.loads(
    (Path(__file__).parents[1] / "vectors" / "messaging.json").read_text(encoding="utf-8")
)["identities"]
HOST = "http://127.0.0.1:8000"
GATEWAY_URL = f"{HOST}/simulator/v1"
WEBHOOK_URL = f"{HOST}/applemessagesforbusiness"


class Held(Exception):
    """The gateway would keep its caller waiting."""


class InProcess(BaseAdapter):
    """A transport that hands each request to this process' own pages."""

    def __init__(self) -> None:
        super().__init__()
        self._client = Client(raise_request_exception=False)

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """Return what the page answers; a broken connection is one."""
        address = urlsplit(str(request.url))
        headers = {str(name): _plain(value) for name, value in request.headers.items()} | {"Host": address.netloc}
        content_type = headers.pop("Content-Type", "application/octet-stream")
        path = f"{address.path}?{address.query}" if address.query else address.path
        answer = self._client.generic(str(request.method), path, _body(request), content_type, headers=headers)
        if isinstance((getattr(answer, "exc_info", None) or (None, None))[1], Held):
            raise requests.ReadTimeout("No answer in time.", request=request)
        try:
            content = answer.getvalue()
        except ConnectionCut:
            # Shorter than its Content-Length says, as on a line that went dead.
            content = b"{"
        raw = urllib3.HTTPResponse(
            io.BytesIO(content), headers=dict(answer.items()), status=answer.status_code, preload_content=False
        )
        return HTTPAdapter().build_response(request, raw)

    def close(self) -> None:
        """Release nothing: there is no connection."""


def _held(seconds: float) -> None:
    raise Held(seconds)


def _plain(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _body(request: requests.PreparedRequest) -> bytes:
    body: Any = request.body
    if body is None or isinstance(body, bytes):
        return body or b""
    if isinstance(body, str):
        return body.encode()
    return bytes(body.read()) if hasattr(body, "read") else b"".join(body)


@dataclass(frozen=True)
class FakePhone:
    """A customer's phone, as a test holds it."""

    row: Phone

    @property
    def texts(self) -> list[str]:
        """Return the words of the business that the phone shows, in order."""
        return [message.body for message in self.shown if message.side == Side.BUSINESS]

    @property
    def shown(self) -> list[PhoneMessage]:
        """Return every bubble, in order."""
        return list(self.row.messages.shown())

    @property
    def is_told_of_typing(self) -> bool:
        """Tell whether the phone shows the three dots."""
        return Phone.objects.get(pk=self.row.pk).business_is_typing

    def write(self, text: str, *, files: tuple[phones.Draft, ...] = ()) -> PhoneMessage:
        """Send a text; the delivery waits until the apple delivers."""
        return phones.write(Phone.objects.get(pk=self.row.pk), text, files=files)

    def answer(self, data: Mapping[str, Any]) -> PhoneMessage:
        """Answer a rich message with these interactive data."""
        return phones.answer(Phone.objects.get(pk=self.row.pk), data)

    def choose(self, prompt: PhoneMessage, chosen: Chosen) -> PhoneMessage:
        """Answer a rich message as its sheet would, with what was chosen in the simple shape of its kind."""
        return phones.choose(Phone.objects.select_related("business").get(pk=self.row.pk), prompt, chosen)

    def close(self) -> None:
        """Delete the conversation."""
        phones.close(Phone.objects.get(pk=self.row.pk))


class FakeApple:
    """Apple's side of one provider with one business, and the phones of its customers."""

    def __init__(self, business: Business) -> None:
        self.business = business
        self.business_id = str(business.business_id)
        self.credentials = business.provider.credentials
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.mount(HOST, InProcess())

    def phone(self, customer_id: str = IDENTITIES["user_id"]) -> FakePhone:
        """Return the customer's phone; one that nobody held yet is handed out."""
        row, _ = Phone.objects.get_or_create(
            opaque_id=customer_id, defaults={"business": self.business, "locale": "de_DE"}
        )
        return FakePhone(Phone.objects.select_related("business__provider").get(pk=row.pk))

    def gateway(self, credentials: amb.Credentials | None = None) -> amb.Gateway:
        """Return a client of the simulated gateway."""
        return amb.Gateway(credentials or self.credentials, GATEWAY_URL, session=self.session)

    def deliver(self) -> list[int | None]:
        """Bring what the phones sent to the webhook, here and now, and return the answers."""
        for phone_id in Delivery.objects.filter(state="waiting").values_list("phone_id", flat=True).distinct():
            deliver.deliver_phone(phone_id)
        return list(Delivery.objects.filter(attempts__gt=0).order_by("pk").values_list("status", flat=True))


@pytest.fixture
def apple(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeApple]:
    """Apple, with one business; this thread's calls to our own host are answered in this process.

    A gateway that does not answer is a read time-out at once, with the message on the phone.
    """
    monkeypatch.setattr(disturbances, "hold", _held)
    set_up(
        msp_id=IDENTITIES["msp_id"],
        secret=IDENTITIES["secret_base64"],
        webhook_url=WEBHOOK_URL,
        businesses={IDENTITIES["business_id"]: "Kettle & Spoke"},
    )
    session = amb.kept_session()
    session.mount(HOST, InProcess())
    yield FakeApple(Business.objects.select_related("provider").get(business_id=IDENTITIES["business_id"]))
    del session.adapters[HOST]
