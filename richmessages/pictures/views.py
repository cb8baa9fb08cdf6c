"""Hands out kept pictures to people who are signed in."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from richmessages.models import Picture


@require_safe
@login_required
def picture(_request: HttpRequest, digest: str) -> HttpResponse:
    """Return a picture; its name is its digest, so that a browser may keep it for good."""
    response = HttpResponse(get_object_or_404(Picture, pk=digest).png, content_type="image/png")
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    return response
