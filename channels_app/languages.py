"""The languages a channel instance can speak."""

from django.conf import global_settings
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _


def language_choices() -> list[tuple[str, str]]:
    """Return codes with the language's name in the viewer's language, sorted by that name."""
    return sorted(((code, _(name)) for code, name in global_settings.LANGUAGES), key=lambda choice: choice[1])


def language_name(code: str) -> str:
    """Return the name in the viewer's language, or the code where nobody knows it."""
    try:
        known = get_language_info(code)
    except KeyError:
        return code
    name: str = _(known["name"])
    # Django answers for French where it is asked for French in Canada.
    return name if known["code"] == code else f"{name} ({code})"
