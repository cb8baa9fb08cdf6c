"""Lets an installation know itself when it calls its own public address."""

from django.utils.crypto import constant_time_compare, salted_hmac

CHALLENGE = "X-Omnichannel-Challenge"
PROOF = "X-Omnichannel-Proof"
LONGEST = 100
SALT = "channels_app.apple_side.identity"


def proof_for(challenge: str) -> str:
    """Return what only an installation with our SECRET_KEY can answer; nothing where nothing was asked."""
    return salted_hmac(SALT, challenge, algorithm="sha256").hexdigest() if 0 < len(challenge) <= LONGEST else ""


def is_proof(answer: str, challenge: str) -> bool:
    """Tell whether an answer came from this installation."""
    return constant_time_compare(answer, proof_for(challenge))
