"""The portal's page of the audit log: read, narrowed, never written."""

from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from omnichannel.audit.forms import Filters
from omnichannel.audit.models import Action, AuditEvent
from omnichannel.audit.services import record
from omnichannel.audit.table import lines
from omnichannel.common.acts import posted
from omnichannel.common.paging import page_of

may_view = permission_required("audit.view_auditevent", raise_exception=True)


@require_GET
@may_view
def log(request: HttpRequest) -> HttpResponse:
    """Show who did what, newest first."""
    filters = Filters(request.GET)
    page = page_of(filters.narrow(AuditEvent.objects.all()), request.GET)
    context = {"title": _("Audit log"), "page": page, "filters": filters}
    return render(request, "audit/log.html", admin.site.each_context(request) | context)


@posted
@may_view
def export(request: HttpRequest) -> StreamingHttpResponse:
    """Hand out the events that the filters leave as a table, once the log says who took it."""
    filters = Filters(request.POST)
    events = filters.narrow(AuditEvent.objects.all())
    own = record(
        Action.AUDIT_LOG_EXPORTED, by=request.user, subject="audit log", request=request, events=events.count()
    )
    response = StreamingHttpResponse(
        lines(events.filter(number__lt=own.number)), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="audit-log-{own.at:%Y-%m-%d}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response
