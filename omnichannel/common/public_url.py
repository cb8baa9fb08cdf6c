"""Guards the addresses that people type and our servers call, so that none leads into the company's own network."""

import ipaddress
import socket
from urllib.parse import SplitResult, urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

SCHEME = _("Enter an address that begins with https://.")
MALFORMED = _("Enter a complete web address, like https://gateway.example.com/v1.")
CREDENTIALS = _("Leave the user name and password out of the address.")
UNKNOWN_HOST = _("The host name %(host)s cannot be found. Check its spelling.")
PRIVATE = _("%(host)s leads into a private network (%(address)s). Enter an address on the public internet.")

# Looks public to ``ipaddress`` and carries an IPv4 address in its last 32 bits.
NAT64 = ipaddress.ip_network("64:ff9b::/96")


def check_public_url(url: str, *, allow_loopback: bool) -> None:
    """Raise ValidationError unless the address is https and public, or on this machine where that is allowed."""
    public_addresses(url, allow_loopback=allow_loopback)


def public_addresses(url: str, *, allow_loopback: bool) -> list[str]:
    """Return where a host name leads, for whoever then connects exactly there; raise ValidationError as above."""
    parts = _split(url)
    if parts.username is not None or parts.password is not None:
        raise ValidationError(CREDENTIALS, code="credentials")
    host = parts.hostname or ""
    found = _resolve(host, parts.port or 443)
    addresses = [_unwrap(ipaddress.ip_address(each.partition("%")[0])) for each in found]
    if allow_loopback and all(address.is_loopback for address in addresses):
        return found
    if parts.scheme != "https":
        raise ValidationError(SCHEME, code="scheme")
    for address in addresses:
        if not _is_public(address):
            raise ValidationError(PRIVATE, code="private", params={"host": host, "address": address})
    return found


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError as fault:
        raise ValidationError(MALFORMED, code="malformed") from fault
    if parts.scheme not in ("http", "https"):
        raise ValidationError(SCHEME, code="scheme")
    if not parts.hostname or port == 0 or any(character.isspace() for character in parts.netloc):
        raise ValidationError(MALFORMED, code="malformed")
    return parts


def _resolve(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as fault:
        raise ValidationError(UNKNOWN_HOST, code="unknown_host", params={"host": host}) from fault
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _unwrap(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 one only wraps, since that is where the connection ends."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour or address


def _is_public(address: Address) -> bool:
    return address.is_global and not address.is_multicast and not address.is_reserved
