"""Reads merchant certificates: a file with a certificate and its key, which a password opens."""

import datetime
import re
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key, pkcs12

SIZE_LIMIT = 64 * 1024
PEM = b"-----BEGIN"
# A sequence that begins with version 3.
PKCS12 = re.compile(rb"\x30.{1,5}?\x02\x01\x03", re.DOTALL)


class NotACertificate(Exception):
    """The file holds no certificate with its private key."""


class WrongPassword(Exception):
    """The password does not open the key."""


class KeyWithoutPassword(Exception):
    """Anybody who finds the file can use the key."""


@dataclass(frozen=True)
class MerchantCertificate:
    """What a file says, once it is open."""

    begins_at: datetime.datetime
    ends_at: datetime.datetime


def open_certificate(content: bytes, password: str) -> MerchantCertificate:
    """Return what a .p12 or .pem file says; raise one of the three errors above where it cannot be used."""
    certificate = _from_pem(content, password) if PEM in content else _from_pkcs12(content, password)
    return MerchantCertificate(certificate.not_valid_before_utc, certificate.not_valid_after_utc)


def _from_pem(content: bytes, password: str) -> x509.Certificate:
    try:
        certificate = x509.load_pem_x509_certificate(content)
    except ValueError as fault:
        raise NotACertificate from fault
    if b"PRIVATE KEY-----" not in content:
        raise NotACertificate
    try:
        key = load_pem_private_key(content, password.encode())
    except TypeError as fault:
        raise KeyWithoutPassword from fault
    except ValueError as fault:
        raise WrongPassword from fault
    return _belonging(certificate, key)


def _from_pkcs12(content: bytes, password: str) -> x509.Certificate:
    try:
        key, certificate, _others = pkcs12.load_key_and_certificates(content, password.encode())
    except ValueError as fault:
        # The library says the same of both; only a file that is PKCS #12 at all has a password to get wrong.
        raise (WrongPassword if PKCS12.match(content) else NotACertificate) from fault
    if key is None or certificate is None:
        raise NotACertificate
    return _belonging(certificate, key)


def _belonging(certificate: x509.Certificate, key: object) -> x509.Certificate:
    public = getattr(key, "public_key", lambda: None)()
    if public != certificate.public_key():
        raise NotACertificate
    return certificate
