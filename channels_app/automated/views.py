"""The portal's pages about automated messages: all of them, one of them, several at once, and those of an instance."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from channels_app.automated import forms, listing, services
from channels_app.automated.preview import samples, shown_in_bubble
from channels_app.automated.texts import SLUGS
from channels_app.automated.triggers import POSITION_IN_QUEUE, TRIGGER_BY_SLUG, Trigger
from channels_app.languages import language_name
from channels_app.models import ChannelInstance
from omnichannel.common.acts import posted

HERE = "channels_app/automated"
may_view = permission_required("channels_app.view_automatedmessage", raise_exception=True)
may_change = permission_required("channels_app.change_automatedmessage", raise_exception=True)

Change = Callable[..., None]
# What the buttons under the list do with what is ticked.
ACTS: dict[str, Change] = {
    "activate": partial(services.set_active, is_active=True),
    "deactivate": partial(services.set_active, is_active=False),
    "reset": services.reset,
}


@require_GET
@may_view
def messages_list(request: HttpRequest) -> HttpResponse:
    """Show every trigger with the text that holds in one language."""
    language = _language(request)
    context = {
        "title": _("Automated messages"),
        "lines": listing.lines_in(language),
        "instances": listing.instances(),
        "may_change": request.user.has_perm("channels_app.change_automatedmessage"),
    }
    return _render(request, "list", language, context)


@posted
@may_change
def change(request: HttpRequest) -> HttpResponse:
    """Activate, deactivate or reset what is ticked and come back to the list; or go on to edit it."""
    form = forms.Selection(request.POST)
    asked = request.POST.get("act", "")
    act = ACTS.get(asked)
    if asked == "edit":
        return _to(
            "automated_edit_many", trigger=request.POST.getlist("trigger"), language=request.POST.get("language", "")
        )
    if act is None:
        raise Http404
    if form.is_valid():
        act(form.triggers, form.cleaned_data["language"], by=request.user, request=request)
        messages.success(request, _count_changed(len(form.triggers)))
    else:
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    return _to("automated_list", language=request.POST.get("language", ""))


@require_http_methods(["GET", "POST"])
@may_change
def edit_many(request: HttpRequest) -> HttpResponse:
    """Write one text for everything that is ticked."""
    form = forms.BulkText(request.POST) if request.method == "POST" else None
    if form and form.is_valid():
        language, text = form.cleaned_data["language"], form.cleaned_data["text"]
        services.write_text(form.triggers, language, text, by=request.user, request=request)
        messages.success(request, _count_changed(len(form.triggers)))
        return _to("automated_list", language=language)
    ticked = (request.POST if form else request.GET).getlist("trigger")
    triggers = [TRIGGER_BY_SLUG[slug] for slug in ticked if slug in TRIGGER_BY_SLUG]
    if not triggers:
        messages.error(request, _("Tick the messages that you want to change."))
        return _to("automated_list", language=request.GET.get("language", ""))
    language = _language(request)
    form = form or forms.BulkText(initial={"language": language})
    context = {"title": _("Edit automated messages"), "triggers": triggers, "form": form}
    return _render(request, "edit_many", language, context | _writing(form["text"].value() or ""))


@require_http_methods(["GET", "POST"])
@may_change
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Write the channel's text for one trigger in one language."""
    trigger = TRIGGER_BY_SLUG.get(slug)
    if trigger is None:
        raise Http404
    language = _language(request)
    row = listing.row_of(trigger, language)
    holds = listing.line_of(trigger, language)
    initial = {
        "text": holds.in_force.text,
        "is_active": holds.in_force.is_active,
        "description": row.description if row else "",
    }
    form = forms.ChannelText(request.POST or None, initial=initial)
    below = listing.below(trigger, language)
    if form.is_valid():
        text = form.cleaned_data["text"]
        entries = form.cleaned_data | {"text": "" if text == below.text else text}
        services.write_text([trigger], language, by=request.user, request=request, **entries)
        messages.success(request, _("“%(message)s” is saved.") % {"message": trigger.label})
        return _to("automated_list", language=language)
    context = {"title": trigger.label, "line": holds, "trigger": trigger, "below": below, "row": row, "form": form}
    return _render(request, "edit", language, context | _writing(form["text"].value() or "", trigger))


@require_http_methods(["GET", "POST"])
@may_change
def instance_messages(request: HttpRequest, pk: int) -> HttpResponse:
    """Write what one instance sends instead of the channel's texts."""
    instance = get_object_or_404(ChannelInstance.objects.current().select_related("account", "workstream"), pk=pk)
    initial = forms.initial_messages(instance)
    formset = forms.InstanceMessages(request.POST or None, initial=initial)
    formset.extra = 1 if "add" in request.GET or not initial else 0
    if formset.is_valid():
        services.write_instance_messages(instance, formset.said, by=request.user, request=request)
        messages.success(request, _("The messages of %(instance)s are saved.") % {"instance": instance})
        return HttpResponseRedirect(reverse("admin:automated_instance", args=[pk]))
    context = {"title": str(instance), "instance": instance, "formset": formset}
    return _render(request, "instance", instance.language, context | _writing(""))


def _language(request: HttpRequest) -> str:
    asked = request.POST.get("language") or request.GET.get("language", "")
    return listing.language_asked_for(asked)


def _to(page: str, **query: Any) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{reverse(f'admin:{page}')}?{urlencode(query, doseq=True)}")


def _count_changed(count: int) -> str:
    return ngettext("%(count)s message is changed.", "%(count)s messages are changed.", count) % {"count": count}


def _writing(text: str, trigger: Trigger | None = None) -> dict[str, Any]:
    """Return what stands beside a field with slugs: their meanings and the bubble."""
    names = [name for name in SLUGS if name != "QueuePosition" or trigger == POSITION_IN_QUEUE]
    slugs = {f"{{{name}}}": SLUGS[name] for name in names}
    return {"slugs": slugs, "samples": json.dumps(samples()), "bubble": shown_in_bubble(text)}


def _render(request: HttpRequest, page: str, language: str, context: dict[str, Any]) -> HttpResponse:
    languages = {
        # Not "language", which is that of the page.
        "shown": language,
        "language_name": language_name(language),
        "in_use": dict([*listing.languages_in_use(), (language, language_name(language))]),
        "languages": listing.known_languages(),
    }
    return render(request, f"{HERE}/{page}.html", admin.site.each_context(request) | languages | context)
