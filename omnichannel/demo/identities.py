"""What proves who is who in the demo, derived from the secret of this installation: never stored, always the same."""

import base64
import hmac
import uuid

from django.conf import settings

DIGITS = 10_000
# Short words that nobody misspells; 64 of them, so that six bits choose one.
WORDS = (
    "amber", "anchor", "apple", "arrow", "autumn", "basket", "beacon", "birch",
    "breeze", "brick", "bridge", "candle", "canyon", "cedar", "cherry", "cloud",
    "clover", "comet", "copper", "coral", "cotton", "dawn", "delta", "ember",
    "falcon", "feather", "fern", "field", "flint", "forest", "garden", "ginger",
    "glacier", "granite", "harbor", "hazel", "honey", "island", "ivory", "jasmine",
    "juniper", "lagoon", "lantern", "lemon", "linen", "maple", "marble", "meadow",
    "meteor", "olive", "orchid", "pebble", "pepper", "pine", "plum", "prairie",
    "quartz", "river", "saffron", "silver", "summit", "tulip", "velvet", "willow",
)  # fmt: skip


def password(username: str) -> str:
    """Return three words and four digits."""
    seed = _derived(f"password:{username}")
    words = [WORDS[byte % len(WORDS)] for byte in seed[:3]]
    return "-".join([*words, f"{int.from_bytes(seed[3:11], 'big') % DIGITS:04}"])


def api_token() -> str:
    """Return the token for scripts, in the shape of every other."""
    return f"oc_{base64.urlsafe_b64encode(_derived('token')).decode().rstrip('=')}"


def msp_id() -> str:
    """Return the provider's id."""
    return _uuid("msp")


def msp_secret() -> str:
    """Return the secret shared with the simulated Apple: Base64 of 48 bytes, as Apple issues it."""
    return base64.b64encode(_derived("secret", bits=384)).decode()


def business_id(name: str) -> str:
    """Return the id of one of the shop's accounts."""
    return _uuid(f"business:{name}")


def _uuid(purpose: str) -> str:
    return str(uuid.UUID(bytes=_derived(purpose)[:16], version=4))


def _derived(purpose: str, *, bits: int = 256) -> bytes:
    return hmac.digest(settings.SECRET_KEY.encode(), f"demo:{purpose}".encode(), f"sha{bits}")
