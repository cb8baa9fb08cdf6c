"""Routing rules for tests."""

import factory
from factory.django import DjangoModelFactory

from tests.factories.workstreams import QueueFactory, WorkstreamFactory
from workstreams.models import RouteRule


class RouteRuleFactory(DjangoModelFactory[RouteRule]):
    """A rule for customers who come with the intent "billing"."""

    class Meta:
        model = RouteRule

    workstream = factory.SubFactory(WorkstreamFactory)
    position = factory.Sequence(lambda n: n + 1)
    name = factory.Sequence(lambda n: f"Rule {n}")
    conditions = factory.LazyFunction(lambda: [{"attribute": "intent", "operator": "equals", "values": ["billing"]}])
    queue = factory.SubFactory(QueueFactory)
