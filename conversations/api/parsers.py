"""Reads bodies, and refuses what is too large before reading it."""

from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework import parsers
from rest_framework.exceptions import ParseError

from conversations.api.problems import TooLarge

# A text of the greatest length with every character escaped, and room to spare.
JSON_LIMIT = 256 * 1024
# What a form adds to its files: boundaries, names, the text.
FORM_ROOM = 1024 * 1024


class Json(parsers.JSONParser):
    """A small JSON body."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        _check_length(parser_context, JSON_LIMIT)
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError as fault:
            raise ParseError(_("The JSON is nested too deeply.")) from fault


class Form(parsers.MultiPartParser):
    """A form with files, as large as the largest file may be."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        _check_length(parser_context, settings.ATTACHMENT_LIMIT + FORM_ROOM)
        return super().parse(stream, media_type, parser_context)


def _check_length(context: Mapping[str, Any] | None, limit: int) -> None:
    length = int((context or {})["request"].META.get("CONTENT_LENGTH") or 0)
    if length > limit:
        raise TooLarge(
            _("The body has %(length)d bytes; this address takes %(limit)d.") % {"length": length, "limit": limit}
        )
