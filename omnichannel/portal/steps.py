"""What there is to set up, as the home page lists it: the steps to the first message, and what may follow them."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from authsettings.models import AuthenticationSetting
from channels_app.models import Account, ChannelInstance, MspConnection, Survey
from conversations.models import InboundReceipt
from omnichannel.common.records import ago
from omnichannel.portal.calls import Call, last_call
from omnichannel.portal.site_map import may
from payments.models import PaymentProfile
from richmessages.models import RichMessage
from workstreams.models import Queue, QuickReply, RouteRule, Skill, Workstream

NAMES_SHOWN = 3


@dataclass(frozen=True)
class Step:
    """One line of the set-up checklist."""

    title: str
    is_done: bool
    detail: str | SafeString
    action: str
    url: str


@dataclass(frozen=True)
class StepMaker:
    """Makes steps whose rows prove that they are done."""

    user: Any

    def __call__(self, title: str, rows: QuerySet[Any], action: str, record: str, page: str = "add") -> Step:
        names = [str(row) for row in rows[: NAMES_SHOWN + 1]]
        if len(names) > NAMES_SHOWN:
            names[NAMES_SHOWN] = _("more")
        page = "changelist" if names else page
        url = reverse(f"admin:{record.replace('.', '_')}_{page}") if may(self.user, _right(page), record) else ""
        return Step(title, bool(names), get_text_list(names, _("and")), action, url)


def _right(page: str) -> str:
    return "add" if page == "add" else "view"


def steps_of(user: Any) -> tuple[Step, ...]:
    """Return the checklist in the documented order."""
    make = StepMaker(user)
    return (
        make(
            _("MSP connection added"), MspConnection.objects.all(), _("Add a connection"), "channels_app.mspconnection"
        ),
        make(_("Account added"), Account.objects.current(), _("Add an account"), "channels_app.account"),
        make(_("Workstream created"), Workstream.objects.all(), _("Create a workstream"), "workstreams.workstream"),
        make(
            _("Channel instance set up"),
            ChannelInstance.objects.current().select_related("account", "workstream"),
            _("Put an account to work"),
            "channels_app.channelinstance",
        ),
        make(_("Agents in the queue"), _served_queues(), _("Add agents to a queue"), "workstreams.queue", "changelist"),
        Step(
            _("First message received"),
            is_done=InboundReceipt.objects.exists(),
            detail=_heard(last_call()),
            action="",
            url="",
        ),
    )


def _heard(call: Call | None) -> SafeString | str:
    if call is None:
        return _("Apple has not called yet.")
    return format_html(_("Last inbound call from Apple {ago}"), ago=ago(call.at))


def _served_queues() -> QuerySet[Queue]:
    return Queue.objects.filter(workstreams__isnull=False, agents__user__is_active=True).distinct()


def options_of(user: Any) -> tuple[Step, ...]:
    """Return what nobody needs for a first message, without what this person may not open."""
    make = StepMaker(user)
    options = (
        make(
            _("Routing rules"), RouteRule.objects.all(), _("Open a workstream"), "workstreams.workstream", "changelist"
        ),
        make(_("Skills"), Skill.objects.all(), _("Add a skill"), "workstreams.skill"),
        make(
            _("Customers sign in"),
            AuthenticationSetting.objects.all(),
            _("Add an authentication setting"),
            "authsettings.authenticationsetting",
        ),
        make(_("Apple Pay"), PaymentProfile.objects.all(), _("Add a payment profile"), "payments.paymentprofile"),
        make(_("Survey"), Survey.objects.all(), _("Add a survey"), "channels_app.survey"),
        make(
            _("Rich messages"),
            RichMessage.objects.active(),
            _("Add a rich message"),
            "richmessages.richmessage",
        ),
        make(_("Quick replies"), QuickReply.objects.all(), _("Add a quick reply"), "workstreams.quickreply"),
    )
    return tuple(option for option in options if option.url)
