"""Accounts put to work."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection, models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from authsettings.models import AuthenticationSetting
from channels_app.models.account import Account
from channels_app.models.survey import Survey
from payments.models import PaymentProfile
from workstreams.models import Workstream

# Django can lock rows for one holder only, and that would have the workers queue up behind each other.
HOLD = """
SELECT id FROM channels_app_channelinstance
WHERE account_id = ANY(%s) AND retired_at IS NULL
ORDER BY id FOR KEY SHARE
"""


@dataclass(frozen=True)
class Notice:
    """Something that was switched on and cannot be used before it is chosen; ``tab`` is the page that offers it."""

    short: str
    sentence: str
    tab: str


class ChannelInstanceQuerySet(models.QuerySet["ChannelInstance"]):
    """Reads of instances."""

    def current(self) -> ChannelInstanceQuerySet:
        """Return what was not deleted; a deleted one that has a history stays as a retired row."""
        return self.filter(retired_at=None)

    def held(self, accounts: Iterable[int]) -> ChannelInstanceQuerySet:
        """Return the current ones of these accounts; none is deleted before the transaction ends.

        Many may hold one at a time: whoever deletes it waits for them, and who comes later does not find it.
        """
        with connection.cursor() as cursor:
            cursor.execute(HOLD, [list(accounts)])
            return self.filter(pk__in=[pk for (pk,) in cursor.fetchall()])

    def incomplete(self) -> ChannelInstanceQuerySet:
        """Return those that have notices."""
        return self.current().filter(
            Q(offers_survey=True, survey=None)
            | Q(may_authenticate=True, authentication_setting=None)
            | Q(may_request_payment=True, payment_profile=None)
        )


class ChannelInstance(models.Model):
    """An account put to work in a workstream.

    What is switched on without its setting, profile or survey is allowed and shown as missing: it may be chosen later
    (Configure an Apple Messages for Business channel, Step 1).
    """

    account = models.ForeignKey(
        Account, models.PROTECT, related_name="instances", verbose_name=_("Apple Messages for Business account")
    )
    workstream = models.ForeignKey(Workstream, models.PROTECT, related_name="instances", verbose_name=_("workstream"))
    language = models.CharField(_("language"), max_length=20, default="en")
    offers_survey = models.BooleanField(_("post-conversation survey"), default=False)
    survey = models.ForeignKey(
        Survey, models.PROTECT, null=True, blank=True, related_name="instances", verbose_name=_("survey")
    )
    survey_message = models.CharField(_("survey message"), max_length=200, blank=True)
    may_authenticate = models.BooleanField(_("authentication settings"), default=False)
    authentication_setting = models.ForeignKey(
        AuthenticationSetting, models.PROTECT, null=True, blank=True, related_name="instances",
        verbose_name=_("authentication setting"),
    )  # fmt: skip
    customers_may_attach = models.BooleanField(_("customers may send files"), default=False)
    agents_may_attach = models.BooleanField(_("agents may send files"), default=False)
    may_request_payment = models.BooleanField(_("Apple Pay"), default=False)
    payment_profile = models.ForeignKey(
        PaymentProfile, models.PROTECT, null=True, blank=True, related_name="instances",
        verbose_name=_("payment profile"),
    )  # fmt: skip
    retired_at = models.DateTimeField(_("deleted"), null=True, editable=False)

    objects = ChannelInstanceQuerySet.as_manager()

    class Meta:
        ordering = ("account__name", "pk")
        verbose_name = _("channel instance")
        verbose_name_plural = _("channel instances")
        constraints = (
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(retired_at=None),
                name="an_account_works_in_one_instance",
                violation_error_message=_("This account is at work already."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.account} → {self.workstream}"

    @property
    def may_send_authentication(self) -> bool:
        """Tell whether agents can ask customers to sign in: it is on, and how they sign in is chosen."""
        return self.may_authenticate and self.authentication_setting_id is not None

    @property
    def may_send_payment(self) -> bool:
        """Tell whether agents can ask for a payment: Apple Pay is on, and who is paid is chosen."""
        return self.may_request_payment and self.payment_profile_id is not None

    @property
    def notices(self) -> tuple[Notice, ...]:
        """Return what is on and cannot be used yet."""
        found = []
        if self.offers_survey and self.survey_id is None:
            sentence = gettext("The survey is on and none is chosen, so customers are asked nothing yet.")
            found.append(Notice(gettext("survey missing"), sentence, "behaviors"))
        if self.may_authenticate and not self.may_send_authentication:
            sentence = gettext("Sign-in is on without an authentication setting, so agents cannot ask for it yet.")
            found.append(Notice(gettext("setting missing"), sentence, "behaviors"))
        if self.may_request_payment and not self.may_send_payment:
            sentence = gettext("Apple Pay is on without a payment profile, so agents cannot ask for a payment yet.")
            found.append(Notice(gettext("profile missing"), sentence, "features"))
        return tuple(found)
