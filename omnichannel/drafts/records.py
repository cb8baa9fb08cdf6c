"""Lists of records that a wizard adds."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from omnichannel.common.records import RecordAdmin
from omnichannel.drafts.wizards import PortalWizard


class GuidedAdmin(RecordAdmin):
    """Records whose page to add one is a wizard; the list offers to continue what was begun."""

    wizard: ClassVar[type[PortalWizard]]

    def get_urls(self) -> list[URLPattern]:
        guard = self.admin_site.admin_view
        pages = self.wizard.addresses("add/")
        return [
            *(path(str(each.pattern), guard(each.callback), name=each.name) for each in pages),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"begun": self.wizard.begun_by(request.user)} | (extra_context or {}))
