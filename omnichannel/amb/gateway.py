"""Apple's gateway as a client sees it: messages, files, large interactive data."""

import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import IO, Any
from urllib.parse import urlsplit

import requests
import urllib3
from pydantic import ValidationError

from omnichannel.amb.attachments import Cipher, encrypt_stream, key_from_text, key_to_text, new_key
from omnichannel.amb.bodies import MIB
from omnichannel.amb.credentials import Credentials
from omnichannel.amb.errors import (
    CustomerLeft,
    DecodeError,
    FileTooLarge,
    GatewayError,
    GatewayUnavailable,
    MessageRejected,
)
from omnichannel.amb.headers import outbound_headers
from omnichannel.amb.interactive import BUSINESS_BID, InteractiveData
from omnichannel.amb.messages import Message, encode
from omnichannel.amb.pointers import Attachment, DataReference
from omnichannel.amb.sendable import check_sendable
from omnichannel.amb.tokens import bearer
from omnichannel.amb.transport import Transport, kept_session
from omnichannel.amb.wire import object_to_json, parse_object

APPLE_GATEWAY = "https://mspgw.push.apple.com/v1"
ANSWER_LIMIT = 10 * MIB
TOKEN_LIFE = 50 * 60  # Apple documents no maximum age; below one hour the question does not arise.


@dataclass(frozen=True)
class UploadedFile:
    """A file in Apple's storage, ready to be pointed at."""

    url: str
    owner: str
    signature_base64: str
    key: str = field(repr=False)
    size: int

    def as_attachment(self, name: str, mime_type: str) -> Attachment:
        """The entry of a text message that shows this file."""
        return Attachment(
            name=name,
            mime_type=mime_type,
            size=self.size,
            key=self.key,
            url=self.url,
            owner=self.owner,
            signature_base64=self.signature_base64,
        )


class Gateway:
    """Apple's gateway on behalf of one provider; every failure is a GatewayError, nothing is logged.

    `check_url` sees each address that an answer tells us to call, and raises ValueError to refuse it.
    """

    def __init__(
        self,
        credentials: Credentials,
        base_url: str = APPLE_GATEWAY,
        *,
        session: requests.Session | None = None,
        timeout: tuple[float, float] = (5, 30),
        patience: float = 300,
        check_url: Callable[[str], None] | None = None,
    ) -> None:
        self._credentials = credentials
        self._base_url = base_url.rstrip("/")
        self._transport = Transport(session, timeout, patience)
        self._check_url = check_url
        self._bearer = ""
        self._bearer_minted_at = 0.0

    @property
    def session(self) -> requests.Session:
        """The session in use: the one given, else this thread's own."""
        return self._transport.session or kept_session()

    def renew_token(self) -> None:
        """Have the next call carry a new token."""
        self._bearer = ""

    def send(
        self, message: Message, *, auto_reply: bool | None = None, agent_name: str = "", want_reference: bool = False
    ) -> DataReference | None:
        """Hand a message to Apple; the answer may hold a reference that stands for its interactive data."""
        check_sendable(message)
        headers = outbound_headers(
            message,
            authorization=self._authorization(),
            auto_reply=auto_reply,
            agent_name=agent_name,
            want_reference=want_reference,
        )
        try:
            return self._deliver(headers, _encoded(message))
        except MessageRejected as error:
            raise _departure(error) from None

    def upload(self, business_id: str, data: bytes | Iterable[bytes]) -> UploadedFile:
        """Encrypt a file under a key of its own and store it at Apple."""
        key = new_key()
        with tempfile.SpooledTemporaryFile(max_size=4 * MIB) as file:
            file.writelines(encrypt_stream([data] if isinstance(data, bytes) else data, key))
            size = file.tell()
            file.seek(0)
            place = self._place_for(business_id, size)
            # An empty stream would travel chunked, and storage wants a length.
            checksum = self._store(place["upload-url"], file if size else b"")
        return UploadedFile(place["mmcs-url"], place["mmcs-owner"], checksum, key_to_text(key), size)

    def download(self, business_id: str, pointer: Attachment | DataReference, *, limit: int) -> bytes:
        """The plain bytes of what a message points at."""
        fetch = _readable(pointer)
        if (pointer.size or 0) > limit:
            raise FileTooLarge(f"The file is larger than {limit} bytes.")
        url = self._answer("GET", "/preDownload", business_id, fetch.headers, "download-url")["download-url"]
        content = self._fetched(url, Cipher(fetch.key), limit)
        if pointer.size is not None and len(content) != pointer.size:
            raise GatewayUnavailable(f"The file has {len(content)} bytes where {pointer.size} were announced.")
        return content

    def fetch_reference(self, business_id: str, reference: DataReference) -> InteractiveData:
        """The interactive data that a reference stands for; its link lives for seconds, so call at once."""
        blob = self.download(business_id, reference, limit=ANSWER_LIMIT)
        bid = {"bid": reference.bid or BUSINESS_BID, "Content-Type": "application/octet-stream"}
        answer = self._answer("POST", "/decodePayload", business_id, bid, data=blob)
        try:
            return InteractiveData.model_validate(answer.get("interactiveData", answer))
        except ValidationError:
            raise GatewayUnavailable("decodePayload was answered with data that cannot be read.") from None

    def construct_payload(self, business_id: str, url: str, *, store_region: str = "US") -> DataReference:
        """A reference to the link of an App Clip, to be sent as it is; an address without one is refused."""
        request = {"type": "link", "version": 1.0, "link": {"url": url, "storeRegion": store_region}}
        json_type = {"Content-Type": "application/json"}
        answer = self._answer("POST", "/constructPayload", business_id, json_type, data=object_to_json(request))
        try:
            reference = DataReference.model_validate(answer.get("richLinkDataRef"))
        except ValidationError:
            reference = None
        if reference is None or not reference.url:
            raise GatewayUnavailable("constructPayload was answered without a reference.")
        return reference

    def _authorization(self) -> str:
        now = time.time()
        if not self._bearer or not 0 <= now - self._bearer_minted_at < TOKEN_LIFE:
            self._bearer, self._bearer_minted_at = bearer(self._credentials, now=now), now
        return self._bearer

    def _deliver(self, headers: Mapping[str, str], body: bytes) -> DataReference | None:
        with self._transport.call(
            "POST", f"{self._base_url}/message", what="The message", headers=headers, data=body, repeatable=False
        ) as response:
            return self._reference_in(response)

    def _reference_in(self, response: requests.Response) -> DataReference | None:
        # Apple has accepted the message by now: nothing wrong with the answer may make it look unsent.
        try:
            content = parse_object(b"".join(self._transport.pieces(response, limit=ANSWER_LIMIT)))
            return DataReference.model_validate(content["dataRef"])
        except (GatewayError, OSError, urllib3.exceptions.HTTPError, DecodeError, KeyError, ValidationError):
            return None

    def _place_for(self, business_id: str, size: int) -> dict[str, str]:
        return self._answer(
            "GET", "/preUpload", business_id, {"MMCS-Size": str(size)}, "upload-url", "mmcs-url", "mmcs-owner"
        )

    def _answer(
        self,
        method: str,
        path: str,
        business_id: str,
        headers: Mapping[str, str],
        *texts: str,
        data: bytes | None = None,
    ) -> dict[str, Any]:
        """The JSON object in the gateway's answer, which has text under each of the keys asked for."""
        own = {"Authorization": self._authorization(), "source-id": business_id}
        what = path.removeprefix("/")
        with self._transport.call(
            method, self._base_url + path, what=what, headers=own | dict(headers), data=data
        ) as response:
            return self._object(response, what, *texts)

    def _object(self, response: requests.Response, what: str, *texts: str) -> dict[str, Any]:
        try:
            content = parse_object(b"".join(self._transport.pieces(response, limit=ANSWER_LIMIT)))
        except DecodeError:
            raise GatewayUnavailable(f"{what} was answered with something other than JSON.") from None
        for name in texts:
            if not isinstance(content.get(name), str):
                raise GatewayUnavailable(f"{what} was answered without {name}.")
        return content

    def _store(self, url: str, file: IO[bytes] | bytes) -> str:
        self._refuse_address(url)
        try:
            with self._transport.call("POST", url, what="The upload", data=file) as response:
                stored = self._object(response, "The upload").get("singleFile")
        except GatewayError as error:
            raise _expiry(error) from None
        if not isinstance(stored, dict) or not isinstance(stored.get("fileChecksum"), str):
            raise GatewayUnavailable("The upload was answered without a checksum.")
        return str(stored["fileChecksum"])

    def _fetched(self, url: str, cipher: Cipher, limit: int) -> bytes:
        self._refuse_address(url)
        try:
            with self._transport.call("GET", url, what="The download") as response:
                return b"".join(map(cipher.update, self._transport.pieces(response, limit=limit)))
        except GatewayError as error:
            raise _expiry(error) from None

    def _refuse_address(self, url: str) -> None:
        try:
            if urlsplit(url).scheme not in {"https", "http"}:
                raise ValueError
            if self._check_url is not None:
                self._check_url(url)
        except ValueError:
            raise MessageRejected("The gateway named an address that we do not call.") from None


@dataclass(frozen=True)
class _Fetch:
    key: bytes
    headers: dict[str, str]


def _readable(pointer: Attachment | DataReference) -> _Fetch:
    try:
        key = key_from_text(pointer.key or "")
        signature = pointer.signature_as_base64()
    except DecodeError as error:
        raise MessageRejected(str(error)) from None
    if not (pointer.url and pointer.owner and signature):
        raise MessageRejected("The message does not say where the file is.")
    return _Fetch(key, {"MMCS-Url": pointer.url, "MMCS-Signature": signature, "MMCS-Owner": pointer.owner})


def _encoded(message: Message) -> bytes:
    try:
        return encode(message)
    except ValueError:
        raise MessageRejected("The message holds characters that cannot be sent.") from None


def _departure(error: MessageRejected) -> GatewayError:
    return CustomerLeft(error.reason, status=error.status) if error.status in {404, 410} else error


def _expiry(error: GatewayError) -> GatewayError:
    # Storage takes no token; when it refuses, the short-lived address has died, and a new one may do.
    if error.status is None or error.status == 413:
        return error
    return GatewayUnavailable(error.reason, status=error.status, retry_after=getattr(error, "retry_after", None))
