"""What people type about merchants at Apple Pay."""

from __future__ import annotations

import base64
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from omnichannel.common.choices import Choices
from omnichannel.common.public_url_field import PublicURLField
from omnichannel.common.secret_field import SecretInput, SecretsForm, day_of
from payments import certificates
from payments.certificates import KeyWithoutPassword, MerchantCertificate, NotACertificate, WrongPassword
from payments.countries import COUNTRIES, REFUSED
from payments.models import PaymentProfile


class Capability(models.TextChoices):
    """What the merchant's processor can do, by Apple's names."""

    THREE_D_SECURE = "supports3DS", _("3D Secure")
    DEBIT = "supportsDebit", _("Debit")
    CREDIT = "supportsCredit", _("Credit")


class Network(models.TextChoices):
    """Whose cards are taken, by Apple's names."""

    AMERICAN_EXPRESS = "amex", _("American Express")
    VISA = "visa", _("Visa")
    DISCOVER = "discover", _("Discover")
    MASTERCARD = "masterCard", _("Mastercard")


class Profile(SecretsForm):
    """A merchant, with the certificate that proves it to Apple."""

    certificate = forms.FileField(
        label=_("merchant certificate"),
        max_length=100,
        widget=forms.FileInput(attrs={"accept": ".p12,.pfx,.pem"}),
        help_text=_("The .p12 or .pem file with certificate and key, from Apple’s developer account."),
    )
    certificate_password = forms.CharField(
        label=_("certificate password"),
        max_length=100,
        strip=False,
        widget=SecretInput,
        help_text=_("Opens the key in that file."),
    )
    gateway_url = PublicURLField(
        label=_("payment gateway URL"),
        max_length=300,
        help_text=_("Receives the payment, and the contacts that were asked for."),
    )
    domain_url = PublicURLField(
        label=_("merchant domain URL"),
        max_length=200,
        help_text=_("The domain that is registered with the merchant ID."),
    )
    country = forms.CharField(
        label=_("merchant country code"),
        min_length=2,
        max_length=2,
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocapitalize": "characters"}),
        help_text=_("Where payments are processed, in two letters: DE, US."),
    )
    capabilities = forms.MultipleChoiceField(
        label=_("merchant capabilities"),
        choices=Capability.choices,
        initial=[Capability.THREE_D_SECURE],
        widget=Choices,
        help_text=_("Apple Pay needs 3D Secure."),
    )
    networks = forms.MultipleChoiceField(
        label=_("supported networks"),
        choices=Network.choices,
        widget=Choices,
        error_messages={"required": _("Choose at least one network.")},
    )
    secrets: ClassVar[tuple[str, ...]] = ("certificate", "certificate_password")

    class Meta:
        model = PaymentProfile
        fields = (
            "name",
            "friendly_name",
            "merchant_id",
            "certificate",
            "certificate_password",
            "gateway_url",
            "domain_url",
            "country",
            "capabilities",
            "networks",
        )
        help_texts = {
            "friendly_name": _("Customers see it on the payment sheet, in every language."),
            "merchant_id": _("As at Apple, like merchant.com.example.shop."),
        }

    def clean_certificate(self) -> str:
        """Return the new file as Base64, empty where none was chosen."""
        file: UploadedFile[Any] | None = self.cleaned_data["certificate"]
        if not file:
            return ""
        if (file.size or 0) > certificates.SIZE_LIMIT:
            raise ValidationError(_("This file is too large for a certificate. Choose the .p12 or .pem file."))
        return base64.b64encode(file.read()).decode()

    def clean_country(self) -> str:
        """Return the code in capitals, where Apple Pay in Messages works."""
        code: str = self.cleaned_data["country"].upper()
        if code in REFUSED:
            raise ValidationError(_("Apple Pay in Messages does not work for merchants in %(country)s.") % {
                "country": REFUSED[code]
            }, code="refused")  # fmt: skip
        if code not in COUNTRIES:
            raise ValidationError(_("No country has this code. Use two letters, like DE or US."), code="unknown")
        return code

    def clean_capabilities(self) -> list[str]:
        """Return the capabilities with 3D Secure among them."""
        chosen: list[str] = self.cleaned_data["capabilities"]
        if Capability.THREE_D_SECURE not in chosen:
            raise ValidationError(_("Choose 3D Secure: Apple Pay needs it."), code="3ds")
        return chosen

    def clean(self) -> dict[str, Any] | None:
        """Open the certificate with its password, where one of them is new."""
        data = super().clean()
        entered = self.cleaned_data
        is_new = entered.get("certificate") or entered.get("certificate_password")
        if is_new and not {"certificate", "certificate_password"} & set(self.errors):
            self._open_certificate()
        return data

    def _open_certificate(self) -> None:
        content = base64.b64decode(self.stored("certificate"))
        try:
            opened = certificates.open_certificate(content, self.stored("certificate_password"))
        except WrongPassword:
            self.add_error("certificate_password", _("This password does not open the certificate. Type it again."))
        except KeyWithoutPassword:
            self.add_error("certificate", _("The key in this file has no password. Export it again with one."))
        except NotACertificate:
            self.add_error(
                "certificate", _("This file holds no certificate with its key. Choose the .p12 or .pem file.")
            )
        else:
            self._keep_end(opened)

    def _keep_end(self, opened: MerchantCertificate) -> None:
        if opened.ends_at <= timezone.now():
            ended = _("This certificate ended on %(day)s. Create a new one at Apple.") % {"day": day_of(opened.ends_at)}
            self.add_error("certificate", ended)
        self.instance.certificate_ends_at = opened.ends_at
