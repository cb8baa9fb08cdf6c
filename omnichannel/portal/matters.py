"""What needs attention: what keeps customers from an answer now, and the page that mends it."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from channels_app.doctor.reads import open_findings
from channels_app.models import Account, ChannelInstance
from omnichannel.portal.site_map import may
from workstreams.models import Queue

MATTERS_SHOWN = 3


@dataclass(frozen=True)
class Matter:
    """Something that keeps messages from being answered, and the page that mends it."""

    title: str
    consequence: str
    action: str
    url: str


def matters(user: Any) -> tuple[Matter, ...]:
    """Return what stands in the way of customers now, the first few of each kind."""
    found = (*_deserted_queues(user), *_findings(user), *_incomplete_instances(user), *_unused_accounts(user))
    return found[:MATTERS_SHOWN]


def _deserted_queues(user: Any) -> tuple[Matter, ...]:
    queues = (
        Queue.objects.filter(workstreams__instances__in=ChannelInstance.objects.current())
        .exclude(agents__user__is_active=True)
        .distinct()
    )
    return tuple(
        Matter(
            title=_("Nobody serves the queue “%(queue)s”.") % {"queue": queue},
            consequence=_("Conversations that arrive there wait until it has an agent."),
            action=_("Add agents"),
            url=reverse("admin:workstreams_queue_change", args=[queue.pk])
            if may(user, "view", "workstreams.queue")
            else "",
        )
        for queue in queues[:MATTERS_SHOWN]
    )


def _findings(user: Any) -> tuple[Matter, ...]:
    count = open_findings() if may(user, "view", "channels_app.examination") else 0
    if not count:
        return ()
    title = ngettext(
        "The connection doctor found %(count)s thing.", "The connection doctor found %(count)s things.", count
    )
    return (
        Matter(
            title=title % {"count": count},
            consequence=_("Messages may not come or go as they should."),
            action=_("See what"),
            url=reverse("admin:doctor_overview"),
        ),
    )


def _incomplete_instances(user: Any) -> tuple[Matter, ...]:
    instances = ChannelInstance.objects.incomplete().select_related("account")[:MATTERS_SHOWN]
    may_change = may(user, "change", "channels_app.channelinstance")
    return tuple(
        Matter(
            title=_("“%(account)s”: %(what)s.") % {"account": instance.account, "what": _all_short(instance)},
            consequence=" ".join(notice.sentence for notice in instance.notices),
            action=_("Choose"),
            url=_first_tab(instance) if may_change else "",
        )
        for instance in instances
    )


def _all_short(instance: ChannelInstance) -> str:
    return get_text_list([notice.short for notice in instance.notices], _("and"))


def _first_tab(instance: ChannelInstance) -> str:
    page = reverse("admin:channels_app_channelinstance_change", args=[instance.pk])
    return f"{page}?tab={instance.notices[0].tab}"


def _unused_accounts(user: Any) -> tuple[Matter, ...]:
    add = reverse("admin:channels_app_channelinstance_add") if may(user, "add", "channels_app.channelinstance") else ""
    return tuple(
        Matter(
            title=_("“%(account)s” has no workstream yet.") % {"account": account},
            consequence=_("Messages to it open no conversation."),
            action=_("Set up"),
            url=f"{add}?account={account.pk}" if add else "",
        )
        for account in Account.objects.current().without_instance()[:MATTERS_SHOWN]
    )
