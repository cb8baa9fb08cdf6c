"""Merchant certificates for tests, made on the spot."""

import datetime
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)

PASSWORD = "the certificate's password"
NOW = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
ENDS_AT = NOW + datetime.timedelta(days=700)


@cache
def _key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _certificate(ends_at: datetime.datetime) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "merchant.com.example.velo")])
    builder = x509.CertificateBuilder(name, name, _key().public_key(), 1, NOW - datetime.timedelta(days=900), ends_at)
    return builder.sign(_key(), hashes.SHA256())


def pkcs12_file(ends_at: datetime.datetime = ENDS_AT) -> bytes:
    """Return a .p12 file that PASSWORD opens."""
    lock = BestAvailableEncryption(PASSWORD.encode())
    return pkcs12.serialize_key_and_certificates(b"velo", _key(), _certificate(ends_at), None, lock)


def pem_file(*, is_locked: bool = True, has_key: bool = True) -> bytes:
    """Return a .pem file, with its key behind PASSWORD unless said otherwise."""
    lock = BestAvailableEncryption(PASSWORD.encode()) if is_locked else NoEncryption()
    key = _key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock)
    return _certificate(ENDS_AT).public_bytes(Encoding.PEM) + (key if has_key else b"")
