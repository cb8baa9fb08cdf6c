"""Form fields of stored secrets: masked, never shown again, and each right of them separate (secure columns).

The rights are ``read`` (see that the secret is set, and when), ``create`` (set it in a new record) and ``update``
(replace it); as permissions, ``payments.update_secret_paymentprofile``.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.db.models import Model
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from omnichannel.common.encryption import held_at, why_held
from omnichannel.common.records import RecordAdmin, tag

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[Any]
else:
    ModelForm = forms.ModelForm

MASK = "••••••••••••"


def may_secret(user: Any, right: str, model: type[Model] | Model) -> bool:
    """Tell whether the person may ``read``, ``create`` or ``update`` the secrets of such records."""
    options = model._meta
    return bool(user.has_perm(f"{options.app_label}.{right}_secret_{options.model_name}"))


class SecretInput(forms.PasswordInput):
    """A box for a secret that no browser offers to remember."""

    def __init__(self) -> None:
        super().__init__(attrs={"autocomplete": "off", "spellcheck": "false"})


class SecretsForm(ModelForm):
    """A record's form in which the fields named by ``secrets`` obey the viewer's rights.

    Whoever builds the form says who looks at it: RecordWithSecrets by ``viewer``, a wizard by the argument.
    The model has, beside each secret, when it was set: ``client_secret`` and ``client_secret_set_at``.
    """

    secrets: ClassVar[tuple[str, ...]]
    viewer: Any = None

    def __init__(self, *args: Any, viewer: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.viewer = viewer or self.viewer
        for name in self.secrets:
            # What is stored never reaches a form, not even as the value that a field compares with.
            self.initial.pop(name, None)
            if name in self.fields:
                self._guard(name)

    def _guard(self, name: str) -> None:
        field, stored = self.fields[name], bool(getattr(self.instance, name))
        field.required = not stored
        # Not optional either: what is stored is kept.
        field.is_alternative = stored  # type: ignore[attr-defined]
        field.help_text = _about(self, name, field.help_text)
        if not self._may("update" if self.instance.pk else "create"):
            field.disabled, field.required = True, False
            field.widget = SecretInput()
            field.widget.attrs |= {"class": "input", "placeholder": MASK}
        elif stored and self._may("read"):
            field.widget.attrs["placeholder"] = MASK

    def _may(self, right: str) -> bool:
        return self.viewer is not None and may_secret(self.viewer, right, self.instance)

    def stored(self, name: str) -> str:
        """Return the new secret where one was entered, else the one that is kept."""
        return self.cleaned_data.get(name) or getattr(self.instance, name) or ""

    def clean(self) -> dict[str, Any] | None:
        """Let nobody lead a stored secret to an address of their own."""
        data = super().clean()
        entered = self.cleaned_data
        for name in held_at(self.instance, renewed=[name for name in self.secrets if entered.get(name)]):
            if name in entered and entered[name] != getattr(self.instance, name):
                self.add_error(name, why_held())
        return data

    def _post_clean(self) -> None:
        for name in self.secrets:
            if self.cleaned_data.get(name):
                setattr(self.instance, f"{name}_set_at", timezone.now())
            elif name in self.cleaned_data:
                self.cleaned_data[name] = getattr(self.instance, name)
        super()._post_clean()  # type: ignore[misc]


def _about(form: SecretsForm, name: str, first: Any) -> SafeString:
    """Return what this viewer may know of a secret, behind the mark of secure columns."""
    is_new = form.instance.pk is None
    icon = render_to_string("portal/icon.html", {"name": "info", "class": "small"})
    words = [_known(form.instance, name)] if form._may("read") and not is_new else []
    if not form._may("create" if is_new else "update"):
        words.append(_("Your rights do not include setting it. An administrator gives them on your user’s page."))
    elif is_new:
        words += [str(first), _("It is kept encrypted and never shown again.")]
    else:
        words.append(_("Enter a new one to replace it, or leave this empty to keep what is stored."))
    return format_html('<span class="secure">{} {}</span>', SafeString(icon), " ".join(filter(None, words)))


def _known(record: Model, name: str) -> str:
    moment: datetime.datetime | None = getattr(record, f"{name}_set_at")
    if not getattr(record, name):
        return _("Not set.")
    return _("Set on %(day)s.") % {"day": day_of(moment)} if moment else _("Set.")


def day_of(moment: datetime.datetime) -> str:
    """Return "3 May 2026" in the viewer's zone."""
    return date_format(timezone.localtime(moment), "j F Y")


class RecordWithSecrets(RecordAdmin):
    """Pages of records whose form is a SecretsForm."""

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> type[Any]:
        form = kwargs.pop("form", self.form)
        seen = type(form.__name__, (form,), {"viewer": request.user})
        return super().get_form(request, obj, change, form=seen, **kwargs)

    def has_add_permission(self, request: HttpRequest) -> bool:
        # A record without its secret works nowhere, so who may not set one adds none.
        return super().has_add_permission(request) and may_secret(request.user, "create", self.model)

    def state_of(self, record: Model, name: str) -> SafeString:
        """Return whether a secret is set, for people who may read that."""
        moment = getattr(record, f"{name}_set_at")
        if not getattr(record, name):
            return tag(_("Missing"), "bad")
        return tag(_("Set on %(day)s") % {"day": day_of(moment)} if moment else _("Set"), "good")
