"""Finds one account's rows in a table of all accounts, however long the account has been silent.

An index leads from an account to its newest deliveries. None leads to its messages, which know their conversation only:
walking back through the table is quick for an account that wrote lately, and one that did not is reached by its
conversations. Which of the two is less is seen by trying a little of each, and then more.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BigIntegerField, Func, OuterRef, QuerySet

from channels_app.models import Account
from conversations.models import Conversation
from omnichannel.common.paging import First, first_of

# So many conversations, or messages of everybody, take a fraction of a second.
FEW = 5_000
MORE = 4
# A walk to a key ends there.
END = {"-pk": "pk__gte", "pk": "pk__lte"}


def first_messages(account: Account) -> First:
    """Return how the first messages of an account are read."""
    return partial(_first_messages, account)


def _first_messages(account: Account, rows: QuerySet[Any], way: str, count: int) -> list[Any]:
    conversations = Conversation.objects.filter(instance__account=account)
    mine = rows.filter(conversation__instance__account=account)
    keys, reach = rows.order_by(way).values_list("pk", flat=True), FEW
    while last := list(keys[reach : reach + 1]):
        if conversations[: reach + 1].count() <= reach:
            return _by_conversation(conversations, rows, way, count)
        found = first_of(mine.filter(**{END[way]: last[0]}), way, count)
        if len(found) >= count:
            return found
        reach *= MORE
    return first_of(mine, way, count)


def _by_conversation(conversations: QuerySet[Conversation], rows: QuerySet[Any], way: str, count: int) -> list[Any]:
    # What is first of all is among the first of its conversation.
    heads = ArraySubquery(rows.filter(conversation=OuterRef("pk")).order_by(way).values("pk")[:count])
    keys = conversations.annotate(key=Func(heads, function="unnest", output_field=BigIntegerField()))
    first = keys.order_by(way.replace("pk", "key")).values_list("key", flat=True)[:count]
    return list(rows.filter(pk__in=list(first)).order_by(way))
