"""The signed bearer token, minted and checked in both directions (Apple, Authorizing messages)."""

import base64
import time
from functools import lru_cache
from typing import Any

import jwt

from omnichannel.amb.credentials import Credentials
from omnichannel.amb.errors import MissingToken, TokenError

ALGORITHM = "HS256"
LEEWAY = 600  # seconds: clocks of both sides may each be five minutes off

_SIGNATURE_ONLY = {
    "verify_aud": False,
    "verify_iat": False,
    "verify_iss": False,
    "verify_jti": False,
    "verify_sub": False,
}


def bearer(credentials: Credentials, *, now: float | None = None) -> str:
    """The Authorization header of a call to Apple."""
    return _signed(credentials, {"iss": credentials.msp_id, "iat": _whole_seconds(now)})


def apple_bearer(credentials: Credentials, *, now: float | None = None, audience_as_list: bool = False) -> str:
    """The Authorization header of a call by Apple."""
    audience = [credentials.msp_id] if audience_as_list else credentials.msp_id
    return _signed(credentials, {"aud": audience, "iat": _whole_seconds(now)})


def verify_from_apple(authorization: str | None, credentials: Credentials, *, now: float | None = None) -> None:
    """Pass only a call that Apple signed for this provider."""
    claims = _claims(_token(authorization), credentials)
    if not _names(claims.get("aud"), credentials.msp_id):
        raise TokenError("The token is not meant for this provider.")
    if "iat" in claims:
        _refuse_future(claims["iat"], now)


def verify_from_msp(authorization: str | None, credentials: Credentials, now: float | None = None) -> None:
    """Pass only a call that this provider signed, as Apple's gateway does."""
    claims = _claims(_token(authorization), credentials)
    if not _same(claims.get("iss"), credentials.msp_id):
        raise TokenError("The issuer of the token is not this provider.")
    if type(claims.get("iat")) is not int:
        raise TokenError("The token lacks iat, the time of issue in whole seconds.")
    _refuse_future(claims["iat"], now)


def issuer_of(authorization: str | None) -> str:
    """The provider a token claims to come from, unverified: good only for choosing the secret."""
    issuer = _decoded(_token(authorization), key=b"", options={"verify_signature": False}).get("iss")
    if not isinstance(issuer, str) or not issuer:
        raise TokenError("The token names no issuer.")
    return issuer


def _signed(credentials: Credentials, claims: dict[str, Any]) -> str:
    return f"Bearer {jwt.encode(claims, credentials.key, algorithm=ALGORITHM)}"


def _whole_seconds(now: float | None) -> int:
    return int(time.time() if now is None else now)


def _token(authorization: str | None) -> str:
    if authorization is None or not authorization.strip():
        raise MissingToken("The Authorization header is missing.")
    scheme, _, token = authorization.strip().partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise TokenError("The Authorization header does not hold a bearer token.")
    return token.strip()


def _claims(token: str, credentials: Credentials) -> dict[str, Any]:
    return _decoded(token, key=_prepared(credentials.key), options=_SIGNATURE_ONLY)


# PyJWT looks anew, for each token, at what a plain key might be instead of a secret; of a prepared one it knows.
@lru_cache(maxsize=64)
def _prepared(key: bytes) -> jwt.PyJWK:
    octets = base64.urlsafe_b64encode(key).rstrip(b"=").decode()
    return jwt.PyJWK({"kty": "oct", "k": octets}, algorithm=ALGORITHM)


def _decoded(token: str, *, key: jwt.PyJWK | bytes, options: dict[str, bool]) -> dict[str, Any]:
    try:
        claims: dict[str, Any] = jwt.decode(token, key, algorithms=[ALGORITHM], leeway=LEEWAY, options=options)  # type: ignore[arg-type]
    except (jwt.PyJWTError, ValueError, RecursionError):
        raise TokenError("The token is not valid.") from None
    return claims


def _names(audience: object, msp_id: str) -> bool:
    return any(_same(name, msp_id) for name in (audience if isinstance(audience, list) else [audience]))


def _same(claim: object, msp_id: str) -> bool:
    return isinstance(claim, str) and claim.lower() == msp_id.strip().lower()


def _refuse_future(issued_at: object, now: float | None) -> None:
    if isinstance(issued_at, bool) or not isinstance(issued_at, int | float):
        raise TokenError("The token's time of issue is not a number.")
    if not issued_at <= _whole_seconds(now) + LEEWAY:
        raise TokenError("The token was issued in the future.")
