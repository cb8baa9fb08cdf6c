"""The designer's pages: a message being designed, what it is called, and a second one like it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from omnichannel.common.acts import posted
from richmessages import services
from richmessages.designer import acts, forms
from richmessages.designer.desk import Desk
from richmessages.designer.preview import CASE_WORDS, cases_asked_for
from richmessages.designer.reading import NotReadable, read, read_json
from richmessages.kinds.kind import Fault
from richmessages.models import RichMessage

HERE = "richmessages/designer"
PAGE = "admin:richmessages_richmessage_change"
may_change = permission_required("richmessages.change_richmessage", raise_exception=True)
may_add = permission_required("richmessages.add_richmessage", raise_exception=True)


@require_http_methods(["GET", "POST"])
@may_change
def design(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a message in the designer; what is posted is kept, and answered with all that follows from it."""
    message = get_object_or_404(RichMessage, pk=pk)
    if request.method == "GET":
        return _page(request, _opened(message, request))
    desk = Work(message, request).done()
    if request.headers.get("X-Requested-With") == "designer":
        return render(request, f"{HERE}/answer.html", _about(desk))
    if desk.refusal or desk.has_conflict:
        return _page(request, desk)
    if desk.told:
        messages.success(request, desk.told)
    query = {"_case": sorted(desk.cases), "focus": desk.focus} | ({"checked": "on"} if desk.is_checked else {})
    return redirect(f"{reverse(PAGE, args=[pk])}?{urlencode(query, doseq=True)}")


@require_http_methods(["GET", "POST"])
@may_change
def properties(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what a message is called and by what it is found; its type stays."""
    message = get_object_or_404(RichMessage, pk=pk)
    form = forms.Properties(request.POST if request.method == "POST" else None, instance=message)
    if form.is_valid():
        services.describe(form.save(commit=False), form.fields, by=request.user, request=request)
        messages.success(request, _("Saved."))
        return redirect(PAGE, pk)
    context = {"title": message.name, "rich": RichMessage.objects.get(pk=pk), "form": form, "tab": "properties"}
    return render(request, f"{HERE}/properties.html", admin.site.each_context(request) | context)


@posted
@may_add
def duplicate(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a draft like this message, and go to it."""
    copy = services.duplicate(get_object_or_404(RichMessage, pk=pk), by=request.user, request=request)
    messages.success(request, _("“%(copy)s” is a draft of its own now.") % {"copy": copy})
    return redirect(PAGE, copy.pk)


@dataclass
class Work:
    """One posted form: what is to be done with it, and what came of that."""

    message: RichMessage
    request: HttpRequest
    focus: str = ""
    told: str = ""
    refusal: str = ""
    pasted: str = ""
    has_conflict: bool = False
    wants_fields: bool = False

    def done(self) -> Desk:
        """Do it, and return the desk as it is now."""
        verb = self.act.partition(":")[0]
        content = self._read(verb)
        do = self._acts().get(verb, self._write)
        try:
            content = do(content) or content
        except services.ChangedElsewhere:
            self.has_conflict = True
        except services.NotComplete as fault:
            self.refusal = _why_not_published(fault.faults)
        retry = self.act.partition(":")[2] if verb == "retry" else ""
        found, sources = services.examine(self.message.described, content, anew=retry)
        desk = Desk(self.message, content, found, sources, cases=cases_asked_for(self.request.POST))
        return replace(
            desk,
            is_checked=self._is_checked(verb),
            focus=self.focus,
            has_fields=self.wants_fields,
            told=self.told,
            refusal=self.refusal,
            pasted=self.pasted,
            outdated=self.revision if self.has_conflict else None,
        )

    @property
    def act(self) -> str:
        """Return the button that was pressed; none while somebody types."""
        return self.request.POST.get("_do", "")

    @property
    def revision(self) -> int:
        """Return which state of the row the page was made from."""
        text = self.request.POST.get("_revision", "")
        return int(text) if text.isdecimal() and len(text) < 10 else 0

    def _acts(self) -> dict[str, Callable[[dict[str, Any]], dict[str, Any] | None]]:
        return {
            "publish": self._publish,
            "discard": self._discard,
            "deactivate": self._deactivate,
            "overwrite": self._overwrite,
        }

    def _read(self, verb: str) -> dict[str, Any]:
        posted, kind = self.request.POST, self.message.described
        if verb in ("paste", "restore"):
            try:
                content = read_json(kind, posted.get("_content", ""))
            except NotReadable as fault:
                self.refusal, self.pasted = str(fault), posted.get("_content", "")
            else:
                self.wants_fields = True
                return content
        content = read(kind, posted)
        if verb in acts.ON_LISTS or verb in acts.ON_ENTRIES:
            self.wants_fields = True
            try:
                done = acts.perform(kind, content, self.act)
            except acts.NoSuchAct:
                return content
            self.focus = done.focus
            return done.content
        return content

    def _write(self, content: dict[str, Any]) -> None:
        services.write(self.message, content, revision=self.revision)

    def _overwrite(self, content: dict[str, Any]) -> None:
        services.write(self.message, content, revision=self.message.revision)

    def _publish(self, content: dict[str, Any]) -> None:
        self._write(content)
        services.publish(self.message, content, **self._by())
        self.told = _("Published. Agents send it from now on.")

    def _discard(self, _content: dict[str, Any]) -> dict[str, Any]:
        services.discard(self.message, revision=self.revision, by=self.request.user, request=self.request)
        self.wants_fields, self.told = True, _("Your changes are gone. This is what agents send.")
        return dict(self.message.content)

    def _deactivate(self, content: dict[str, Any]) -> None:
        self._write(content)
        services.deactivate(self.message, **self._by())
        self.told = _("Agents no longer find it. Publish it to bring it back.")

    def _by(self) -> dict[str, Any]:
        return {"revision": self.message.revision, "by": self.request.user, "request": self.request}

    def _is_checked(self, verb: str) -> bool:
        return self.message.is_active or verb in ("publish", "paste") or "_checked" in self.request.POST


def _why_not_published(faults: list[Fault]) -> str:
    if all(fault.is_warning or fault.is_passing for fault in faults):
        return _("Not published yet: a picture is still being fetched. Try again in a moment.")
    return _("Not published yet: what is marked is missing or wrong.")


def _opened(message: RichMessage, request: HttpRequest) -> Desk:
    content = dict(message.working_copy)
    found, sources = services.examine(message.described, content)
    is_checked = message.is_active or "checked" in request.GET
    return Desk(
        message, content, found, sources, is_checked, cases_asked_for(request.GET), request.GET.get("focus", "")
    )


def _about(desk: Desk) -> dict[str, Any]:
    return {"desk": desk, "rich": desk.message, "cases": CASE_WORDS}


def _page(request: HttpRequest, desk: Desk) -> HttpResponse:
    context = {"title": desk.message.name, "tab": "design"} | _about(replace(desk, has_fields=True))
    return render(request, f"{HERE}/design.html", admin.site.each_context(request) | context)
