"""The pages that set up an instance: steps of the wizard first, tabs of the instance's page afterwards."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channels_app.automated.forms import OwnTextSet
from channels_app.automated.triggers import choices
from channels_app.languages import language_choices
from channels_app.models import Account, ChannelInstance
from omnichannel.common.records import dress
from omnichannel.drafts.summary import Line, line_of
from workstreams.models import Workstream

if TYPE_CHECKING:
    InstanceForm = forms.ModelForm[ChannelInstance]
    AccountChoice = forms.ModelChoiceField[Account]
else:
    InstanceForm, AccountChoice = forms.ModelForm, forms.ModelChoiceField


class Switch(forms.CheckboxInput):
    """Something to turn on."""

    def __init__(self) -> None:
        super().__init__(attrs={"class": "switch", "role": "switch"})


class AccountField(AccountChoice):
    """Accounts with their whole id: two of them may have the same name."""

    def label_from_instance(self, obj: Any) -> SafeString:
        """Return name and id."""
        return format_html('<b>{}</b> <span class="hint mono">{}</span>', obj.name, obj.business_id)


class Accounts(InstanceForm):
    """Which account is put to work."""

    account = AccountField(
        label=gettext_lazy("Available Apple Messages for Business accounts"),
        queryset=Account.objects.none(),
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Accounts that no workstream uses yet."),
        error_messages={"required": gettext_lazy("Choose an account.")},
    )

    class Meta:
        model = ChannelInstance
        fields = ("account",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        free = Account.objects.current().without_instance()
        self.fields["account"].queryset = free  # type: ignore[attr-defined]
        self.has_accounts = free.exists()

    def lines(self) -> Iterator[Line]:
        """Return the account and its id."""
        account = self.cleaned_data["account"]
        yield Line(_("Account"), account.name)
        yield Line(_("Account ID"), account.business_id)


class AccountTab(InstanceForm):
    """Where the conversations of an instance go; its account stays."""

    class Meta:
        model = ChannelInstance
        fields = ("workstream",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self.fields.values())
        field: Any = self.fields["workstream"]
        field.queryset, field.empty_label = Workstream.objects.all(), None
        field.help_text = _("Takes the account’s new conversations; those that are open stay where they are.")


class Language(InstanceForm):
    """The language in which the instance speaks by itself."""

    language = forms.ChoiceField(
        label=gettext_lazy("language"),
        choices=language_choices,
        initial="en",
        help_text=gettext_lazy(
            "Automated messages are sent in it, and agents are offered its quick replies and rich messages."
        ),
    )

    class Meta:
        model = ChannelInstance
        fields = ("language",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self.fields.values())


class Behaviors(InstanceForm):
    """What the instance says and asks by itself, and whether customers can be asked to sign in."""

    class Meta:
        model = ChannelInstance
        fields = ("offers_survey", "survey", "survey_message", "may_authenticate", "authentication_setting")
        widgets = {"offers_survey": Switch, "may_authenticate": Switch}
        labels = {
            "survey_message": gettext_lazy("message"),
            "may_authenticate": gettext_lazy("authentication settings"),
        }
        help_texts = {
            "offers_survey": gettext_lazy("A link to a survey is sent when a conversation has ended."),
            "survey_message": gettext_lazy("The link is appended to it. A stock text is sent where this is empty."),
            "may_authenticate": gettext_lazy("Agents can ask customers to sign in."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self.fields.values())
        for name, empty in (("survey", _("No survey yet")), ("authentication_setting", _("No setting yet"))):
            field: Any = self.fields[name]
            field.empty_label, field.is_alternative = empty, True
        own = self.instance.automated_messages.all() if self.instance.pk else ()
        self.texts: Any = OwnTextSet(
            self.data if self.is_bound else None,
            prefix=self.add_prefix("texts"),
            initial=[{"trigger": each.trigger, "text": each.text} for each in own],
        )

    def clean(self) -> dict[str, Any] | None:
        """Let go of what belongs to a switch that is off, and check every text."""
        data = super().clean()
        if not self.cleaned_data.get("offers_survey"):
            self.cleaned_data |= {"survey": None, "survey_message": ""}
        if not self.cleaned_data.get("may_authenticate"):
            self.cleaned_data["authentication_setting"] = None
        if self.texts.is_valid():
            self.cleaned_data["texts"] = self.texts.said
        else:
            self.add_error(None, _("A custom automated message needs a look."))
        return data

    def lines(self) -> Iterator[Line]:
        """Return what was entered, in words."""
        label_by_trigger = dict(choices())
        own = [f"{label_by_trigger[each.trigger]}: {each.text}" for each in self.cleaned_data["texts"]]
        yield Line(_("Custom automated messages"), "\n".join(own) or _("None: the texts of the channel are sent"))
        yield line_of(self, "offers_survey")
        if self.cleaned_data["offers_survey"]:
            yield _or_later(line_of(self, "survey"), self.cleaned_data["survey"])
            yield line_of(self, "survey_message")
        yield line_of(self, "may_authenticate")
        if self.cleaned_data["may_authenticate"]:
            yield _or_later(line_of(self, "authentication_setting"), self.cleaned_data["authentication_setting"])


class Features(InstanceForm):
    """What customers and agents may send."""

    class Meta:
        model = ChannelInstance
        fields = ("customers_may_attach", "agents_may_attach", "may_request_payment", "payment_profile")
        widgets = {"customers_may_attach": Switch, "agents_may_attach": Switch, "may_request_payment": Switch}
        labels = {
            "customers_may_attach": gettext_lazy("File attachments: customers"),
            "agents_may_attach": gettext_lazy("File attachments: agents"),
        }
        help_texts = {
            "customers_may_attach": gettext_lazy("Customers can send files. What is refused leaves a note."),
            "agents_may_attach": gettext_lazy("Agents can send files."),
            "may_request_payment": gettext_lazy("Agents can ask for a payment in the conversation."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self.fields.values())
        field: Any = self.fields["payment_profile"]
        field.empty_label, field.is_alternative = _("No profile yet"), True

    def clean_payment_profile(self) -> Any:
        """Return the profile, unless Apple would refuse its certificate."""
        profile = self.cleaned_data["payment_profile"]
        ends_at = profile.certificate_ends_at if profile else None
        if ends_at and ends_at < timezone.now() and self.cleaned_data.get("may_request_payment"):
            raise ValidationError(
                _("The certificate of this profile ended on %(date)s. Replace it, or choose another profile."),
                params={"date": date_format(timezone.localtime(ends_at))},
                code="expired",
            )
        return profile

    def clean(self) -> dict[str, Any] | None:
        """Let go of the profile where Apple Pay is off."""
        data = super().clean()
        if not self.cleaned_data.get("may_request_payment"):
            self.cleaned_data["payment_profile"] = None
        return data

    def lines(self) -> Iterator[Line]:
        """Return what was entered, in words."""
        for name in ("customers_may_attach", "agents_may_attach", "may_request_payment"):
            yield line_of(self, name)
        if self.cleaned_data["may_request_payment"]:
            yield _or_later(line_of(self, "payment_profile"), self.cleaned_data["payment_profile"])


def _or_later(line: Line, chosen: Any) -> Line:
    return line if chosen else Line(line.label, _("Not chosen yet; it can be chosen later"))
