"""What the page of a workstream shows of its channel."""

from typing import Any

from django import template

from channels_app.wizards import SetUp
from omnichannel.drafts.wizards import Begun
from workstreams.models import Workstream

register = template.Library()


@register.simple_tag(takes_context=True)
def begun_in(context: dict[str, Any], workstream: Workstream) -> list[Begun]:
    """Return the set-up of an account in this workstream that the viewer can continue."""
    return SetUp.begun_by(context["request"].user, workstream=workstream.pk)
