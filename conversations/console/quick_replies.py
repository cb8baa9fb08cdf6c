"""The agent's page of quick replies: read, never written."""

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from conversations.console.access import AgentRequest, for_agents
from workstreams.models import QuickReply

# Whoever has more finds them by searching.
SHOWN = 200


@require_GET
@for_agents
def quick_replies(request: AgentRequest) -> HttpResponse:
    """Show what the agent may use, in the agent's language and workstreams."""
    query = request.GET.get("q", "").replace("\0", "").strip()
    replies = QuickReply.objects.for_agent(request.agent).prefetch_related("workstreams")
    for word in query.split()[:5]:
        replies = replies.filter(Q(title__icontains=word) | Q(text__icontains=word) | Q(tags__icontains=word))
    found = list(replies[: SHOWN + 1])
    context = {"replies": found[:SHOWN], "has_more": len(found) > SHOWN, "query": query}
    return render(request, "conversations/console/quick_replies.html", context)
