"""Pages that hold still while rows are added: a cursor names the last row seen, never an offset."""

import re
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request

LARGEST_PAGE = 200
EXAMPLE = "https://portal.example.com/api/v1/conversations/?cursor=cD00ODc%3D"


class NewestFirst(CursorPagination):
    """Rows by falling id."""

    ordering = "-id"
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = LARGEST_PAGE
    cursor_query_description = "Where the page begins; take it from next or previous of another page."
    page_size_query_description = "Rows on a page, 1 to 200; 50 if left out."

    def get_page_size(self, request: Request) -> int:
        wanted = request.query_params.get("page_size", str(self.page_size))
        if not re.fullmatch(r"[0-9]{1,3}", wanted) or not 1 <= int(wanted) <= LARGEST_PAGE:
            raise ValidationError({"page_size": [_("Give a number from 1 to 200.")]})
        return int(wanted)

    def decode_cursor(self, request: Request) -> Cursor | None:
        try:
            cursor: Cursor | None = super().decode_cursor(request)
        except NotFound as fault:
            raise _unusable() from fault
        # A forged position would reach the database as text.
        if cursor and not re.fullmatch(r"[0-9]{1,19}", str(cursor.position or "")):
            raise _unusable()
        return cursor

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        properties = {"next": link | {"example": EXAMPLE}, "previous": link | {"example": None}, "results": schema}
        return {"type": "object", "required": list(properties), "properties": properties}


class OldestFirst(NewestFirst):
    """Rows by rising id, as a transcript reads."""

    ordering = "id"


def _unusable() -> ValidationError:
    return ValidationError({"cursor": [_("Use the address in next or previous of a page as it is.")]})
