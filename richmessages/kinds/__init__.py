"""The kinds of rich message, in the order in which people choose them."""

from typing import Any

from richmessages.kinds import (
    apple_pay,
    authentication,
    custom_json,
    form,
    list_picker,
    suggested_reply,
    time_picker,
    video_link,
    website_link,
)
from richmessages.kinds.kind import Kind

KINDS: dict[str, Kind] = {
    each.slug: each
    for each in (
        apple_pay.KIND,
        authentication.KIND,
        custom_json.KIND,
        form.KIND,
        list_picker.KIND,
        suggested_reply.KIND,
        time_picker.KIND,
        video_link.KIND,
        website_link.KIND,
    )
}


def kind_choices() -> list[tuple[str, Any]]:
    """Return the kinds as choices of a field, each by its slug."""
    return [(slug, kind.label) for slug, kind in KINDS.items()]
