"""Keeps the state of a wizard in a row, not in a cookie or a session: tabs do not mix, a sign-out loses nothing."""

from __future__ import annotations

import json
from typing import Any

from django.http import Http404, HttpRequest
from django.utils import timezone
from formtools.wizard.storage.base import BaseStorage

from omnichannel.drafts.models import Draft


class DraftStorage(BaseStorage):
    """The draft of this person, this wizard and the run that the address names."""

    def __init__(self, prefix: str, request: HttpRequest, file_storage: Any = None) -> None:
        super().__init__(prefix, request, file_storage)
        run: Any = request.resolver_match.kwargs["run"] if request.resolver_match else None
        self._key: dict[str, Any] = {"owner_id": request.user.pk, "wizard": prefix, "run": run}
        draft = Draft.objects.filter(**self._key).first()
        if draft is None and Draft.objects.filter(run=run).exclude(owner=request.user.pk).exists():
            raise Http404
        self.draft = draft
        self.init_data()
        if draft:
            self.data |= draft.data

    def save(self) -> None:
        """Write what the wizard holds now."""
        values = {"content": json.dumps(self.data), "changed_at": timezone.now()}
        self.draft, _is_new = Draft.objects.update_or_create(**self._key, defaults=values)

    def lock(self) -> bool:
        """Hold the row until the transaction ends; return False where it is gone, since somebody finished it."""
        return Draft.objects.filter(**self._key).select_for_update().first() is not None

    def reset(self) -> None:
        """Remove the row: the wizard is done, or was given up."""
        Draft.objects.filter(**self._key).delete()
        self.draft = None
        self.init_data()
