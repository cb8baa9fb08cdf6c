"""The page of what one person is given to work with; supervisors change it too."""

from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from workstreams.models import Agent
from workstreams.people import services
from workstreams.people.work_forms import Work, profiles_of, skills_of


@permission_required("workstreams.change_agent", raise_exception=True)
def work(request: HttpRequest, pk: int) -> HttpResponse:
    """Show and change capacity, presence, queues, skills and profiles of one person."""
    agent = get_object_or_404(Agent.objects.select_related("user"), user_id=pk)
    entered = request.POST if request.method == "POST" else None
    form, skills, profiles = Work(entered, instance=agent), skills_of(agent, entered), profiles_of(agent, entered)
    if form.is_valid() & skills.is_valid() & profiles.is_valid():
        services.save_work(
            form.instance,
            queues=form.cleaned_data["queues"],
            skills=skills.filled,
            profiles=profiles.filled,
            by=request.user,
            request=request,
        )
        messages.success(request, _("The work of %(person)s is saved.") % {"person": agent.user})
        return HttpResponseRedirect(request.path)
    context = {
        "title": _("Work of %(person)s") % {"person": agent.user},
        "agent": agent,
        "form": form,
        "skills": skills,
        "profiles": profiles,
        "has_errors": bool(entered),
    }
    return render(request, "workstreams/people/work.html", admin.site.each_context(request) | context)
