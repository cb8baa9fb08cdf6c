"""What agents type and choose in the console."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from conversations.console.worklist import MOST, PAGE, View, Worklist
from workstreams.models import Agent


class FilesInput(forms.ClearableFileInput):
    """A file input that takes several."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files, as a list."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        return [super(FilesField, self).clean(each, initial) for each in data or ()]


class Composer(forms.Form):
    """A message to the customer; what may be sent is the service's to say."""

    body = forms.CharField(required=False, strip=False)
    attachments = FilesField(required=False, allow_empty_file=True)
    client_key = forms.CharField(required=False, max_length=128)

    @property
    def chosen(self) -> Sequence[UploadedFile[Any]]:
        """Return the files, in the order chosen."""
        files: Sequence[UploadedFile[Any]] = self.cleaned_data["attachments"]
        return files

    @property
    def faults(self) -> list[str]:
        """Return every fault as a sentence."""
        return [str(message) for messages in self.errors.values() for message in messages]


class ListChoice(forms.Form):
    """Which list is wanted; what cannot be understood falls back to the usual."""

    view = forms.ChoiceField(required=False, choices=View.choices)
    q = forms.CharField(required=False, max_length=200)
    show = forms.IntegerField(required=False, min_value=PAGE, max_value=MOST)

    def worklist(self, agent: Agent) -> Worklist:
        """Return the agent's list as chosen."""
        self.is_valid()
        chosen = self.cleaned_data
        return Worklist(
            agent,
            view=View(chosen.get("view") or View.MINE),
            query=chosen.get("q", ""),
            show=chosen.get("show") or PAGE,
        )


class Position(forms.Form):
    """A place in a transcript or a list, by id."""

    before = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    since = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    current = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)

    def read(self, name: str) -> int | None:
        """Return one of them, None where it is missing or no id."""
        self.is_valid()
        value: int | None = self.cleaned_data.get(name)
        return value
