"""The portal's pages about one customer's data: what is held, a file with all of it, and its end."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from conversations.models import Customer, Export
from conversations.privacy import customers as held
from conversations.privacy import erase as erasing
from conversations.privacy import export as exporting
from conversations.privacy import forms, tasks
from conversations.refusals import Refused
from omnichannel.audit.models import Action
from omnichannel.audit.services import record
from omnichannel.common import bell
from omnichannel.common.acts import posted
from omnichannel.common.paging import page_of

HERE = "conversations/privacy"
may_view = permission_required("conversations.view_customer", raise_exception=True)
may_export = permission_required("conversations.export_customer", raise_exception=True)
may_erase = permission_required("conversations.erase_customer", raise_exception=True)


@require_GET
@may_view
def customers(request: HttpRequest) -> HttpResponse:
    """Show everybody who has written, newest first, or the one who is searched for."""
    query = request.GET.get("q", "")
    page = page_of(held.matching(query).select_related("account"), request.GET)
    erasure = _erasure_in(query) if not page.rows else None
    return _render(request, "list", {"title": _("Customers’ data"), "page": page, "query": query, "erasure": erasure})


@require_GET
@may_view
def customer(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what is held of a customer, or that it is gone."""
    if erasure := held.erasure_of(pk):
        title = _("Visitor %(number)s") % {"number": pk}
        gone = {"erasure": erasure, "removed": held.report_of(erasure), "refresh": erasure.finished_at is None}
        return _render(request, "erased", {"title": title} | gone)
    row = get_object_or_404(Customer.objects.select_related("account"), pk=pk)
    exports = list(held.exports_of(row))
    return _render(
        request,
        "customer",
        {
            "title": row.label,
            "customer": row,
            "held": held.held_of(row),
            "conversations": held.conversations_of(row),
            "exports": exports,
            "refresh": any(export.is_open for export in exports),
        },
    )


@posted
@may_export
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for an export and come back to the customer, where it appears."""
    row = get_object_or_404(Customer, pk=pk)
    try:
        exporting.request_export(row, by=request.user, request=request)
    except Refused as fault:
        messages.error(request, str(fault))
    else:
        bell.ring(tasks.write_exports)
        messages.success(request, _("The export is being written. It appears here and can be loaded for a day."))
    return redirect("admin:customers_detail", pk=pk)


@require_GET
@may_export
def download(request: HttpRequest, pk: int) -> FileResponse:
    """Hand out an export while its day lasts."""
    row = get_object_or_404(Export.objects.select_related("customer"), pk=pk)
    if not row.may_be_downloaded:
        raise Http404
    try:
        content = default_storage.open(row.path)
    except FileNotFoundError as fault:
        raise Http404 from fault
    record(
        Action.CUSTOMER_EXPORTED,
        by=request.user,
        subject=f"customer {row.customer_id}",
        request=request,
        export=pk,
        downloaded=True,
    )
    response = FileResponse(content, as_attachment=True, filename=row.file_name, content_type="application/zip")
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_http_methods(["GET", "POST"])
@may_erase
def erase(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the customer's name, then erase everything and show how much that was."""
    if held.erasure_of(pk):
        return redirect("admin:customers_detail", pk=pk)
    row = get_object_or_404(Customer.objects.select_related("account"), pk=pk)
    form = forms.Confirmation(row, request.POST or None)
    if form.is_valid():
        try:
            erasing.begin(row, by=request.user, request=request)
        except Refused as fault:
            form.add_error(None, str(fault))
        else:
            bell.ring(tasks.finish_erasures)
            return redirect("admin:customers_detail", pk=pk)
    context = {"title": _("Erase %(name)s") % {"name": row.label}, "customer": row, "form": form}
    return _render(request, "erase", context | {"held": held.held_of(row)})


def _erasure_in(query: str) -> Any:
    number = held.number_in(query)
    return None if number is None else held.erasure_of(number)


def _render(request: HttpRequest, page: str, context: dict[str, Any]) -> HttpResponse:
    return render(request, f"{HERE}/{page}.html", admin.site.each_context(request) | context)
