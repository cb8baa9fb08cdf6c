"""Notes which pictures a queued message names; whoever removes unused ones goes by these rows."""

from collections.abc import Mapping
from typing import Any

from conversations.models import MessagePicture
from richmessages.pictures.pointers import digests_in


def note_pictures(payload_by_message: Mapping[int, Any]) -> None:
    """Keep the pictures of these messages for as long as the messages have their content."""
    MessagePicture.objects.bulk_create(
        MessagePicture(message_id=message, picture_id=digest)
        for message, payload in payload_by_message.items()
        for digest in sorted(digests_in(payload))
    )
