"""The pages of the wizard that adds an account."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channels_app.forms import AppleId, check_is_new
from channels_app.models import Account, MspConnection
from channels_app.models.identifiers import looks_like_apples
from omnichannel.common.records import dress
from omnichannel.drafts.summary import Line, line_of

CHANNELS = [("apple", gettext_lazy("Apple Messages for Business"))]


class ChannelDetails(forms.Form):
    """How colleagues call the account, and its channel."""

    name = forms.CharField(
        label=gettext_lazy("name"),
        max_length=100,
        help_text=gettext_lazy("Colleagues find the account by it; customers do not see it."),
        error_messages={"required": gettext_lazy("Give the account a name.")},
    )
    channels = forms.ChoiceField(
        label=gettext_lazy("channels"),
        choices=CHANNELS,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose the channel.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self.fields.values())


class AddAccountPage(forms.Form):
    """The id at Apple and the connection that speaks for it."""

    business_id = AppleId(
        label=gettext_lazy("Apple Messages for Business account ID"),
        max_length=100,
        help_text=gettext_lazy(
            "In Apple Business Register open the Messages for Business account, its Messaging Service Provider, "
            "“Test your Messaging Service Provider connection”, then Copy ID."
        ),
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocapitalize": "none", "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Enter the ID that you copied at Apple.")},
    )
    is_meant = forms.BooleanField(label=gettext_lazy("Use this ID all the same"), required=False)
    connection = forms.ModelChoiceField(
        label=gettext_lazy("MSP connection"),
        queryset=MspConnection.objects.all(),
        empty_label=gettext_lazy("Choose a connection"),
        error_messages={"required": gettext_lazy("Choose the connection that speaks for it.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self.fields.values())
        connections = list(MspConnection.objects.all()[:2])
        self.has_connections = bool(connections)
        self.asks_about_shape = False
        if len(connections) == 1:
            self.initial.setdefault("connection", connections[0].pk)

    def clean_business_id(self) -> str:
        """Return the id, unless an account in use has it; a deleted account is taken back into use."""
        business_id: str = self.cleaned_data["business_id"]
        check_is_new(business_id, Account.objects.current())
        return business_id

    def clean(self) -> dict[str, Any] | None:
        """Ask again where the id does not look like one of Apple's."""
        data = super().clean()
        business_id = self.cleaned_data.get("business_id", "")
        self.asks_about_shape = bool(business_id) and not looks_like_apples(business_id)
        if self.asks_about_shape and not self.cleaned_data.get("is_meant"):
            self.add_error(
                "business_id",
                _("Apple’s IDs are 8-4-4-4-12 characters of 0-9 and a-f. Copy it again, or confirm it below."),
            )
        return data

    def lines(self) -> Iterator[Line]:
        """Return what was entered, in words."""
        yield line_of(self, "business_id")
        yield line_of(self, "connection")
        if Account.objects.filter(business_id=self.cleaned_data["business_id"]).exists():
            yield Line(_("Note"), _("This account was deleted here before. It comes back into use with its history."))
