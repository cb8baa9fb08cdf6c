"""Tells machines whether this process runs, and whether the installation can do its work."""

import datetime

from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from redis import RedisError

from conversations.models import UNDELIVERED, InboundReceipt, Message, ReceiptState
from omnichannel.common import redis


def healthz(_request: HttpRequest) -> HttpResponse:
    """Answer 200: this process takes requests."""
    return HttpResponse("ok\n", content_type="text/plain")


def readyz(_request: HttpRequest) -> HttpResponse:
    """Answer 200 with the ages, in seconds, of what waits longest; 503 where the database or the broker is away."""
    checks = {"database": _database(), "broker": _broker()}
    ages = _ages() if checks["database"] else {}
    return JsonResponse(checks | ages, status=200 if all(checks.values()) else 503)


def _database() -> bool:
    try:
        connection.ensure_connection()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return False
    return True


def _broker() -> bool:
    try:
        return bool(redis.client().ping())
    except RedisError:
        return False


def _ages() -> dict[str, float]:
    unsent = Message.objects.filter(delivery__in=UNDELIVERED)
    waiting = InboundReceipt.objects.filter(state=ReceiptState.WAITING)
    return {
        "oldest_unsent_seconds": _age(unsent.order_by("created_at").values_list("created_at", flat=True).first()),
        "oldest_unprocessed_seconds": _age(waiting.order_by("pk").values_list("received_at", flat=True).first()),
    }


def _age(since: datetime.datetime | None) -> float:
    return round((timezone.now() - since).total_seconds(), 1) if since else 0.0
