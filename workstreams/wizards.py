"""The guided page that creates a workstream."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from omnichannel.drafts.wizards import PortalWizard
from workstreams import forms, services


class NewWorkstream(PortalWizard):
    """A workstream with its distribution mode and fallback queue (Create workstreams)."""

    slug = "new-workstream"
    url_name = "workstreams_workstream_add"
    permission = "workstreams.add_workstream"
    heading = gettext_lazy("New workstream")
    form_list = [("details", forms.WorkstreamDetails)]
    step_titles = {"details": gettext_lazy("Workstream")}
    step_templates = {"details": "workstreams/details.html"}
    named_by = ("details", "name")
    refusals = (services.NameTaken,)

    def done(self, _form_list: Any, **_kwargs: Any) -> HttpResponse:
        entries = self.entries()
        plan = services.WorkstreamPlan(
            entries["name"], entries["distribution"], entries["fallback_queue"], entries["new_queue"]
        )
        workstream = services.create_workstream(plan, by=self.request.user, request=self.request)
        messages.success(self.request, _("The workstream “%(name)s” is created.") % {"name": workstream})
        return redirect("admin:workstreams_workstream_change", workstream.pk)

    def list_url(self) -> str:
        return reverse("admin:workstreams_workstream_changelist")

    def crumbs(self) -> list[tuple[Any, str]]:
        return [(_("Workstreams"), self.list_url())]
