"""What can go wrong between us and Apple, named by what to do next."""


class AmbError(Exception):
    """Anything that goes wrong on Apple's wire."""


class DecodeError(AmbError):
    """Something received that cannot be read; its text is one line, fit for the body of a 400."""


class BodyTooLarge(DecodeError):
    """A body that is larger than we are ready to hold."""


class TokenError(AmbError):
    """A token that does not prove who is calling: answer 403."""


class MissingToken(TokenError):
    """A call without any token: answer 401."""


class GatewayError(AmbError):
    """A call to Apple that did not succeed, with a reason that is safe to show and to log."""

    def __init__(self, reason: str, *, status: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status


class GatewayUnavailable(GatewayError):
    """Apple cannot be reached or is busy: try later, unless the outcome is unknown."""

    def __init__(
        self,
        reason: str,
        *,
        status: int | None = None,
        retry_after: float | None = None,
        outcome_known: bool = True,
    ) -> None:
        super().__init__(reason, status=status)
        self.retry_after = retry_after
        self.outcome_known = outcome_known


class MessageRejected(GatewayError):
    """Apple refuses this request for good: never repeat it unchanged."""


class FileTooLarge(MessageRejected):
    """A file that is larger than the caller accepts."""


class CustomerLeft(GatewayError):
    """The customer cannot be reached any more: write no further until they write again."""


class NotAuthorized(GatewayError):
    """Apple does not accept our token: try once with a new one, then raise an alarm."""
