"""Hands out attachments to those who may read their conversation."""

from typing import Any

from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from conversations.console.access import AgentRequest, for_agents
from conversations.models import Attachment, Conversation, Fetch


@require_safe
@for_agents
def attachment(request: AgentRequest, pk: int) -> FileResponse:
    """Return the file under its own name, to be saved and never shown by the browser."""
    row = _visible(request, pk)
    return _private(
        _open(row.file), as_attachment=True, filename=row.header_name, content_type="application/octet-stream"
    )


@require_safe
@for_agents
def preview(request: AgentRequest, pk: int) -> FileResponse:
    """Return the small picture that we made of an image."""
    return _private(_open(_visible(request, pk).preview), content_type="image/webp")


def _visible(request: AgentRequest, pk: int) -> Attachment:
    conversations = Conversation.objects.visible_to(request.user)
    stored = Attachment.objects.filter(state=Fetch.STORED, message__conversation__in=conversations.values("pk"))
    return get_object_or_404(stored, pk=pk)


def _open(file: FieldFile) -> Any:
    if not file:
        raise Http404
    try:
        return file.open("rb")
    except FileNotFoundError as fault:
        raise Http404 from fault


def _private(content: Any, **options: Any) -> FileResponse:
    response = FileResponse(content, **options)
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
