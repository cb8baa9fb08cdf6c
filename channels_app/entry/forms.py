"""What an entry link says."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channels_app.entry.links import LONGEST_BODY, LONGEST_ID, RESERVED, Entry
from omnichannel.common.records import dress


class Parameters(forms.Form):
    """Intent, group and first words, all of them optional."""

    intent = forms.CharField(
        label=gettext_lazy("Intent"),
        max_length=LONGEST_ID,
        required=False,
        help_text=gettext_lazy("Why the customer writes, such as order-status. Routing rules read it."),
    )
    group = forms.CharField(
        label=gettext_lazy("Group"),
        max_length=LONGEST_ID,
        required=False,
        help_text=gettext_lazy("The team that is wanted, such as repairs. Routing rules read it too."),
    )
    body = forms.CharField(
        label=gettext_lazy("First words"),
        max_length=LONGEST_BODY,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text=gettext_lazy("Stands in the customer’s input field, where it can be changed before it is sent."),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        dress(self.fields.values())
        for name in ("intent", "group"):
            self.fields[name].widget.attrs |= {"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}

    def clean_intent(self) -> str:
        """Return the intent without what Apple advises against."""
        return _unreserved(self.cleaned_data["intent"])

    def clean_group(self) -> str:
        """Return the group without what Apple advises against."""
        return _unreserved(self.cleaned_data["group"])

    def entry(self, business_id: str) -> Entry | None:
        """Return the link with these parameters, where they are all right."""
        return Entry(business_id, **self.cleaned_data) if self.is_valid() else None


def _unreserved(text: str) -> str:
    found = sorted(set(text) & set(RESERVED), key=text.index)
    if found:
        raise ValidationError(
            _("Leave out %(characters)s: Apple advises against it."), params={"characters": " ".join(found)}
        )
    return text
