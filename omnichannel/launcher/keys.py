"""The secrets of an installation: made once, kept beside its data."""

import base64
import secrets
from pathlib import Path

from omnichannel.launcher.private import read_values, write_values


def new_keys() -> dict[str, str]:
    """Return fresh secrets by the names of their settings."""
    field_key = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    return {
        "SECRET_KEY": secrets.token_urlsafe(50),
        "FIELD_KEYS": f"k1:{field_key}",
    }


def kept_keys(path: Path) -> dict[str, str]:
    """Return the secrets in the file, made at the first call and completed when a new name joins them."""
    kept = read_values(path)
    complete = new_keys() | kept
    if complete != kept:
        write_values(path, complete)
    return complete
