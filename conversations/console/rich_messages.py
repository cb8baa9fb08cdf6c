"""The agent's way to rich messages: search, look at one as the phone will show it, change it this once, send."""

from http import HTTPStatus
from uuid import uuid4

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from conversations.console.access import AgentRequest, for_agents, visible
from conversations.console.desk import Desk
from conversations.console.rich_draft import RichDraft, changes_in
from conversations.console.rich_search import Search
from conversations.models import Conversation
from conversations.outbound.send_rich import send_rich
from conversations.refusals import CannotSend, Faulty, Refused
from richmessages.kinds import KINDS
from richmessages.models import RichMessage
from richmessages.tailor import NotEditable, tailored

HERE = "conversations/console/rich"


@require_GET
@for_agents
def found(request: AgentRequest, pk: int) -> HttpResponse:
    """Show the rich messages that a search finds, or why there are none."""
    search = Search(visible(request, pk), request.GET.get("q", ""))
    return render(request, f"{HERE}/found.html", {"search": search})


@require_GET
@for_agents
def preview(request: AgentRequest, pk: int, message: int) -> HttpResponse:
    """Show a rich message as the phone will, with what may be changed this once."""
    draft = RichDraft(Desk(visible(request, pk), request.agent), _one(message))
    return render(request, f"{HERE}/preview.html", {"draft": draft, "client_key": uuid4().hex})


@require_POST
@for_agents
def check(request: AgentRequest, pk: int, message: int) -> HttpResponse:
    """Show it with an agent's changes, and what is wrong with them."""
    return _checked(request, visible(request, pk), _one(message))


@require_POST
@for_agents
def send(request: AgentRequest, pk: int, message: int) -> HttpResponse:
    """Send it, with the changes, which are not kept."""
    chosen, rich_message = visible(request, pk), _one(message)
    try:
        _send(request, chosen, rich_message)
    except Faulty:
        return _checked(request, chosen, rich_message, status=HTTPStatus.CONFLICT)
    except Refused as fault:
        return _checked(request, chosen, rich_message, str(fault), status=HTTPStatus.CONFLICT)
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _one(pk: int) -> RichMessage:
    return get_object_or_404(RichMessage.objects.filter(kind__in=KINDS), pk=pk)


def _send(request: AgentRequest, chosen: Conversation, message: RichMessage) -> None:
    client_key = request.POST.get("client_key", "")[:128]
    is_sent = client_key and chosen.messages.filter(client_key=client_key).exists()
    if not is_sent and request.POST.get("seen") != RichDraft(Desk(chosen, request.agent), message).seen:
        raise CannotSend(_("“%(name)s” was changed meanwhile. Go back and open it again.") % {"name": message})
    changes = changes_in(request.POST.dict(), message)
    send_rich(chosen, message, by=request.agent, changes=changes, client_key=client_key)


def _checked(
    request: AgentRequest,
    chosen: Conversation,
    message: RichMessage,
    refusal: str = "",
    *,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    """Return the parts of the preview that follow what is typed."""
    changes = changes_in(request.POST.dict(), message)
    try:
        tailored(message, changes)
    except NotEditable as fault:
        changes, refusal = {}, refusal or str(fault)
    draft = RichDraft(Desk(chosen, request.agent), message, changes)
    answer = render(request, f"{HERE}/checked.html", {"draft": draft, "refusal": refusal}, status=status)
    # The page's own script puts each part in its place.
    answer["HX-Reswap"] = "none"
    return answer
