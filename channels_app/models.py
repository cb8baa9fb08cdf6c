"""Apple accounts, the connection to Apple, and accounts put to work."""

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from omnichannel import amb
from omnichannel.common.encryption import EncryptedTextField
from workstreams.models import Workstream

is_uuid = RegexValidator(
    r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
    _("Enter the ID as Apple shows it: 8-4-4-4-12 characters of 0-9 and a-f."),
)


class MspConnection(models.Model):
    """Our registration with Apple as a messaging service provider: one id and secret for many accounts."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    msp_id = models.CharField(_("MSP ID"), max_length=36, unique=True, validators=[is_uuid])
    secret = EncryptedTextField(_("API secret"), help_text=_("The Base64 text from Apple Business Register."))
    gateway_url = models.URLField(_("gateway address"), default=amb.APPLE_GATEWAY)

    class Meta:
        ordering = ("name",)
        verbose_name = _("MSP connection")
        verbose_name_plural = _("MSP connections")

    def __str__(self) -> str:
        return self.name

    @property
    def credentials(self) -> amb.Credentials:
        """Return what signs and checks requests; raises ValueError where the secret is not Base64."""
        return amb.Credentials(self.msp_id, self.secret)


class Account(models.Model):
    """A business registered with Apple."""

    name = models.CharField(_("name"), max_length=100)
    connection = models.ForeignKey(
        MspConnection, models.PROTECT, related_name="accounts", verbose_name=_("MSP connection")
    )
    business_id = models.CharField(
        _("Apple Messages for Business account ID"),
        max_length=36,
        unique=True,
        validators=[is_uuid],
        error_messages={"unique": _("This account is here already.")},
        help_text=_("Not a secret: it is part of every link that opens a conversation."),
    )

    class Meta:
        ordering = ("name", "pk")
        verbose_name = _("account")
        verbose_name_plural = _("accounts")

    def __str__(self) -> str:
        return self.name


class ChannelInstance(models.Model):
    """An account put to work in a workstream."""

    account = models.OneToOneField(
        Account, models.PROTECT, related_name="instance", verbose_name=_("Apple Messages for Business account")
    )
    workstream = models.ForeignKey(Workstream, models.PROTECT, related_name="instances", verbose_name=_("workstream"))
    language = models.CharField(_("language"), max_length=20, default="en")
    customers_may_attach = models.BooleanField(_("customers may send files"), default=False)
    agents_may_attach = models.BooleanField(_("agents may send files"), default=False)
    attachment_limit_kb = models.PositiveIntegerField(
        _("largest file, in KB"),
        default=5120,
        validators=[MinValueValidator(1), MaxValueValidator(102_400)],
        help_text=_("Apple carries up to 102,400 KB."),
    )

    class Meta:
        ordering = ("account__name", "pk")
        verbose_name = _("channel instance")
        verbose_name_plural = _("channel instances")

    def __str__(self) -> str:
        return f"{self.account} → {self.workstream}"
