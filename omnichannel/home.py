"""Sends whoever opens the bare address to where they work."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from workstreams.roles import Role, roles_of


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Redirect agents and supervisors to the console, everybody else to the portal."""
    works_in_console = roles_of(request.user) & {Role.AGENT, Role.SUPERVISOR}
    return redirect("console:home" if works_in_console else "admin:index")
