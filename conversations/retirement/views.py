"""The portal's pages that say what deleting would end, ask, and do it."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from channels_app.models import Account, ChannelInstance
from conversations.retirement.delete import (
    MOST_COUNTED,
    Consequences,
    consequences_for_account,
    consequences_for_instance,
    delete_account,
    delete_instance,
)

ask_or_do = require_http_methods(["GET", "HEAD", "POST"])


@ask_or_do
@permission_required("channels_app.delete_channelinstance", raise_exception=True)
def instance(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then take an account from its workstream."""
    record = get_object_or_404(ChannelInstance.objects.current().select_related("account", "workstream"), pk=pk)
    if request.method != "POST":
        return _ask(request, record, consequences_for_instance(record))
    return _done(request, record, delete_instance(record, by=request.user, request=request))


@ask_or_do
@permission_required("channels_app.delete_account", raise_exception=True)
def account(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then stop receiving for an account."""
    record = get_object_or_404(Account.objects.current(), pk=pk)
    if request.method != "POST":
        return _ask(request, record, consequences_for_account(record))
    return _done(request, record, delete_account(record, by=request.user, request=request))


def _ask(request: HttpRequest, record: Account | ChannelInstance, ends: Consequences) -> HttpResponse:
    context = {
        "title": _("Delete"),
        "subtitle": record,
        "object": record,
        "opts": record._meta,
        "ends": ends,
        "most_counted": MOST_COUNTED,
        "instance": record.instance if isinstance(record, Account) else None,
        "is_account": isinstance(record, Account),
    }
    return render(request, "conversations/retirement/delete.html", admin.site.each_context(request) | context)


def _done(request: HttpRequest, record: Any, ended: Consequences) -> HttpResponse:
    closed = ngettext(
        "%(count)s open conversation was closed.", "%(count)s open conversations were closed.", ended.open
    ) % {"count": ended.open}
    said = _("“%(name)s” is deleted.") % {"name": record}
    messages.success(request, f"{said} {closed}" if ended.open else said)
    return redirect(f"admin:{record._meta.app_label}_{record._meta.model_name}_changelist")
