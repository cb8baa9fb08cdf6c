"""Narrows lists by what stands in the address."""

import django_filters
from django import forms

from conversations.models import Conversation, State


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
