"""The agent's pages and their fragments: fetch what is visible, call one service, render."""

from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import reswap, retarget

from conversations import assignment, lifecycle
from conversations.console import forms, transcript
from conversations.console.access import AgentRequest, for_agents, visible
from conversations.console.desk import Desk
from conversations.models import Conversation, Message
from conversations.outbound import send as outbound
from conversations.refusals import Refused

HERE = "conversations/console"


@require_GET
@for_agents
def home(request: AgentRequest) -> HttpResponse:
    """Show the lists, with no conversation chosen."""
    return render(request, f"{HERE}/home.html", _list_context(request))


@require_GET
@for_agents
def worklist(request: AgentRequest) -> HttpResponse:
    """Show the list as it is now."""
    return render(request, f"{HERE}/lists.html", _list_context(request))


@require_GET
@for_agents
def conversation(request: AgentRequest, pk: int) -> HttpResponse:
    """Show a conversation beside the lists."""
    chosen = visible(request, pk)
    return render(request, f"{HERE}/conversation.html", _page_context(request, chosen))


@require_GET
@for_agents
def thread(request: AgentRequest, pk: int) -> HttpResponse:
    """Show a conversation as it is now, from the first message that the page has."""
    chosen = visible(request, pk)
    return render(request, f"{HERE}/workspace.html", _thread_context(request, chosen))


@require_GET
@for_agents
def earlier_messages(request: AgentRequest, pk: int) -> HttpResponse:
    """Show the page of messages before one, or the newest page."""
    chosen = visible(request, pk)
    before = forms.Position(request.GET).read("before")
    page = transcript.before(chosen, before) if before else transcript.latest(chosen)
    return render(request, f"{HERE}/entries.html", _entries_context(request, chosen, page))


@require_GET
@for_agents
def earlier_conversations(request: AgentRequest, pk: int) -> HttpResponse:
    """Show the customer's conversations before this one, to be read."""
    return render(request, f"{HERE}/earlier.html", {"desk": Desk(visible(request, pk), request.agent)})


@require_POST
@for_agents
def send(request: AgentRequest, pk: int) -> HttpResponse:
    """Send what stands in the composer."""
    chosen = visible(request, pk)
    form = forms.Composer(request.POST, request.FILES)
    if form.is_valid():
        try:
            _send(request, chosen, form)
        except Refused as fault:
            form.add_error(None, str(fault))
    return _done(request, chosen) if form.is_valid() else _back_to_composer(request, chosen, form)


@require_POST
@for_agents
def resend(request: AgentRequest, pk: int) -> HttpResponse:
    """Send a message again that did not get through."""
    message = get_object_or_404(Message.objects.select_related("conversation"), pk=pk)
    chosen = visible(request, message.conversation_id)
    return _after(request, chosen, partial(outbound.resend, message, by=request.agent))


@require_POST
@for_agents
def take(request: AgentRequest, pk: int) -> HttpResponse:
    """Assign an open conversation to the agent who asks."""
    chosen = visible(request, pk)
    return _after(request, chosen, partial(assignment.take, chosen, by=request.agent))


@require_POST
@for_agents
def end(request: AgentRequest, pk: int) -> HttpResponse:
    """Close a conversation."""
    chosen = visible(request, pk)
    return _after(request, chosen, partial(lifecycle.end, chosen, by=request.agent))


@require_POST
@for_agents
def read(request: AgentRequest, pk: int) -> HttpResponse:
    """Note that the agent has seen the newest message."""
    lifecycle.mark_read(visible(request, pk), by=request.agent)
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


@require_POST
@for_agents
def typing(request: AgentRequest, pk: int) -> HttpResponse:
    """Tell the customer that the agent writes, or stopped."""
    chosen = visible(request, pk)
    if chosen.agent == request.agent:
        outbound.show_typing(chosen, is_typing=request.POST.get("is_typing") == "on")
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _send(request: AgentRequest, chosen: Conversation, form: forms.Composer) -> None:
    text = form.cleaned_data
    outbound.send_text(chosen, text["body"], by=request.agent, attachments=form.chosen, client_key=text["client_key"])


def _after(request: AgentRequest, chosen: Conversation, service: Callable[[], None]) -> HttpResponse:
    """Call a service; return its refusal as a toast."""
    try:
        service()
    except Refused as fault:
        return _refused(request, fault)
    return _done(request, chosen)


def _done(request: AgentRequest, chosen: Conversation) -> HttpResponse:
    """Return nothing where a script fetches what changed, the page itself elsewhere."""
    if request.htmx:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return redirect("console:conversation", chosen.pk)


def _back_to_composer(request: AgentRequest, chosen: Conversation, form: forms.Composer) -> HttpResponse:
    """Return the faults at the form; a script keeps the text and the chosen files where they are."""
    status = HTTPStatus.CONFLICT
    if request.htmx:
        answer = render(request, f"{HERE}/composer_faults.html", {"form": form}, status=status)
        return reswap(retarget(answer, "#composer-faults"), "innerHTML")
    return render(request, f"{HERE}/conversation.html", _page_context(request, chosen, form), status=status)


def _refused(request: AgentRequest, fault: Refused) -> HttpResponse:
    status = HTTPStatus.CONFLICT
    answer = render(request, f"{HERE}/refused.html", {"text": str(fault), "tone": "bad"}, status=status)
    return reswap(retarget(answer, "#toasts"), "beforeend")


def _list_context(request: AgentRequest) -> dict[str, Any]:
    choice = forms.ListChoice(request.GET)
    return {"worklist": choice.worklist(request.agent), "current": forms.Position(request.GET).read("current")}


def _page_context(request: AgentRequest, chosen: Conversation, form: forms.Composer | None = None) -> dict[str, Any]:
    return _list_context(request) | _thread_context(request, chosen) | {"current": chosen.pk, "form": form}


def _thread_context(request: AgentRequest, chosen: Conversation) -> dict[str, Any]:
    since = forms.Position(request.GET).read("since")
    page = transcript.since(chosen, since) if since else transcript.latest(chosen)
    return _entries_context(request, chosen, page) | {"client_key": uuid4().hex}


def _entries_context(request: AgentRequest, chosen: Conversation, page: transcript.Transcript) -> dict[str, Any]:
    return {"conversation": chosen, "transcript": page, "desk": Desk(chosen, request.agent)}
