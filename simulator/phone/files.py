"""Files in a bubble, decrypted with the key that came with the message."""

from django.http import HttpRequest, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from simulator.models import PhoneAttachment
from simulator.services import storage


@require_safe
def file(_request: HttpRequest, phone_id: int, attachment_id: int) -> StreamingHttpResponse:
    """Return what a device shows: images in place, everything else to be saved."""
    shown = get_object_or_404(
        PhoneAttachment.objects.select_related("file", "message"),
        pk=attachment_id,
        message__phone=phone_id,
        message__is_hidden=False,
    )
    response = StreamingHttpResponse(
        storage.decrypted(shown.file, shown.key_text), content_type=shown.image_type or "application/octet-stream"
    )
    response["Content-Length"] = str(shown.file.size)
    name = "".join(filter(str.isprintable, shown.name))
    response["Content-Disposition"] = content_disposition_header(not shown.image_type, name) or "attachment"
    # Somebody else's bytes: nothing in them may run in this site's name.
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=3600"
    return response
