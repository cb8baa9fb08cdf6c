"""What people say about a rich message beside its content."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from omnichannel.common.records import dress
from richmessages.kinds import KINDS
from richmessages.kinds.kind import Kind
from richmessages.models import RichMessage

if TYPE_CHECKING:
    RecordForm = forms.ModelForm[RichMessage]
else:
    RecordForm = forms.ModelForm

TAG_LIMIT = 50
MOST_TAGS = 20


class Tags(forms.CharField):
    """Tags as people type them, with commas between."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value) or ""
        parts = ("".join(filter(str.isprintable, part)).strip(" #") for part in text.split(","))
        tags = list({tag.casefold(): tag for tag in parts if tag}.values())
        if any(len(tag) > TAG_LIMIT for tag in tags):
            raise ValidationError(_("A tag has at most %(count)s characters.") % {"count": TAG_LIMIT})
        if len(tags) > MOST_TAGS:
            raise ValidationError(_("At most %(count)s tags.") % {"count": MOST_TAGS})
        return tags


class Properties(RecordForm):
    """Name, description, language, tags, and whether agents may change it for one sending."""

    tags = Tags(
        label=gettext_lazy("tags"),
        required=False,
        help_text=gettext_lazy("Agents find it by them. Commas between; the type is always one of them."),
    )

    class Meta:
        model = RichMessage
        fields = ("name", "description", "locale", "tags", "is_configurable")
        widgets = {"description": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "name": gettext_lazy("Agents search by it. There is one of this name in each language."),
            "description": gettext_lazy("What it is for; your colleagues read it, customers never do."),
            "locale": gettext_lazy("Agents are offered it in conversations of this language only."),
            "is_configurable": gettext_lazy("They may word it anew for a single sending; the message stays as it is."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.kind and not self.kind.is_configurable:
            del self.fields["is_configurable"]
        dress(self.fields.values())

    @property
    def kind(self) -> Kind | None:
        """Return the message's type, None while it is still to be chosen."""
        return KINDS.get(self.instance.kind)

    def clean_tags(self) -> list[str]:
        """Leave out the tag that the type brings along."""
        kind = self.kind or KINDS.get(self.data.get("kind", ""))
        return [tag for tag in self.cleaned_data["tags"] if kind is None or tag.casefold() != kind.tag]


class NewRichMessage(Properties):
    """The same, with the type, which stays."""

    kind_choice = forms.ChoiceField(
        label=gettext_lazy("type"),
        widget=forms.RadioSelect,
        choices=lambda: [(kind.slug, kind.label) for kind in KINDS.values()],
        error_messages={"required": gettext_lazy("Choose a type.")},
    )
    field_order = ("name", "kind_choice")

    def clean(self) -> dict[str, Any]:
        """Take the type over, and leave agents alone with what they cannot change."""
        data = super().clean() or self.cleaned_data
        kind = KINDS.get(data.get("kind_choice", ""))
        if kind:
            self.instance.kind = kind.slug
            data["tags"] = [tag for tag in data.get("tags", []) if tag.casefold() != kind.tag]
            data["is_configurable"] = bool(data.get("is_configurable")) and kind.is_configurable
        return data
