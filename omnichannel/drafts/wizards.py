"""The base of every guided set-up: documented pages in the documented order, a draft behind them, nothing lost."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from itertools import takewhile
from typing import Any, ClassVar
from uuid import UUID, uuid4

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.datastructures import MultiValueDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from formtools.wizard.views import WizardView

from omnichannel.common.records import ago
from omnichannel.drafts.models import Draft
from omnichannel.drafts.storage import DraftStorage
from omnichannel.drafts.summary import Section, lines_of

NEXT, KEEP, DISCARD = "next", "keep", "discard"


class Summary(forms.Form):
    """The last page of a wizard, which asks nothing."""


SUGGESTED = "suggested"


@dataclass(frozen=True)
class Begun:
    """A draft that can be continued."""

    url: str
    name: str
    step: str
    changed: SafeString


@dataclass(frozen=True)
class Page:
    """A page in the step indicator."""

    name: str
    title: str
    place: str


class PortalWizard(WizardView, ABC):
    """A wizard of the portal; ``done`` makes one service call and returns where to go.

    Secrets belong in a PasswordInput: they stay in the encrypted draft and never come back in a page. Files are not
    taken. What the service raises of ``refusals`` is shown on the last page.
    """

    storage_name = "omnichannel.drafts.storage.DraftStorage"
    template_name = "drafts/wizard.html"
    slug: ClassVar[str]
    # Of its first address; "_run" and "_step" behind it name the others. All stand in the admin's namespace.
    url_name: ClassVar[str]
    permission: ClassVar[str]
    heading: ClassVar[Any]
    step_titles: ClassVar[dict[str, Any]]
    step_templates: ClassVar[dict[str, str]] = {}
    finish_word: ClassVar[Any] = gettext_lazy("Create")
    # The step and the field that tell one draft from another in a list.
    named_by: ClassVar[tuple[str, str]] = ("", "")
    refusals: ClassVar[tuple[type[Exception], ...]] = ()
    storage: DraftStorage
    request: HttpRequest

    @classmethod
    def addresses(cls, start: str) -> list[URLPattern]:
        """Return its pages, all of them below a path like ``add/``."""
        page = cls.as_view()
        return [
            path(start, cls.begin, name=cls.url_name),
            path(f"{start}<uuid:run>/", page, name=f"{cls.url_name}_run"),
            path(f"{start}<uuid:run>/<slug:step>/", page, name=f"{cls.url_name}_step"),
        ]

    @classmethod
    def begin(cls, request: HttpRequest, **about: Any) -> HttpResponse:
        """Go to the first page of a new run."""
        if not request.user.has_perm(cls.permission):
            raise PermissionDenied
        first = cls.form_list[0][0]
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        return HttpResponseRedirect(cls.address(uuid4(), first, **about) + query)

    @classmethod
    def address(cls, run: UUID, step: str = "", **about: Any) -> str:
        """Return where a page of a run is, or where the run goes on."""
        kind, named = ("_step", {"step": step}) if step else ("_run", {})
        return reverse(f"admin:{cls.url_name}{kind}", kwargs=about | {"run": run} | named)

    @classmethod
    def draft_name(cls, **about: Any) -> str:
        """Return what the drafts of this wizard are kept under; ``about`` is what its address says it is for."""
        return "-".join([cls.slug, *(str(each) for each in about.values())])

    @classmethod
    def begun_by(cls, user: Any, **about: Any) -> list[Begun]:
        """Return what this person can continue here."""
        if not user.has_perm(cls.permission):
            return []
        drafts = Draft.objects.begun_by(user, cls.draft_name(**about))
        return [cls.begun(draft, **about) for draft in drafts]

    @classmethod
    def begun(cls, draft: Draft, **about: Any) -> Begun:
        """Return how a list shows a draft."""
        step, field = cls.named_by
        data = draft.data
        typed = data["step_data"].get(step, {}).get(f"{step}-{field}", [""])
        title = cls.step_titles.get(data["step"], "")
        return Begun(cls.address(draft.run, **about), typed[0].strip()[:100], str(title), ago(draft.changed_at))

    @property
    def about(self) -> dict[str, Any]:
        """Return what the address says besides the run and its page."""
        return {name: value for name, value in self.kwargs.items() if name not in ("run", "step")}

    def get_prefix(self, _request: HttpRequest, *_args: Any, **_kwargs: Any) -> str:
        return self.draft_name(**self.about)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perm(self.permission):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[no-any-return]

    def get(self, _request: HttpRequest, *_args: Any, step: str = "", **_kwargs: Any) -> HttpResponse:
        """Show a page, or the first one that must be filled in before it."""
        if not step:
            last = self.steps.current
            # A draft may be older than the pages of today.
            return self._go(last if last in self.get_form_list() else self.steps.first)
        self._stand_on(step)
        if obstacle := self._obstacle():
            return self._go(obstacle)
        return self.render(self.get_form(step, data=self.storage.get_step_data(step)))  # type: ignore[no-any-return]

    def post(self, request: HttpRequest, *_args: Any, step: str = "", **_kwargs: Any) -> HttpResponse:
        """Keep what was typed, right or wrong, and do what the pressed button says."""
        act = request.POST.get("act", NEXT)
        if act == DISCARD:
            self.storage.reset()
            messages.success(request, _("The draft is discarded."))
            return redirect(self.list_url())
        self._stand_on(step)
        if request.GET:
            # For the pages behind this one, whose addresses say nothing of it.
            self.storage.extra_data = {SUGGESTED: request.GET.dict()}
        typed = self._typed(step)
        # A page that was only looked at is not found wanting when one comes back to it.
        is_untouched = act != NEXT and self.storage.get_step_data(step) is None and not any(typed.values())
        if self.get_form_list()[step] is not Summary and not is_untouched:
            self.storage.set_step_data(step, typed)
            self._decide_again()
        if act == KEEP:
            self.storage.save()
            return HttpResponse(status=204)
        return self._move(step, act)

    def _move(self, step: str, act: str) -> HttpResponse:
        if act in self.get_form_list():
            return self._save_and_go(act)
        form = self.get_form(step, data=self.storage.get_step_data(step))
        if self.get_form_list()[step] is Summary:
            return self._finish(form)
        self.storage.save()
        if not form.is_valid():
            # Shown under its address: a browser that loads the page again would post over what was kept since.
            return self._go(step)
        return self._finish(form) if step == self.steps.last else self._save_and_go(self.get_next_step())

    def _save_and_go(self, step: str) -> HttpResponse:
        self.storage.current_step = step
        self.storage.save()
        return self._go(step)

    def _go(self, step: str) -> HttpResponse:
        return redirect(self.address(self.kwargs["run"], step, **self.about))

    def _decide_again(self) -> None:
        """Forget which pages are needed: that may depend on what was just typed."""
        for name in [each for each in vars(self) if each.startswith(("_resolved_form_list", "_cleaned_data_cache_"))]:
            delattr(self, name)

    def _stand_on(self, step: str) -> None:
        if step not in self.get_form_list():
            raise Http404
        self.storage.current_step = step

    def _obstacle(self) -> str | None:
        """Return the first page before this one that was not filled in, or not well."""
        before = takewhile(lambda each: each != self.steps.current, self.get_form_list())
        return next((step for step in before if not self._is_good(step)), None)

    def _is_good(self, step: str) -> bool:
        data = self.storage.get_step_data(step)
        return data is not None and bool(self.get_form(step, data=data).is_valid())

    def _finish(self, form: Any) -> HttpResponse:
        try:
            with transaction.atomic():
                # Whoever presses the last button twice finds the row gone, and makes nothing twice.
                if not self.storage.lock():
                    messages.info(self.request, _("This was finished or discarded already."))
                    return redirect(self.list_url())
                if obstacle := self._obstacle():
                    return self._go(obstacle)
                answer: HttpResponse = self.done(list(self.valid_forms().values()))
                self.storage.reset()
                return answer
        except self.refusals as refusal:
            form.is_valid()
            form.add_error(None, str(refusal))
            return self.render(form)  # type: ignore[no-any-return]

    def valid_forms(self) -> dict[str, Any]:
        """Return the forms of all pages that ask something, each checked."""
        steps = [step for step, form in self.get_form_list().items() if form is not Summary]
        forms_by_step = {step: self.get_form(step, data=self.storage.get_step_data(step)) for step in steps}
        return {step: form for step, form in forms_by_step.items() if form.is_valid()}

    def entries(self) -> dict[str, Any]:
        """Return what all pages hold together, by field."""
        return {name: value for form in self.valid_forms().values() for name, value in form.cleaned_data.items()}

    @abstractmethod
    def list_url(self) -> str:
        """Return where one goes who gives up."""

    @abstractmethod
    def crumbs(self) -> list[tuple[Any, str]]:
        """Return the pages above, each with its address."""

    def _typed(self, step: str) -> MultiValueDict[str, Any]:
        """Return what came of this page; a secret that was left empty is the one that was typed before."""
        typed = MultiValueDict(
            {name: values for name, values in self.request.POST.lists() if name.startswith(f"{step}-")}
        )
        before = self.storage.get_step_data(step)
        for name in self._secrets(step) if before else ():
            if not typed.get(name) and name in before:
                typed.setlist(name, before.getlist(name))
        return typed

    def _secrets(self, step: str) -> list[str]:
        fields = self.get_form_list()[step].base_fields
        return [f"{step}-{name}" for name, field in fields.items() if isinstance(field.widget, forms.PasswordInput)]

    def get_form(self, step: str | None = None, data: Any = None, files: Any = None) -> Any:
        form = super().get_form(step, data, files)
        for name, field in form.fields.items():
            if isinstance(field.widget, forms.PasswordInput) and data and data.get(form.add_prefix(name)):
                field.help_text = _("Typed before, and not shown again. Leave this empty to keep it.")
        return form

    def get_form_initial(self, step: str) -> dict[str, Any]:
        """Return what the address of the first page suggested for this one."""
        return self.request.GET.dict() if step == self.steps.first else self.storage.extra_data.get(SUGGESTED, {})

    def _pages(self) -> list[Page]:
        names = list(self.get_form_list())
        here = names.index(self.steps.current)
        places = ["done" if at < here else "now" if at == here else "later" for at in range(len(names))]
        return [Page(name, str(self.step_titles[name]), place) for name, place in zip(names, places, strict=True)]

    def _sections(self) -> list[Section]:
        if self.get_form_list()[self.steps.current] is not Summary:
            return []
        return [Section(step, str(self.step_titles[step]), lines_of(form)) for step, form in self.valid_forms().items()]

    def get_context_data(self, form: Any, **kwargs: Any) -> dict[str, Any]:
        step, following = self.steps.current, self.get_next_step()
        is_summary = self.get_form_list()[step] is Summary
        is_fresh = self.storage.draft is None
        return {
            **super().get_context_data(form=form, **kwargs),
            **admin.site.each_context(self.request),
            "title": self.heading,
            "subtitle": self.step_titles[step],
            "crumbs": self.crumbs(),
            "pages": self._pages(),
            "step_title": self.step_titles[step],
            "body": "drafts/summary.html" if is_summary else self.step_templates.get(step, "drafts/form.html"),
            "sections": self._sections(),
            "previous": self.get_prev_step(),
            "next_title": self.step_titles.get(following, ""),
            "finish_word": self.finish_word,
            "is_saved": not is_fresh,
            "discard_url": self.address(self.kwargs["run"], **self.about),
            "list_url": self.list_url(),
            "begun": self.begun_by(self.request.user, **self.about) if is_fresh and step == self.steps.first else [],
            "has_errors": bool(form.errors),
        }
