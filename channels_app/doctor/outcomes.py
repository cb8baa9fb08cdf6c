"""Every test of the doctor and every way in which it can come out: how grave that is, what it means, what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from channels_app.models import Verdict

FINE, LOOK, WRONG = Verdict.FINE, Verdict.LOOK, Verdict.WRONG


@dataclass(frozen=True)
class Outcome:
    """How a test can come out; ``mends`` names the page on which something can be done about it."""

    verdict: Verdict
    says: Any
    mends: str = ""


@dataclass(frozen=True)
class Found:
    """How a test came out, with what its sentence needs."""

    test: str
    outcome: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def verdict(self) -> Verdict:
        """Return how grave it is."""
        return TESTS[self.test].outcomes[self.outcome].verdict


@dataclass(frozen=True)
class OneTest:
    """One thing that is tested."""

    title: Any
    outcomes: Mapping[str, Outcome]


# What can be wrong with an address before it is called, and while it is.
_ADDRESS: dict[str, Any] = {
    "scheme": _("It does not begin with https://."),
    "malformed": _("It is no complete web address."),
    "credentials": _("It holds a user name and password."),
    "unknown_host": _("The host name %(host)s cannot be found. Check its spelling and the name server."),
    "private": _("The host name %(host)s leads into a private network, where nobody outside comes."),
    "untrusted": _("The certificate of %(host)s is not trusted: expired, for another name, or issued by nobody known."),
    "refused": _("Nothing answers at %(host)s. Check that it runs and that the firewall lets calls through."),
    "late": _("%(host)s gave no answer in time. Check the firewall on the way, then try again."),
    "broken": _("%(host)s broke off before it had answered. Try again; look at the proxy if it stays."),
}


def _unreachable(mends: str) -> dict[str, Outcome]:
    return {name: Outcome(WRONG, says, mends) for name, says in _ADDRESS.items()}


_GATEWAY = _unreachable("connection") | {
    "busy": Outcome(
        LOOK, _("The gateway answers %(status)s: it is busy or in trouble. Messages wait; try again later.")
    ),
    "odd": Outcome(LOOK, _("The gateway answers %(status)s, which is not expected. Check its address."), "connection"),
}

TESTS: dict[str, OneTest] = {
    # The installation.
    "endpoint": OneTest(
        _("Public endpoint"),
        _unreachable("regions")
        | {
            "fine": Outcome(FINE, _("%(url)s is reached, is this installation, and refuses calls without a token.")),
            "local": Outcome(
                FINE,
                _("%(url)s is reached. Only this machine gets there: enough for the simulated Apple, not for Apple."),
            ),
            "stranger": Outcome(
                WRONG,
                _("Something else answers at %(url)s (with %(status)s). Lead this address to the web process."),
                "regions",
            ),
            "host": Outcome(
                WRONG,
                _("The web process refuses the host name %(host)s. Add it to ALLOWED_HOSTS and restart."),
                "regions",
            ),
            "open": Outcome(
                WRONG,
                _(
                    "%(url)s/message answers %(status)s to a call without a token, not 401. Lead this path "
                    "to the web process too."
                ),
                "regions",
            ),
        },
    ),
    "certificate": OneTest(
        _("Certificate of the endpoint"),
        {
            "fine": Outcome(FINE, _("It is valid until %(until)s.")),
            "local": Outcome(FINE, _("None is needed on this machine.")),
            "soon": Outcome(
                LOOK, _("It ends on %(until)s, and Apple’s calls with it. Renew it, and see why that is not automatic.")
            ),
            "unread": Outcome(
                LOOK, _("It could not be looked at, because the endpoint was not reached or is not trusted."), "regions"
            ),
        },
    ),
    "workers": OneTest(
        _("Workers"),
        {
            "fine": Outcome(FINE, _("Beat and a worker are at work.")),
            "never": Outcome(
                WRONG, _("No worker was ever at work: nothing is received or sent. Start worker and beat.")
            ),
            "silent": Outcome(
                WRONG,
                _("No worker was at work for %(minutes)s min: nothing is received or sent. Start worker and beat."),
            ),
            "broker": Outcome(
                WRONG, _("Redis does not answer, so no worker hears of work. Start it, or check REDIS_URL.")
            ),
        },
    ),
    "queue": OneTest(
        _("What waits"),
        {
            "fine": Outcome(
                FINE, _("On their way: deliveries %(incoming)s, messages %(outgoing)s. None waits for long.")
            ),
            "slow": Outcome(
                LOOK,
                _(
                    "Something has waited for %(minutes)s min (deliveries: %(incoming)s, messages: %(outgoing)s). "
                    "See what it waits for."
                ),
                "ledger",
            ),
            "stuck": Outcome(
                WRONG,
                _(
                    "Something has waited for %(minutes)s min (deliveries: %(incoming)s, messages: %(outgoing)s). "
                    "Mend the workers or the gateway first."
                ),
                "ledger",
            ),
        },
    ),
    "clock": OneTest(
        _("Clock"),
        {
            "fine": Outcome(FINE, _("This host and the database agree about the time.")),
            "off": Outcome(
                LOOK, _("This host and the database are %(seconds)s seconds apart. Have both set by a time server.")
            ),
            "wrong": Outcome(
                WRONG,
                _("This host and the database are %(seconds)s seconds apart. Have both set by a time server at once."),
            ),
        },
    ),
    # A connection.
    "key": OneTest(
        _("API secret"),
        {
            "fine": Outcome(FINE, _("It is set and is Base64.")),
            "missing": Outcome(
                WRONG, _("No secret is stored. Enter the one of Apple Business Register."), "connection"
            ),
            "unreadable": Outcome(
                WRONG,
                _(
                    "It cannot be decrypted: its key is not among FIELD_KEYS. Bring the key back, or enter "
                    "the secret again."
                ),
                "connection",
            ),
            "not_base64": Outcome(
                WRONG, _("It is not Base64. Enter the whole secret of Apple Business Register again."), "connection"
            ),
            "short": Outcome(
                LOOK,
                _("It has %(bytes)s bytes, and 32 are usual. Check that the whole secret was copied."),
                "connection",
            ),
        },
    ),
    "token": OneTest(
        _("Token"),
        {
            "fine": Outcome(
                FINE, _("A token signed with this secret passes our own check, and a forged one does not.")
            ),
            "broken": Outcome(
                WRONG,
                _("A token signed with this secret fails our own check. Enter MSP ID and secret again."),
                "connection",
            ),
        },
    ),
    "gateway": OneTest(
        _("Apple’s gateway"),
        _GATEWAY
        | {
            "fine": Outcome(
                FINE, _("It answers and takes our token. We asked leave to store a file, and stored none.")
            ),
            "unproved": Outcome(
                LOOK,
                _("It answers. Whether it takes our token shows once the connection has an account."),
                "add_account",
            ),
            "denied": Outcome(
                WRONG,
                _(
                    "It answers %(status)s: it does not take our token. Compare MSP ID and secret with Apple "
                    "Business Register."
                ),
                "connection",
            ),
        },
    ),
    "gateway_clock": OneTest(
        _("Clock of the gateway"),
        {
            "fine": Outcome(FINE, _("The gateway and this host agree about the time.")),
            "untold": Outcome(FINE, _("The gateway did not say what time it has.")),
            "off": Outcome(
                LOOK, _("The gateway and this host are %(seconds)s seconds apart. Have this host set by a time server.")
            ),
            "wrong": Outcome(
                WRONG,
                _(
                    "The gateway and this host are %(seconds)s seconds apart, and tokens tell the time. Have "
                    "this host set by a time server at once."
                ),
            ),
        },
    ),
    # An account.
    "calls": OneTest(
        _("Calls from Apple"),
        {
            "fine": Outcome(FINE, _("On %(called)s Apple called last.")),
            "quiet": Outcome(
                LOOK,
                _("On %(called)s Apple called last. If customers have written since, check the endpoint at Apple."),
                "prerequisites",
            ),
            "never": Outcome(
                WRONG,
                _("Apple has never called for this account. Enter the endpoint at Apple, then press Connect there."),
                "prerequisites",
            ),
        },
    ),
    "instance": OneTest(
        _("Channel instance"),
        {
            "fine": Outcome(FINE, _("The workstream %(workstream)s takes its conversations.")),
            "none": Outcome(
                WRONG, _("No workstream takes its conversations, so nobody sees what customers write."), "add_instance"
            ),
        },
    ),
    "account_gateway": OneTest(
        _("Apple’s gateway for this account"),
        _GATEWAY
        | {
            "fine": Outcome(
                FINE, _("It takes calls for this account ID. We asked leave to store a file, and stored none.")
            ),
            "denied": Outcome(
                WRONG,
                _(
                    "It answers %(status)s to calls for this account ID. Compare the ID, and see at Apple "
                    "that the account has this Messaging Service Provider."
                ),
                "account",
            ),
        },
    ),
    "payment_certificate": OneTest(
        _("Certificate for Apple Pay"),
        {
            "fine": Outcome(FINE, _("It is valid until %(until)s.")),
            "soon": Outcome(
                LOOK, _("It ends on %(until)s, and payments with it. Make a new one at Apple and upload it."), "payment"
            ),
            "ended": Outcome(
                WRONG,
                _("It ended on %(until)s, so customers cannot pay. Make a new one at Apple and upload it."),
                "payment",
            ),
            "unknown": Outcome(LOOK, _("When it ends is not known. Upload the certificate again."), "payment"),
            "none": Outcome(LOOK, _("Apple Pay is on and no payment profile is chosen."), "instance"),
        },
    ),
}
