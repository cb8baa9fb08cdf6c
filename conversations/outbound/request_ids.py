"""Gives an interactive message its request identifier, by which the customer's answer finds it."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4, uuid5

from conversations.outbound.lent import INLINE_LIMIT
from omnichannel import amb
from richmessages.kinds.fields import Content
from richmessages.kinds.kind import Encoded, Kind, SendContext
from richmessages.models import PictureSource
from richmessages.pictures.pointers import digests_in

SAME_CONTENT = UUID("5f0c9d5e-8a3d-4c57-9d0b-4f1f6a3f2a61")


def encode(kind: Kind, content: Content, context: SendContext, sources: Mapping[str, PictureSource]) -> Encoded:
    """Return content as it is sent, under an identifier of its own.

    Of a large message the identifier follows from the content: the same content is then the same bytes, and goes by
    reference. An answer to it means the newest message of the conversation that carries the identifier.
    """
    encoded = kind.encode(content, replace(context, request_id=str(uuid4())))
    if kind.needs is not None or not _is_question(encoded) or not _is_large(encoded, sources):
        return encoded
    anonymous = kind.encode(content, replace(context, request_id=""))
    return kind.encode(content, replace(context, request_id=str(uuid5(SAME_CONTENT, _text(anonymous)))))


def _is_question(encoded: Encoded) -> bool:
    # An iMessage app takes the identifier for its session, and each message begins one.
    return isinstance(encoded, amb.InteractiveData) and encoded.data is not None


def _is_large(encoded: Encoded, sources: Mapping[str, PictureSource]) -> bool:
    size_by_digest: dict[str, int] = {
        each.picture.digest: each.picture.size for each in sources.values() if each.picture
    }
    # Four letters of Base64 carry three bytes.
    pictures = sum(size_by_digest[each] * 4 // 3 for each in digests_in(_plain(encoded)))
    return len(_text(encoded).encode()) + pictures > INLINE_LIMIT


def _text(encoded: Encoded) -> str:
    return json.dumps(_plain(encoded), ensure_ascii=False)


def _plain(encoded: Encoded) -> dict[str, Any]:
    return encoded.model_dump(mode="json", by_alias=True, exclude_none=True)
