"""Storage of encrypted files: permission, upload, short-lived links, download."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from django.http import FileResponse, HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone

from simulator.fault_kinds import FaultKind
from simulator.gateway import answers, disturbances
from simulator.gateway.answers import Refusal
from simulator.gateway.caller import business_of, provider_of
from simulator.models import Business, DownloadLink, StoredFile
from simulator.services import faults, storage

# Others report that links die within a second or two; whether that holds for all is not known.
STRICT_LIFE = timedelta(seconds=2)
RELAXED_LIFE = timedelta(minutes=5)


@answers.gateway_call("GET")
def pre_upload(request: HttpRequest) -> HttpResponseBase:
    """Say where one encrypted file of the announced length may be put."""
    business, armed = _admitted(request)
    size = _size(_header(request, "MMCS-Size", "size", armed))
    stored = storage.announce(business, size)
    content = {
        "upload-url": request.build_absolute_uri(reverse("simulator:upload", args=[stored.token])),
        "mmcs-url": stored.url,
        "mmcs-owner": stored.owner,
    }
    return disturbances.after(armed, JsonResponse(content))


@answers.gateway_call("POST")
def upload(request: HttpRequest, token: UUID) -> HttpResponseBase:
    """Keep the ciphertext of an announced file, once."""
    stored = StoredFile.objects.filter(token=token, uploaded_at=None).first()
    if stored is None:
        raise Refusal(404, "There is no upload to this address.")
    if not request.headers.get("Content-Length", "").isdigit():
        raise Refusal(411, "The upload needs a content-length.")
    try:
        storage.receive(stored, _chunks(request))
    except storage.WrongLength as fault:
        raise Refusal(400, f"The upload must have the announced {stored.size} bytes.") from fault
    kept = {"fileChecksum": stored.signature_base64, "size": stored.size, "receipt": stored.token.hex}
    return JsonResponse({"singleFile": kept})


@answers.gateway_call("GET")
def pre_download(request: HttpRequest) -> HttpResponseBase:
    """Give a link to one file of this business that soon dies."""
    business, armed = _admitted(request)
    url, signature, owner = (
        _header(request, f"MMCS-{name}", name.lower(), armed) for name in ("Url", "Signature", "Owner")
    )
    stored = StoredFile.objects.filter(business=business, url=url, owner=owner, uploaded_at__isnull=False).first()
    if stored is None or stored.signature_base64 != signature or armed.take(FaultKind.REFERENCE_MISSING):
        raise Refusal(404, "There is no such file of this business.")
    link = _link(stored, armed)
    content = {"download-url": request.build_absolute_uri(reverse("simulator:download", args=[link.token]))}
    return disturbances.after(armed, JsonResponse(content))


@answers.gateway_call("GET")
def download(_request: HttpRequest, token: UUID) -> HttpResponseBase:
    """Return the ciphertext that a living link leads to."""
    link = DownloadLink.objects.select_related("file").filter(token=token, expires_at__gt=timezone.now()).first()
    if link is None or not _used(link):
        raise Refusal(404, "The link has expired.")
    return FileResponse(link.file.content.open("rb"), content_type="application/octet-stream")


def _admitted(request: HttpRequest) -> tuple[Business, faults.Armed]:
    business = business_of(request, provider_of(request))
    armed = faults.armed(business)
    disturbances.before(armed)
    return business, armed


def _header(request: HttpRequest, name: str, old_name: str, armed: faults.Armed) -> str:
    value = request.headers.get(name, "")
    if not value and not armed.take(FaultKind.STRICT_PROFILE):
        value = request.headers.get(old_name, "")
    if not value:
        raise Refusal(400, f"The header {name} is missing.")
    return value


def _size(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 20):
        raise Refusal(400, "MMCS-Size must be a number of bytes.")
    if int(text) > storage.LARGEST_FILE:
        raise Refusal(413, f"A file may have {storage.LARGEST_FILE} bytes.")
    return int(text)


def _chunks(request: HttpRequest) -> Iterator[bytes]:
    while chunk := request.read(storage.CHUNK):
        yield chunk


def _link(stored: StoredFile, armed: faults.Armed) -> DownloadLink:
    now = timezone.now()
    life = STRICT_LIFE if armed.take(FaultKind.STRICT_PROFILE) else RELAXED_LIFE
    if armed.take(FaultKind.LINK_EXPIRED):
        life = timedelta()
    is_one_time = armed.take(FaultKind.ONE_TIME_LINKS) is not None
    return DownloadLink.objects.create(file=stored, created_at=now, expires_at=now + life, is_one_time=is_one_time)


def _used(link: DownloadLink) -> bool:
    if not link.is_one_time:
        return True
    return bool(DownloadLink.objects.filter(pk=link.pk, used_at=None).update(used_at=timezone.now()))
