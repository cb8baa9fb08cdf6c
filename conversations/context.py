"""Context variables of a conversation: what sign-in, bots and programs know, for rules and for automated messages."""

import math
import re
from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from conversations import live
from conversations.models import Conversation
from conversations.refusals import Refused

# The documented limits of a name and of a value.
NAME = re.compile(r"[A-Za-z0-9_]{1,100}")
VALUE_LIMIT = 4000

Value = str | int | float


class CannotSet(Refused):
    """A context variable cannot be set as it is."""


@transaction.atomic
def set_context(conversation: Conversation, values: Mapping[str, Value]) -> None:
    """Set context variables, and leave those that are not among them as they are; capitals count in names."""
    for name, value in values.items():
        _check(name, value)
    locked = Conversation.objects.locked().get(pk=conversation.pk)
    locked.context |= values
    locked.save(update_fields=["context"])
    conversation.context = locked.context
    live.changed(locked)


def _check(name: str, value: object) -> None:
    if not NAME.fullmatch(name):
        raise CannotSet(
            _("“%(name)s” cannot be the name of a context variable: it takes 1 to 100 letters, digits and _.")
            % {"name": name[:100]}
        )
    if not isinstance(value, Value) or isinstance(value, bool) or not _is_finite(value):
        raise CannotSet(_("%(name)s takes a text or a number.") % {"name": name})
    if len(str(value)) > VALUE_LIMIT:
        raise CannotSet(_("%(name)s takes at most %(limit)s characters.") % {"name": name, "limit": VALUE_LIMIT})
    if isinstance(value, str) and ("\x00" in value or any(0xD800 <= ord(each) <= 0xDFFF for each in value)):
        raise CannotSet(_("%(name)s holds a character that cannot be stored.") % {"name": name})


def _is_finite(value: Value) -> bool:
    return not isinstance(value, float) or math.isfinite(value)
