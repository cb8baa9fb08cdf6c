"""What administrators type about files."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from channels_app.models import Organisation
from omnichannel.common.records import dress

LARGEST_KB = 102_400
BETWEEN = re.compile(r"[\s,;]+")
ENDING = re.compile(r"[a-z0-9_+-]{1,20}")


class Endings(forms.CharField):
    """Endings of files with blanks, commas or lines between; dots, stars and capitals are forgiven."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> Any:
        """Return the endings, each once, by the alphabet."""
        words = BETWEEN.split(str(super().to_python(value)).lower())
        return sorted({ending for word in words if (ending := word.lstrip("*."))})

    def validate(self, value: Any) -> None:
        """Say which of them cannot be an ending."""
        super().validate(value)
        wrong = [ending for ending in value if not ENDING.fullmatch(ending)]
        if wrong:
            names = ", ".join(wrong[:5])
            raise ValidationError(_("Not the ending of a file: %(names)s.") % {"names": names}, code="ending")

    def prepare_value(self, value: Any) -> Any:
        """Return a stored list as people read it, and what was typed as it was typed."""
        return " ".join(value) if isinstance(value, list) else value


class Rules(forms.Form):
    """How large files may be, and how they may not end."""

    largest_file_kb = forms.IntegerField(
        label=_("maximum file size, in KB"),
        min_value=1,
        max_value=LARGEST_KB,
        help_text=_("Holds both ways. Apple carries up to 102,400 KB; 5,120 KB are usual."),
    )
    blocked_extensions = Endings(
        label=_("blocked file extensions"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 7, "spellcheck": "false", "autocapitalize": "none"}),
        help_text=_(
            "Refused both ways, whatever the file holds. Write them with blanks between, with or without the dot. "
            "Where txt is blocked, transcripts cannot be sent as files."
        ),
    )

    def __init__(self, data: Any = None, *, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial, label_suffix="")
        dress(self.fields.values())
        self.fields["blocked_extensions"].widget.attrs["class"] = "input mono small"

    @classmethod
    def of(cls, organisation: Organisation, **other: Any) -> "Rules":
        """Return the form with what holds now, or with other values instead."""
        names = ("largest_file_kb", "blocked_extensions")
        return cls(initial={name: getattr(organisation, name) for name in names} | other)
