"""The wizards that add an account and put it to work."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channels_app import account_steps, instance_steps, services
from channels_app.endpoint import endpoint_url
from omnichannel.common.records import copyable
from omnichannel.drafts.models import Draft
from omnichannel.drafts.wizards import Begun, PortalWizard, Summary
from workstreams.models import Workstream


class AddAccount(PortalWizard):
    """Registers a business of Apple Business Register (Configure a channel, Step 1)."""

    slug = "add-account"
    url_name = "channels_app_account_add"
    permission = "channels_app.add_account"
    heading = gettext_lazy("Add account")
    form_list = [
        ("details", account_steps.ChannelDetails),
        ("account", account_steps.AddAccountPage),
        ("summary", Summary),
    ]
    step_titles = {
        "details": gettext_lazy("Channel details"),
        "account": gettext_lazy("Add account"),
        "summary": gettext_lazy("Summary"),
    }
    step_templates = {"account": "channels_app/add_account.html"}
    finish_word = gettext_lazy("Finish")
    named_by = ("details", "name")
    refusals = (services.CannotSetUp,)

    def done(self, _form_list: Any, **_kwargs: Any) -> HttpResponse:
        entries = self.entries()
        values = {name: entries[name] for name in ("name", "connection", "business_id")}
        account = services.add_account(**values, by=self.request.user, request=self.request)
        messages.success(
            self.request, _("“%(name)s” is added. Set it up in a workstream next.") % {"name": account.name}
        )
        return redirect(self.list_url())

    def get_context_data(self, form: Any, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(form, **kwargs) | {"endpoint": copyable(endpoint_url())}

    def list_url(self) -> str:
        return reverse("admin:channels_app_account_changelist")

    def crumbs(self) -> list[tuple[Any, str]]:
        return [(_("Accounts and channels"), self.list_url())]


class SetUp(PortalWizard):
    """Puts an account to work in the workstream that the address names (Configure a channel, Step 1)."""

    slug = "set-up"
    url_name = "workstreams_workstream_set_up"
    permission = "channels_app.add_channelinstance"
    heading = gettext_lazy("Set up Apple Messages for Business")
    form_list = [
        ("accounts", instance_steps.Accounts),
        ("language", instance_steps.Language),
        ("behaviors", instance_steps.Behaviors),
        ("features", instance_steps.Features),
        ("summary", Summary),
    ]
    step_titles = {
        "accounts": gettext_lazy("Accounts"),
        "language": gettext_lazy("Language"),
        "behaviors": gettext_lazy("Behaviors"),
        "features": gettext_lazy("User features"),
        "summary": gettext_lazy("Summary"),
    }
    step_templates = {
        "accounts": "channels_app/accounts.html",
        "behaviors": "channels_app/behaviors.html",
        "features": "channels_app/features.html",
    }
    refusals = (services.CannotSetUp,)

    @classmethod
    def begun_anywhere(cls, user: Any) -> list[Begun]:
        """Return what this person can continue in any workstream, named after it."""
        if not user.has_perm(cls.permission):
            return []
        drafts = {draft: draft.subject for draft in Draft.objects.begun_about_any(user, cls.slug)}
        workstreams = Workstream.objects.in_bulk(set(drafts.values()))
        return [
            replace(cls.begun(draft, workstream=pk), name=workstreams[pk].name)
            for draft, pk in drafts.items()
            if pk in workstreams
        ]

    @cached_property
    def workstream(self) -> Workstream:
        """The workstream that takes the conversations."""
        return get_object_or_404(Workstream, pk=self.kwargs["workstream"])

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.has_perm(self.permission):
            _exists = self.workstream
        return super().dispatch(request, *args, **kwargs)

    def done(self, _form_list: Any, **_kwargs: Any) -> HttpResponse:
        instance = services.create_instance(
            **self.entries(), workstream=self.workstream, by=self.request.user, request=self.request
        )
        messages.success(
            self.request, _("“%(name)s” is at work: customers can write now.") % {"name": instance.account}
        )
        return redirect("admin:channels_app_channelinstance_change", instance.pk)

    def list_url(self) -> str:
        return reverse("admin:workstreams_workstream_change", args=[self.workstream.pk])

    def crumbs(self) -> list[tuple[Any, str]]:
        return [
            (_("Workstreams"), reverse("admin:workstreams_workstream_changelist")),
            (self.workstream, self.list_url()),
        ]
