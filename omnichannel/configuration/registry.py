"""What the set-up consists of, each kind after those that it leads to. A new kind of record is one entry here."""

from typing import Any

from django.db.models import Model, QuerySet

from authsettings.models import AuthenticationSetting
from channels_app.models import Account, AutomatedMessage, ChannelInstance, MspConnection, Organisation, Survey
from omnichannel.configuration.description import Description
from payments.models import PaymentProfile
from richmessages.models import RichMessage
from richmessages.services import settle
from workstreams.models import (
    CapacityProfile,
    Presence,
    Queue,
    QuickReply,
    RatingModel,
    RouteRule,
    Skill,
    SkillType,
    Workstream,
)


def _organisation() -> QuerySet[Any]:
    # Made when somebody first asks for it.
    Organisation.get()
    return Organisation.objects.all()


def _presences() -> QuerySet[Any]:
    # The others are in every installation, and nobody changes them.
    return Presence.objects.filter(is_stock=False)


RETIRED = frozenset({"retired_at"})
# What is still being written, and what every write counts and stamps.
UNPUBLISHED = frozenset({"edits", "revision", "created_at", "changed_at", "published_at"})

DESCRIPTIONS: tuple[Description, ...] = (
    Description("organisation", Organisation, key=(), rows=_organisation),
    Description("connections", MspConnection, key=("name",)),
    Description("accounts", Account, key=("business_id",), left_out=RETIRED, rows=Account.objects.current),
    Description("queues", Queue, key=("name",)),
    Description(
        "rich_messages",
        RichMessage,
        key=("name", "locale"),
        left_out=UNPUBLISHED,
        fixed=frozenset({"kind"}),
        settle=settle,
    ),
    Description("workstreams", Workstream, key=("name",), fixed=frozenset({"distribution"})),
    Description("routing_rules", RouteRule, key=("workstream", "position")),
    Description("rating_models", RatingModel, key=("name",), fixed=frozenset({"minimum", "maximum"})),
    Description("skill_types", SkillType, key=("name",)),
    # Agents are rated on its scale.
    Description("skills", Skill, key=("name",), fixed=frozenset({"rating_model"})),
    Description("capacity_profiles", CapacityProfile, key=("name",), fixed=frozenset({"reset"})),
    Description("presences", Presence, key=("name",), left_out=frozenset({"is_stock"}), rows=_presences),
    Description("quick_replies", QuickReply, key=("title", "locale")),
    Description("authentication_settings", AuthenticationSetting, key=("name",)),
    # When a certificate ends goes with the certificate, which is a secret.
    Description("payment_profiles", PaymentProfile, key=("name",), left_out=frozenset({"certificate_ends_at"})),
    Description("surveys", Survey, key=("name",)),
    Description("instances", ChannelInstance, key=("account",), left_out=RETIRED, rows=ChannelInstance.objects.current),
    Description("automated_messages", AutomatedMessage, key=("trigger", "language", "instance")),
)
BY_MODEL: dict[type[Model], Description] = {each.model: each for each in DESCRIPTIONS}
