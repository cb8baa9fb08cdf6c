"""What people choose about rich messages and workstreams."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from richmessages.models import RichMessage
from workstreams.models import Workstream


class Ties(forms.Form):
    """The workstreams that a message is offered in."""

    workstreams = forms.ModelMultipleChoiceField(
        label=_("workstreams"),
        queryset=Workstream.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Tick none, and it is offered in every workstream."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["workstreams"].queryset = Workstream.objects.order_by("name")  # type: ignore[attr-defined]


class Choice(forms.Form):
    """The messages that are to be offered in a workstream."""

    messages = forms.ModelMultipleChoiceField(
        queryset=RichMessage.objects.none(),
        error_messages={"required": _("Tick the messages that you want to add.")},
    )

    def __init__(self, workstream: Workstream, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = RichMessage.objects.exclude(workstreams=workstream).prefetch_related("workstreams")
        self.fields["messages"].queryset = others  # type: ignore[attr-defined]
