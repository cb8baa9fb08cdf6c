"""System checks: each wrong setting is an error or a warning with a hint that says what to set."""

import ipaddress
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured
from django.http.request import validate_host

from channels_app.regions import parse_public_urls
from omnichannel.common.encryption import parse_keys
from omnichannel.common.scanning import address_of

SHORTEST_SECRET = 32
AT_LEAST_ONE = ("SEND_FOR_SECONDS", "SEND_THREADS", "SWEEP_SECONDS", "WEBHOOK_BODY_LIMIT")
# A worker says every second that it is alive; half a breath more than that must not count as death.
SHORTEST_CLAIM = 3
SETTLE_MARGIN = 60
SWITCHES = ("BEHIND_PROXY", "DEBUG", "DEMO", "SIMULATOR")
SWITCH_WORDS = frozenset({"true", "on", "ok", "y", "yes", "1", "false", "off", "n", "no", "0", ""})
NEW_FIELD_KEY = (
    "Set FIELD_KEYS=k1:<key>, where this prints a key: python -c "
    "'import base64, os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())'. Keep every key that was ever used."
)
NEW_SECRET = "Set SECRET_KEY to what this prints: python -c 'import secrets; print(secrets.token_urlsafe(50))'."  # noqa: S105


def check_settings(**_kwargs: Any) -> list[CheckMessage]:
    """Return what is wrong with the settings."""
    return [
        *_field_keys(),
        *_base_url(),
        *_public_urls(),
        *_secret_key(),
        *_media_root(),
        *_simulator(),
        *_numbers(),
        *_bounds(),
        *_switches(),
        *_database(),
        *_metrics(),
        *_scanner(),
    ]


def _field_keys() -> Iterator[CheckMessage]:
    try:
        parse_keys(settings.FIELD_KEYS)
    except ImproperlyConfigured as fault:
        yield Error(str(fault), hint=NEW_FIELD_KEY, id="omnichannel.E001")
    except ValueError:
        yield Error("FIELD_KEYS holds a key that is not Base64.", hint=NEW_FIELD_KEY, id="omnichannel.E001")


def _base_url() -> Iterator[CheckMessage]:
    host = _host()
    if host is None:
        yield Error(
            f"BASE_URL is not a web address: {settings.BASE_URL}",
            hint="Set BASE_URL to the address people open, like https://chat.example.com, without a path.",
            id="omnichannel.E002",
        )
    elif not (settings.DEBUG or validate_host(host, settings.ALLOWED_HOSTS)):
        yield checks.Warning(
            f"BASE_URL leads to {host}, which ALLOWED_HOSTS does not name: every page there is refused.",
            hint=f"Add {host} to ALLOWED_HOSTS.",
            id="omnichannel.W002",
        )


def _public_urls() -> Iterator[CheckMessage]:
    try:
        parse_public_urls(settings.PUBLIC_URLS)
    except ImproperlyConfigured as fault:
        hint = "Set PUBLIC_URLS to pairs like eur=https://chat-eu.example.com,uk=https://chat-uk.example.com."
        yield Error(str(fault), hint=hint, id="omnichannel.E011")


def _secret_key() -> Iterator[CheckMessage]:
    is_weak = len(settings.SECRET_KEY) < SHORTEST_SECRET or settings.SECRET_KEY.startswith("django-insecure-")
    if is_weak and not settings.DEBUG:
        message = f"SECRET_KEY is shorter than {SHORTEST_SECRET} characters, or comes from a template."
        yield Error(message, hint=NEW_SECRET, id="omnichannel.E003")


def _media_root() -> Iterator[CheckMessage]:
    folder = _nearest_existing(Path(settings.MEDIA_ROOT))
    if not (folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)):
        yield Error(
            f"Files cannot be stored in {settings.MEDIA_ROOT}: {folder} cannot be written to.",
            hint="Set DATA_DIR to a folder that belongs to the user who runs the processes.",
            id="omnichannel.E004",
        )


def _simulator() -> Iterator[CheckMessage]:
    host = _host()
    if settings.SIMULATOR and host is not None and not _is_loopback(host):
        yield checks.Warning(
            f"The simulated Apple is on and can be reached at {host}: whoever opens it can write as any customer.",
            hint="Set SIMULATOR=off where real customers write.",
            id="omnichannel.W005",
        )


def _numbers() -> Iterator[CheckMessage]:
    for name in AT_LEAST_ONE:
        if getattr(settings, name) < 1:
            yield Error(f"{name} is below 1.", hint=f"Set {name} to 1 or more.", id="omnichannel.E006")


def _bounds() -> Iterator[CheckMessage]:
    if settings.CLAIM_SECONDS < SHORTEST_CLAIM:
        hint = f"Set CLAIM_SECONDS to {SHORTEST_CLAIM} or more; 20 is the default."
        yield Error(f"CLAIM_SECONDS is below {SHORTEST_CLAIM}.", hint=hint, id="omnichannel.E006")
    least = settings.SEND_FOR_SECONDS + SETTLE_MARGIN
    if least > settings.SETTLE_WITHIN_SECONDS:
        yield Error(
            "SETTLE_WITHIN_SECONDS ends messages before SEND_FOR_SECONDS does.",
            hint=f"Set SETTLE_WITHIN_SECONDS to {least} or more, a minute above SEND_FOR_SECONDS.",
            id="omnichannel.E010",
        )


def _switches() -> Iterator[CheckMessage]:
    # Whatever is not a word for yes counts as no, a slip of the pen too.
    for name in SWITCHES:
        word = os.environ.get(name, "")
        if word.strip().lower() not in SWITCH_WORDS:
            yield Error(f"{name} is neither on nor off: {word}", hint=f"Set {name}=on or off.", id="omnichannel.E007")


def _database() -> Iterator[CheckMessage]:
    if not settings.DATABASES["default"].get("ENGINE", "").endswith("postgresql"):
        yield Error(
            "DATABASE_URL does not lead to PostgreSQL.",
            hint="Set DATABASE_URL=postgres://user:password@host:5432/name.",
            id="omnichannel.E008",
        )


def _scanner() -> Iterator[CheckMessage]:
    try:
        if settings.CLAMD_URL:
            address_of(settings.CLAMD_URL)
    except ValueError:
        yield Error(
            f"CLAMD_URL does not lead to a virus scanner: {settings.CLAMD_URL}",
            hint="Set CLAMD_URL=tcp://host:3310 or unix:///run/clamav/clamd.ctl, or leave it out to scan nothing.",
            id="omnichannel.E014",
        )


def _metrics() -> Iterator[CheckMessage]:
    if 0 < len(settings.METRICS_TOKEN) < SHORTEST_SECRET or not settings.METRICS_TOKEN.isascii():
        yield Error(
            f"METRICS_TOKEN is shorter than {SHORTEST_SECRET} characters, or not plain ASCII.",
            hint="Set METRICS_TOKEN to what this prints: python -c 'import secrets; print(secrets.token_urlsafe(32))'.",
            id="omnichannel.E009",
        )
    folder = _nearest_existing(Path(settings.METRICS_DIR))
    if not (folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)):
        yield checks.Warning(
            f"Nothing can be counted in {settings.METRICS_DIR}: {folder} cannot be written to.",
            hint="Set METRICS_DIR to a folder of this host that the web process may write to.",
            id="omnichannel.W009",
        )


def _host() -> str | None:
    """Return the host of BASE_URL, None where it is no web address."""
    try:
        parts = urlsplit(settings.BASE_URL)
        is_whole = parts.scheme in ("http", "https") and parts.port != 0
    except ValueError:
        return None
    is_bare = not (parts.path or parts.query or parts.fragment or parts.username)
    return _bracketed(parts.hostname) if is_whole and is_bare and parts.hostname else None


def _bracketed(host: str) -> str:
    # As a Host header and ALLOWED_HOSTS spell IPv6.
    return f"[{host}]" if ":" in host else host


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _nearest_existing(folder: Path) -> Path:
    return next(path for path in (folder, *folder.parents) if path.exists())
