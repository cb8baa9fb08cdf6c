"""Everything that the simulated Apple can do wrong or otherwise, each with its words and its number, in one table."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class FaultGroup(models.TextChoices):
    """Which side of Apple a fault touches."""

    GATEWAY = "gateway", _("Answers of the gateway")
    DELIVERY = "delivery", _("Deliveries to the portal")
    STORAGE = "storage", _("Files and large replies")


class FaultKind(models.TextChoices):
    """One thing that can happen."""

    GATEWAY_400 = "gateway_400", _("Gateway answers 400")
    GATEWAY_403 = "gateway_403", _("Gateway answers 403")
    GATEWAY_404 = "gateway_404", _("Gateway answers 404")
    GATEWAY_429 = "gateway_429", _("Gateway answers 429")
    GATEWAY_500 = "gateway_500", _("Gateway answers 500")
    GATEWAY_503 = "gateway_503", _("Gateway answers 503")
    GATEWAY_SLOW = "gateway_slow", _("Gateway is slow")
    GATEWAY_TIMEOUT = "gateway_timeout", _("Gateway does not answer")
    GATEWAY_CUT = "gateway_cut", _("Connection breaks during the answer")
    GATEWAY_GARBAGE = "gateway_garbage", _("Gateway answers nonsense")
    CLOSED_ANSWER = "closed_answer", _("Answer to a send after the customer left")
    SHOW_DUPLICATES = "show_duplicates", _("Show repeated messages twice")
    RELAXED_PROFILE = "relaxed_profile", _("Relaxed profile")
    DUPLICATE = "duplicate", _("Deliver twice")
    DUPLICATE_INTERACTIVE = "duplicate_interactive", _("Deliver a reply twice under two ids")
    OUT_OF_ORDER = "out_of_order", _("Deliver late")
    NO_GZIP_HEADER = "no_gzip_header", _("Compress without saying so")
    PLAIN_JSON = "plain_json", _("Do not compress")
    WRONG_SECRET = "wrong_secret", _("Sign with a wrong secret")
    STALE_TOKEN = "stale_token", _("Sign with an old token")
    AUDIENCE_LIST = "audience_list", _("Name the audience as a list")
    UNKNOWN_TYPE = "unknown_type", _("Unknown type")
    UNKNOWN_MARKER = "unknown_marker", _("Unknown kind of reply")
    MISSING_LOCALE = "missing_locale", _("Leave the locale out")
    MISSING_KEYS = "missing_keys", _("Leave optional keys out")
    WEBHOOK_RETRIES = "webhook_retries", _("Retry a refused delivery")
    BOTH_FORMS = "both_forms", _("Send a large reply in both forms")
    REFERENCE_MISSING = "reference_missing", _("Lose a large reply")
    LINK_EXPIRED = "link_expired", _("Links are dead on arrival")
    STRICT_PROFILE = "strict_profile", _("Strict profile")
    ONE_TIME_LINKS = "one_time_links", _("Links work once")
    DECODE_WRAPPED = "decode_wrapped", _("Wrap decoded replies")


@dataclass(frozen=True)
class Number:
    """The number that a fault carries, with its bounds."""

    label: str | Promise
    default: int
    choices: tuple[int, ...] = ()
    minimum: int = 0
    maximum: int = 0

    def allows(self, value: int) -> bool:
        """Tell whether the number may be set."""
        return value in self.choices if self.choices else self.minimum <= value <= self.maximum


@dataclass(frozen=True)
class FaultSpec:
    """What people read about a fault, and what it needs."""

    group: FaultGroup
    description: str | Promise
    number: Number | None = None
    # A lasting one stays until it is switched off; others happen a number of times.
    is_lasting: bool = False


_G, _D, _S = FaultGroup.GATEWAY, FaultGroup.DELIVERY, FaultGroup.STORAGE

FAULTS: Mapping[FaultKind, FaultSpec] = {
    FaultKind.GATEWAY_400: FaultSpec(_G, _("The request is refused as malformed.")),
    FaultKind.GATEWAY_403: FaultSpec(_G, _("The token is refused.")),
    FaultKind.GATEWAY_404: FaultSpec(_G, _("The customer is said to be unknown.")),
    FaultKind.GATEWAY_429: FaultSpec(
        _G, _("Too many requests, with a time to wait."), Number(_("seconds to wait"), 2, minimum=0, maximum=600)
    ),
    FaultKind.GATEWAY_500: FaultSpec(_G, _("A fault on Apple's side.")),
    FaultKind.GATEWAY_503: FaultSpec(
        _G, _("Overloaded, with a time to wait."), Number(_("seconds to wait"), 2, minimum=0, maximum=600)
    ),
    FaultKind.GATEWAY_SLOW: FaultSpec(
        _G,
        _("Every answer takes a while."),
        Number(_("milliseconds"), 80, minimum=1, maximum=25_000),
        is_lasting=True,
    ),
    FaultKind.GATEWAY_TIMEOUT: FaultSpec(
        _G,
        _("The message is accepted, but the answer is held back."),
        Number(_("seconds"), 35, minimum=1, maximum=60),
    ),
    FaultKind.GATEWAY_CUT: FaultSpec(_G, _("The message is accepted, then the line goes dead.")),
    FaultKind.GATEWAY_GARBAGE: FaultSpec(_G, _("The answer is 200 with a body that means nothing.")),
    FaultKind.CLOSED_ANSWER: FaultSpec(
        _G,
        _("Apple does not say which code it uses; 200 drops the message. Each such send is a policy violation."),
        Number(_("status"), 404, choices=(403, 404, 410, 200)),
        is_lasting=True,
    ),
    FaultKind.SHOW_DUPLICATES: FaultSpec(
        _G, _("A message sent again under the same id appears again."), is_lasting=True
    ),
    FaultKind.RELAXED_PROFILE: FaultSpec(
        _G, _("The limits of 21 August 2026 on words and pictures are not checked."), is_lasting=True
    ),
    FaultKind.DUPLICATE: FaultSpec(_D, _("The next message arrives again after 0.9 s, under the same id.")),
    FaultKind.DUPLICATE_INTERACTIVE: FaultSpec(_D, _("The next reply arrives again after 0.9 s, under a new id.")),
    FaultKind.OUT_OF_ORDER: FaultSpec(
        _D,
        _("The next message is held back; what is written meanwhile overtakes it."),
        Number(_("milliseconds"), 2000, minimum=100, maximum=60_000),
    ),
    FaultKind.NO_GZIP_HEADER: FaultSpec(_D, _("The body is gzip, the header does not say it."), is_lasting=True),
    FaultKind.PLAIN_JSON: FaultSpec(_D, _("The body is plain JSON."), is_lasting=True),
    FaultKind.WRONG_SECRET: FaultSpec(_D, _("The signature of the next delivery cannot be verified.")),
    FaultKind.STALE_TOKEN: FaultSpec(_D, _("The next token was issued two days ago.")),
    FaultKind.AUDIENCE_LIST: FaultSpec(_D, _("The audience of the token is a list with one entry."), is_lasting=True),
    FaultKind.UNKNOWN_TYPE: FaultSpec(_D, _("The next message has a type that nobody has heard of.")),
    FaultKind.UNKNOWN_MARKER: FaultSpec(_D, _("The next reply is of a kind that nobody has heard of.")),
    FaultKind.MISSING_LOCALE: FaultSpec(_D, _("Messages do not tell the customer's language."), is_lasting=True),
    FaultKind.MISSING_KEYS: FaultSpec(
        _D,
        _("Replies lack what some devices leave out: selectedIdentifier, titles, signature-base64 and more."),
        is_lasting=True,
    ),
    FaultKind.WEBHOOK_RETRIES: FaultSpec(
        _D,
        _("A delivery that was refused or not answered is tried again before it counts as not delivered."),
        Number(_("further attempts"), 3, minimum=1, maximum=10),
        is_lasting=True,
    ),
    FaultKind.BOTH_FORMS: FaultSpec(
        _S, _("A large reply travels inside the message and as a reference."), is_lasting=True
    ),
    FaultKind.REFERENCE_MISSING: FaultSpec(_S, _("The next large reply or file is asked for and not found (404).")),
    FaultKind.LINK_EXPIRED: FaultSpec(_S, _("The next download link has expired before it can be used.")),
    FaultKind.STRICT_PROFILE: FaultSpec(
        _S, _("Links die after 2 seconds instead of 5 minutes; old header names are refused."), is_lasting=True
    ),
    FaultKind.ONE_TIME_LINKS: FaultSpec(_S, _("A download link is dead after its first use."), is_lasting=True),
    FaultKind.DECODE_WRAPPED: FaultSpec(
        _S, _("decodePayload answers with the reply inside interactiveData."), is_lasting=True
    ),
}
