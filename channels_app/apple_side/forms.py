"""What people choose about Apple's side."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from channels_app.regions import REGION_BY_CODE, served_regions


class Geography(forms.Form):
    """The geography whose endpoint is entered at Apple; only what is served can be chosen."""

    region = forms.ChoiceField(
        label=_("Geography"),
        error_messages={
            "required": _("Choose a geography."),
            "invalid_choice": _("This installation does not serve that geography. Choose one that it serves."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["region"]
        field.choices = [(code, REGION_BY_CODE[code].name) for code in served_regions()]
