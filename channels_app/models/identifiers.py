"""The shape of the ids that Apple Business Register shows."""

import re

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
is_uuid = RegexValidator(
    rf"^{UUID}$",
    _("Enter the ID as Apple shows it: 8-4-4-4-12 characters of 0-9 and a-f."),
)


def looks_like_apples(text: str) -> bool:
    """Tell whether an id has the shape of those that Apple is known to give."""
    return re.fullmatch(UUID, text) is not None
