"""Roles and what they may do: the privilege matrix as data, groups as its holders."""

from enum import StrEnum
from functools import cache
from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.db.models import Model
from django.utils.translation import gettext_lazy as _


class Role(StrEnum):
    """Names of the groups that carry rights."""

    ADMINISTRATOR = "Omnichannel administrator"
    SUPERVISOR = "Omnichannel supervisor"
    AGENT = "Omnichannel agent"
    API_ACCESS = "Omnichannel API access"


ALL = frozenset({"view", "add", "change", "delete"})
VIEW = frozenset({"view"})
# In the ledger: read what came and what goes, and have it tried again. Of the organisation there is one row for good.
WORK = frozenset({"view", "change"})
# Records by role and what may be done with them in the portal (documented matrix, Add users and assign roles).
PRIVILEGES: dict[Role, dict[str, frozenset[str]]] = {
    Role.ADMINISTRATOR: {
        "workstreams.user": ALL,
        "workstreams.agent": ALL,
        "workstreams.queue": ALL,
        "workstreams.workstream": ALL,
        "workstreams.routerule": ALL,
        "workstreams.apitoken": ALL,
        "workstreams.presence": ALL,
        "workstreams.skill": ALL,
        "workstreams.skilltype": ALL,
        "workstreams.ratingmodel": ALL,
        "workstreams.capacityprofile": ALL,
        "workstreams.quickreply": ALL,
        "richmessages.richmessage": ALL,
        "auth.group": VIEW,
        "channels_app.mspconnection": ALL,
        "channels_app.account": ALL,
        "channels_app.channelinstance": ALL,
        "channels_app.organisation": WORK,
        "channels_app.examination": WORK,
        "channels_app.automatedmessage": ALL,
        # The whole set-up as one file: take it, and bring one.
        "channels_app.configuration": WORK,
        "channels_app.survey": ALL,
        "authsettings.authenticationsetting": ALL,
        "payments.paymentprofile": ALL,
        "conversations.inboundreceipt": WORK,
        "conversations.message": WORK,
        "conversations.customer": frozenset({"view", "export", "erase"}),
        "audit.auditevent": VIEW,
    },
    Role.SUPERVISOR: {
        "workstreams.user": VIEW,
        # Default presence and capacity, skills and queues of a person; in a queue, its agents.
        "workstreams.agent": frozenset({"view", "change"}),
        "workstreams.queue": VIEW,
        "workstreams.workstream": VIEW,
        "workstreams.routerule": VIEW,
        "workstreams.presence": VIEW,
        "workstreams.skill": VIEW,
        "workstreams.capacityprofile": VIEW,
        "workstreams.quickreply": ALL,
        "conversations.inboundreceipt": WORK,
        "conversations.message": WORK,
    },
    # In the console: the portal lets no agent in.
    Role.AGENT: {
        "workstreams.user": VIEW,
        "workstreams.presence": VIEW,
        "workstreams.workstream": VIEW,
        "workstreams.queue": VIEW,
        "workstreams.quickreply": VIEW,
    },
    Role.API_ACCESS: {},
}


class SecretRight(StrEnum):
    """What a person may do with a stored secret; nobody reads the secret itself."""

    READ = "read"
    CREATE = "create"
    UPDATE = "update"


RIGHT_WORDS = {
    SecretRight.READ: _("See that it is set, and when"),
    SecretRight.CREATE: _("Set it in a new record"),
    SecretRight.UPDATE: _("Replace it"),
}
# Records with secure columns. Beside the role, a person's column profile (User.secret_rights) says who may do what.
SECRETS: dict[str, Any] = {
    "channels_app.mspconnection": _("MSP connection: API secret"),
    "authsettings.authenticationsetting": _("Authentication setting: client secret"),
    "payments.paymentprofile": _("Payment profile: merchant certificate and its password"),
}


def secret_right(right: SecretRight, record: str) -> str:
    """Return the permission: "payments.update_secret_paymentprofile"."""
    app, model = record.split(".")
    return f"{app}.{right}_secret_{model}"


def every_secret_right() -> list[str]:
    """Return the column profile that holds everything."""
    return [secret_right(right, record) for record in SECRETS for right in SecretRight]


def roles_of(user: Any) -> frozenset[Role]:
    """Return the roles a user holds; one query for each user object."""
    if not user.is_active or user.is_anonymous:
        return frozenset()
    if not hasattr(user, "_roles"):
        names = set(user.groups.values_list("name", flat=True))
        user._roles = frozenset(role for role in Role if role.value in names)
    return user._roles  # type: ignore[no-any-return]


def may_change_person(user: Any, person: Any) -> bool:
    """Tell whether a user may change somebody's account; that of a superuser only another one may."""
    return user.has_perm("workstreams.change_user") and (user.is_superuser or not person.is_superuser)


class RoleBackend(BaseBackend):
    """Grants a user what the matrix grants to one of the user's roles, and what the own column profile holds."""

    def has_perm(self, user_obj: Any, perm: str, _obj: Model | None = None) -> bool:
        roles = roles_of(user_obj)
        return any(perm in _permissions(role) for role in roles) or (
            # A right to secrets alone opens nothing: it ends with the role it was given beside.
            Role.ADMINISTRATOR in roles and perm in user_obj.secret_rights
        )

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        prefix = f"{app_label}."
        return any(perm.startswith(prefix) for role in roles_of(user_obj) for perm in _permissions(role))


@cache
def _permissions(role: Role) -> frozenset[str]:
    return frozenset(
        f"{app}.{action}_{model}"
        for record, actions in PRIVILEGES[role].items()
        for app, model in [record.split(".")]
        for action in actions
    )
