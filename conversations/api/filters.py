"""Narrows lists by what stands in the address."""

import django_filters
from django import forms
from django.db.models import Q

from conversations.models import Conversation, State
from omnichannel.common.locales import locale_choices
from richmessages.kinds import KINDS, kind_choices
from richmessages.models import RichMessage, RichMessageQuerySet
from richmessages.models import State as RichMessageState


class Id(django_filters.Filter):
    """A whole number that names a row."""

    field_class = forms.IntegerField

    def __init__(self, field_name: str, label: str) -> None:
        super().__init__(field_name, label=label, min_value=1)


class Conversations(django_filters.FilterSet):
    """Conversations of a customer, state, queue or account."""

    customer = django_filters.CharFilter("customer__customer_id", label="The customer's opaque id.")
    state = django_filters.MultipleChoiceFilter(choices=State.choices, label="States; repeat it to name several.")
    queue = Id("queue_id", "Id of the queue.")
    account = Id("instance__account_id", "Id of the Apple account.")

    class Meta:
        model = Conversation
        fields = ()


class RichMessages(django_filters.FilterSet):
    """Rich messages of a kind, language, tag or state."""

    kind = django_filters.ChoiceFilter(choices=kind_choices(), label="Kind.")
    locale = django_filters.ChoiceFilter(choices=locale_choices, label="Language.")
    tag = django_filters.CharFilter(method="tagged", label="A tag, the automatic one of the kind among them.")
    state = django_filters.ChoiceFilter(choices=RichMessageState.choices, label="State.")

    class Meta:
        model = RichMessage
        fields = ()

    def tagged(self, rows: RichMessageQuerySet, _name: str, tag: str) -> RichMessageQuerySet:
        """Return those that carry the tag, of their own or of their kind's."""
        of_kinds = [each.slug for each in KINDS.values() if each.tag == tag]
        return rows.filter(Q(tags__contains=[tag]) | Q(kind__in=of_kinds))
