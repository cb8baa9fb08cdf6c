"""The portal's pages on merchants at Apple Pay."""

import datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from omnichannel.common.records import tag
from omnichannel.common.secret_field import RecordWithSecrets, day_of, may_secret
from payments import forms
from payments.models import PaymentProfile

SOON = datetime.timedelta(days=30)


@admin.register(PaymentProfile)
class PaymentProfiles(RecordWithSecrets):
    """Merchants of the company."""

    form = forms.Profile
    search_fields = ("name", "friendly_name", "merchant_id")
    search_help_text = gettext_lazy("Name or merchant ID")
    readonly_fields = ("certificate_end", "certificate_state", "password_state")
    empty_hint = gettext_lazy(
        "A profile is your merchant at Apple Pay. Channel instances choose it, and agents then ask for payments."
    )

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        state = ("certificate_state",) if may_secret(request.user, "read", self.model) else ()
        return ("name", "friendly_name", "merchant_id", "country", *state, "certificate_end")

    def get_fieldsets(self, request: HttpRequest, obj: PaymentProfile | None = None) -> Any:
        # A page that only shows the record would print the fields' values.
        changes = not obj or self.has_change_permission(request, obj)
        secrets = ("certificate", "certificate_password") if changes else ("certificate_state", "password_state")
        return (
            (None, {"fields": ("name", "friendly_name", "merchant_id")}),
            (
                gettext_lazy("Certificate"),
                {"fields": (*secrets, *(("certificate_end",) if obj else ()))},
            ),
            (gettext_lazy("Processing"), {"fields": ("gateway_url", "domain_url", "country")}),
            (gettext_lazy("Payment options"), {"fields": ("capabilities", "networks")}),
        )

    @admin.display(description=gettext_lazy("certificate ends"), ordering="certificate_ends_at")
    def certificate_end(self, profile: PaymentProfile) -> SafeString | str:
        """Return the last day on which payments can be asked for."""
        ends_at = profile.certificate_ends_at
        if ends_at is None:
            return "–"
        if ends_at <= timezone.now():
            return tag(_("Ended on %(day)s") % {"day": day_of(ends_at)}, "bad")
        return tag(day_of(ends_at), "warn" if ends_at < timezone.now() + SOON else "")

    @admin.display(description=gettext_lazy("merchant certificate"))
    def certificate_state(self, profile: PaymentProfile) -> SafeString:
        """Return whether a certificate is stored."""
        return self.state_of(profile, "certificate")

    @admin.display(description=gettext_lazy("certificate password"))
    def password_state(self, profile: PaymentProfile) -> SafeString:
        """Return whether a password is stored."""
        return self.state_of(profile, "certificate_password")
