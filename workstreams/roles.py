"""Roles and what they may do: the privilege matrix as data, groups as its holders."""

from enum import StrEnum
from functools import cache
from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.db.models import Model


class Role(StrEnum):
    """Names of the groups that carry rights."""

    ADMINISTRATOR = "Omnichannel administrator"
    SUPERVISOR = "Omnichannel supervisor"
    AGENT = "Omnichannel agent"
    API_ACCESS = "Omnichannel API access"


ALL = frozenset({"view", "add", "change", "delete"})
VIEW = frozenset({"view"})
# Records by role and what may be done with them in the portal (documented matrix, Add users and assign roles).
PRIVILEGES: dict[Role, dict[str, frozenset[str]]] = {
    Role.ADMINISTRATOR: {
        "workstreams.user": ALL,
        "workstreams.agent": ALL,
        "workstreams.queue": ALL,
        "workstreams.workstream": ALL,
        "workstreams.apitoken": ALL,
        "auth.group": VIEW,
        "channels_app.mspconnection": ALL,
        "channels_app.account": ALL,
        "channels_app.channelinstance": ALL,
    },
    Role.SUPERVISOR: {
        "workstreams.user": VIEW,
        "workstreams.agent": VIEW,
        "workstreams.queue": VIEW,
        "workstreams.workstream": VIEW,
    },
    Role.AGENT: {},
    Role.API_ACCESS: {},
}


def roles_of(user: Any) -> frozenset[Role]:
    """Return the roles a user holds; one query for each user object."""
    if not user.is_active or user.is_anonymous:
        return frozenset()
    if not hasattr(user, "_roles"):
        names = set(user.groups.values_list("name", flat=True))
        user._roles = frozenset(role for role in Role if role.value in names)
    return user._roles  # type: ignore[no-any-return]


class RoleBackend(BaseBackend):
    """Grants a user what the matrix grants to one of the user's roles."""

    def has_perm(self, user_obj: Any, perm: str, obj: Model | None = None) -> bool:  # noqa: ARG002
        return any(perm in _permissions(role) for role in roles_of(user_obj))

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
