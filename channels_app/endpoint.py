"""The address that is entered at Apple."""

from channels_app.models import Organisation
from channels_app.regions import effective_region, served_regions

# Apple appends /message and its other calls to what is entered on its side.
WEBHOOK_PATH = "/applemessagesforbusiness"


def public_url() -> str:
    """Return the address at which the chosen geography is served."""
    return served_regions()[effective_region(Organisation.get().region)]


def endpoint_url() -> str:
    """Return the address to enter at Apple."""
    return f"{public_url()}{WEBHOOK_PATH}"
