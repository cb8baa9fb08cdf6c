"""Writes on workstreams."""

from dataclasses import dataclass
from itertools import chain, count

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from omnichannel.audit import changes
from workstreams.models import Queue, Workstream
from workstreams.rules.services import copy_rules

Person = AbstractBaseUser | AnonymousUser


class NameTaken(Exception):
    """Somebody else used the name meanwhile; ``str()`` of it can be shown."""


@dataclass(frozen=True)
class WorkstreamPlan:
    """What a workstream shall be; a name for a new queue takes the place of an existing one."""

    name: str
    distribution: str
    fallback_queue: Queue | None = None
    new_queue: str = ""


@transaction.atomic
def create_workstream(plan: WorkstreamPlan, *, by: Person, request: HttpRequest | None = None) -> Workstream:
    """Create a workstream, with a new and empty fallback queue where a name for one is given."""
    workstream = Workstream(name=plan.name, distribution=plan.distribution)
    if plan.fallback_queue:
        workstream.fallback_queue = plan.fallback_queue
    try:
        with transaction.atomic():
            save_workstream(workstream, new_queue=plan.new_queue)
    except IntegrityError as fault:
        raise NameTaken(_("Somebody used this name meanwhile. Go back and choose another one.")) from fault
    changes.added(workstream, by=by, request=request)
    return workstream


@transaction.atomic
def save_workstream(workstream: Workstream, *, new_queue: str = "") -> Workstream:
    """Save it, with a new and empty fallback queue where a name for one is given."""
    if new_queue:
        workstream.fallback_queue = Queue.objects.create(name=new_queue)
    workstream.save()
    return workstream


@transaction.atomic
def copy_workstream(workstream: Workstream, *, by: Person, request: HttpRequest | None = None) -> Workstream:
    """Return a second workstream with the same settings and rules, and without a channel instance."""
    copy = Workstream.objects.get(pk=workstream.pk)
    copy.pk, copy.name = None, _name_of_copy(workstream.name)
    copy._state.adding = True
    copy.save()
    copy_rules(workstream, copy)
    changes.added(copy, by=by, request=request)
    return copy


def _name_of_copy(name: str) -> str:
    """Return "Copy of Sales", or "Copy of Sales (2)" where that exists."""
    longest = Workstream._meta.get_field("name").max_length or 0
    plain = _("Copy of %(name)s") % {"name": name}
    endings = chain([""], (f" ({number})" for number in count(2)))
    names = (plain[: longest - len(ending)] + ending for ending in endings)
    return next(each for each in names if not Workstream.objects.filter(name=each).exists())
