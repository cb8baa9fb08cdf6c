"""What an administrator brings: a file, and which accounts become others."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from omnichannel.common.records import dress
from omnichannel.configuration.reading import LONGEST

EXAMPLE = "3ff83aa1-…=9c1e7b52-…"


class _Prepared(forms.Form):
    """The fields that both steps need."""

    accounts = forms.CharField(
        label=_("test accounts to promote"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false", "placeholder": EXAMPLE}),
        help_text=_(
            "The account ID of a test account, an equals sign, and the account ID of the commercial one: everything of "
            "the first is imported for the second. One pair in each line."
        ),
    )

    def clean_accounts(self) -> dict[str, str]:
        """Return the new id of each old one."""
        pairs = {}
        for line in filter(None, map(str.strip, self.cleaned_data["accounts"].splitlines())):
            old, equals, new = (part.strip().lower() for part in line.partition("="))
            if not (old and equals and new):
                raise ValidationError(gettext("Write each line as OLD=NEW: %(line)s") % {"line": line}, code="pair")
            pairs[old] = new
        return pairs


class Upload(_Prepared):
    """A file to look at."""

    file = forms.FileField(
        label=_("configuration file"),
        widget=forms.ClearableFileInput(attrs={"accept": ".json,application/json"}),
        help_text=_("You see what would change before anything does. Nothing is ever deleted."),
    )
    field_order = ("file", "accounts")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self.fields.values())

    def clean_file(self) -> str:
        """Return the text of the file."""
        file = self.cleaned_data["file"]
        if file.size > LONGEST:
            raise ValidationError(gettext("This is more than 5 MB, and no configuration."), code="size")
        try:
            return str(file.read().decode())
        except UnicodeDecodeError as fault:
            raise ValidationError(gettext("This is no text in UTF-8, and no configuration."), code="text") from fault


class Confirmation(_Prepared):
    """The file that was looked at, and the plan that was shown."""

    content = forms.CharField(max_length=LONGEST, strip=False)
    digest = forms.CharField(max_length=64)
