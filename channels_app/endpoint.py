"""The address that is entered at Apple."""

from django.conf import settings

# Apple appends /message and its other calls to what is entered on its side.
WEBHOOK_PATH = "/applemessagesforbusiness"


def endpoint_url() -> str:
    """Return the address to enter at Apple."""
    return f"{settings.BASE_URL}{WEBHOOK_PATH}"
