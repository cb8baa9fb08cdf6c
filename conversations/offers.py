"""Which rich messages a conversation is offered, and why one of them cannot be sent now."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext as _

from conversations.models import Conversation
from omnichannel.common.locales import locale_name, nearest_locale
from richmessages.kinds.kind import Kind, Needs
from richmessages.models import RichMessage, RichMessageQuerySet
from workstreams.models import Workstream


def offered(conversation: Conversation) -> RichMessageQuerySet:
    """Return the active rich messages of the conversation's language that its workstream may use.

    One that is tied to workstreams is usable in these only (Create rich messages, Associate with workstreams).
    """
    ties = Workstream.rich_messages.through.objects
    is_free = ~Q(pk__in=ties.values("richmessage"))
    is_tied_here = Q(pk__in=ties.filter(workstream=conversation.workstream_id).values("richmessage"))
    return RichMessage.objects.active().filter(is_free | is_tied_here, locale=locale_of(conversation))


def why_not_offered(conversation: Conversation, message: RichMessage) -> str:
    """Return why a conversation is not offered a message, in a sentence; empty where it is."""
    if offered(conversation).filter(pk=message.pk).exists():
        return ""
    now = RichMessage.objects.active().filter(pk=message.pk).values_list("locale", flat=True).first()
    names = {"name": message, "language": locale_name(now or "")}
    if now is None:
        return _("“%(name)s” was withdrawn: it is no longer active.") % names
    if now != locale_of(conversation):
        return _("“%(name)s” is in %(language)s, which is not the language of this conversation.") % names
    return _("“%(name)s” is offered in other workstreams only.") % names


def locale_of(conversation: Conversation) -> str:
    """Return the language of the session: the customer's, else the channel's."""
    return nearest_locale(conversation.customer.locale, conversation.instance.language) or "en-US"


def why_not(conversation: Conversation, kind: Kind) -> str:
    """Return why a kind cannot be sent in this conversation, in a sentence; empty where it can be."""
    instance = conversation.instance
    if kind.needs == Needs.AUTHENTICATION and not instance.may_send_authentication:
        return _("Sign-in is not set up for this channel.")
    if kind.needs == Needs.AUTHENTICATION:
        return _("Agents cannot ask for a sign-in yet.")
    if kind.needs == Needs.PAYMENT and not instance.may_send_payment:
        return _("Apple Pay is not set up for this channel.")
    if kind.needs == Needs.PAYMENT:
        return _("Agents cannot ask for a payment yet.")
    if not kind.is_shown_by(conversation.customer.capabilities):
        return _("The customer’s device cannot show this.")
    return ""
