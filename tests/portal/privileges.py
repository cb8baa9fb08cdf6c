"""The privilege matrix as data: who may open each address, and who may post to it.

A new address needs a line here. Lists of records take one line in RECORDS; every other address one in ROWS, where the
first pattern that fits its URL name (or its path, where it has no name) counts. People are those of PEOPLE.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from django.urls import URLPattern, URLResolver, get_resolver

Who = frozenset[str]

PEOPLE = ("stranger", "agent", "supervisor", "administrator", "superuser", "program")
NOBODY: Who = frozenset()
EVERYBODY: Who = frozenset(PEOPLE)
# "program" comes with an API token and no session; "superuser" holds no role.
PROGRAM: Who = frozenset({"program"})
SIGNED_IN: Who = frozenset({"agent", "supervisor", "administrator", "superuser"})
CONSOLE: Who = frozenset({"agent", "supervisor"})
ADMIN: Who = frozenset({"administrator", "superuser"})
PORTAL: Who = ADMIN | {"supervisor"}


@dataclass(frozen=True)
class Row:
    """Who may open an address, and who may post to it; a method that it does not know is nobody's business."""

    get: Who = NOBODY
    post: Who = NOBODY


@dataclass(frozen=True)
class Record:
    """Who may see the records of one kind, add, change and delete them in the portal."""

    view: Who = ADMIN
    add: Who = ADMIN
    change: Who = ADMIN
    delete: Who = ADMIN

    def row(self, action: str) -> Row:
        """Return the row of one of its pages."""
        rows = {
            "add": Row(self.add, self.add),
            "change": Row(self.view, self.change),
            "delete": Row(self.delete, self.delete),
        }
        return rows.get(action, Row(self.view, self.view))


# Documented matrix: Add users and assign roles. What no line says, administrators may do alone.
RECORDS: dict[str, Record] = {
    "authsettings_authenticationsetting": Record(),
    "channels_app_account": Record(),
    "channels_app_channelinstance": Record(),
    "channels_app_mspconnection": Record(),
    "channels_app_survey": Record(),
    "payments_paymentprofile": Record(),
    "richmessages_richmessage": Record(),
    "workstreams_apitoken": Record(delete=NOBODY),
    "workstreams_capacityprofile": Record(view=PORTAL),
    "workstreams_presence": Record(view=PORTAL),
    # Supervisors add and remove its agents.
    "workstreams_queue": Record(view=PORTAL, change=PORTAL),
    "workstreams_quickreply": Record(view=PORTAL, add=PORTAL, change=PORTAL, delete=PORTAL),
    "workstreams_ratingmodel": Record(),
    "workstreams_routerule": Record(),
    "workstreams_skill": Record(view=PORTAL),
    "workstreams_user": Record(view=PORTAL, delete=NOBODY),
    "workstreams_workstream": Record(view=PORTAL),
}
ROWS: dict[str, Row] = {
    "home": Row(SIGNED_IN, SIGNED_IN),
    "sign-in": Row(EVERYBODY, EVERYBODY),
    "sign-out": Row(EVERYBODY, EVERYBODY),
    # Everybody's own security; the ways into it are open, and what they ask for is tried elsewhere.
    "account_login": Row(EVERYBODY, EVERYBODY),
    "account_logout": Row(EVERYBODY, EVERYBODY),
    "account_inactive": Row(EVERYBODY, EVERYBODY),
    "mfa_authenticate": Row(EVERYBODY, EVERYBODY),
    "mfa_login_webauthn": Row(EVERYBODY, EVERYBODY),
    "openid_connect_*": Row(EVERYBODY, EVERYBODY),
    "socialaccount_login_cancelled": Row(EVERYBODY, EVERYBODY),
    "account_reauthenticate": Row(SIGNED_IN, SIGNED_IN),
    "mfa_*": Row(SIGNED_IN, SIGNED_IN),
    "security": Row(SIGNED_IN, SIGNED_IN),
    "sign-in-again": Row(SIGNED_IN, SIGNED_IN),
    "end-*": Row(SIGNED_IN, SIGNED_IN),
    # Programs of the company, and Apple, whose token is none of ours: one that cannot be read is a bad request.
    "api:schema": Row(get=EVERYBODY),
    "api:docs": Row(get=EVERYBODY),
    "api:*": Row(PROGRAM, PROGRAM),
    "webhook": Row(post=PROGRAM),
    "endpoint": Row(),
    "/applemessagesforbusiness/": Row(),
    "landing": Row(ADMIN, ADMIN),
    "healthz": Row(EVERYBODY, EVERYBODY),
    "readyz": Row(EVERYBODY, EVERYBODY),
    "metrics": Row(),
    # Apple's side; off unless SIMULATOR=on. Its gateway asks for the token of a connection.
    "simulator:message": Row(),
    "simulator:pre-*": Row(),
    "simulator:decode-payload": Row(),
    "simulator:construct-payload": Row(),
    "simulator:*": Row(EVERYBODY, EVERYBODY),
    "console:*": Row(CONSOLE, CONSOLE),
    # In the designer's previews and in transcripts.
    "picture": Row(get=SIGNED_IN),
    # The portal beside its records.
    "admin:password_change*": Row(SIGNED_IN, SIGNED_IN),
    "admin:login": Row(),
    # Whoever has no session is led on to the sign-in page.
    "admin:logout": Row(EVERYBODY - {"agent"}, EVERYBODY - {"agent"}),
    "admin:autocomplete": Row(),
    "admin:ledger_*": Row(PORTAL, PORTAL),
    # Opened, it leads to the page above, which refuses.
    "admin:customers_export": Row(PORTAL, ADMIN),
    "admin:customers_*": Row(ADMIN, ADMIN),
    "admin:audit_export": Row(PORTAL, ADMIN),
    "admin:audit_*": Row(ADMIN),
    "admin:search": Row(get=PORTAL),
    "admin:planned_ongoing_conversations": Row(get=PORTAL),
    "admin:planned_live_dashboards": Row(get=PORTAL),
    "admin:planned_routing_diagnostics": Row(get=PORTAL),
    "admin:planned_*": Row(get=ADMIN),
    "admin:prerequisites": Row(ADMIN, ADMIN),
    "admin:regions": Row(ADMIN, ADMIN),
    "admin:files_rules": Row(ADMIN, ADMIN),
    "admin:files_scanner": Row(PORTAL, ADMIN),
    "admin:configuration_*": Row(PORTAL, ADMIN),
    "admin:configuration": Row(ADMIN, ADMIN),
    "admin:automated_change": Row(PORTAL, ADMIN),
    "admin:automated_*": Row(ADMIN, ADMIN),
    "admin:doctor_test*": Row(PORTAL, ADMIN),
    "admin:doctor_*": Row(ADMIN, ADMIN),
    "admin:signin_*": Row(ADMIN, ADMIN),
    "admin:channels_app_account_*": Row(ADMIN, ADMIN),
    "admin:richmessages_richmessage_duplicate": Row(PORTAL, ADMIN),
    "admin:richmessages_richmessage_*": Row(ADMIN, ADMIN),
    "admin:workstreams_workstream_rich_remove": Row(PORTAL, ADMIN),
    "admin:workstreams_workstream_rules": Row(PORTAL, PORTAL),
    "admin:workstreams_workstream_copy": Row(PORTAL, ADMIN),
    "admin:workstreams_workstream_rule_move": Row(PORTAL, ADMIN),
    "admin:workstreams_workstream_*": Row(ADMIN, ADMIN),
    "admin:workstreams_apitoken_revoke": Row(ADMIN, ADMIN),
    "admin:workstreams_user_bulk*": Row(PORTAL, PORTAL),
    "admin:workstreams_user_password": Row(ADMIN, ADMIN),
    "admin:workstreams_user_work": Row(PORTAL, PORTAL),
    "admin:index": Row(PORTAL, PORTAL),
    "admin:app_list": Row(PORTAL, PORTAL),
    "admin:jsi18n": Row(PORTAL, PORTAL),
    "admin:view_on_site": Row(PORTAL, PORTAL),
    # An address without its last word is sent on to the page, which decides.
    "/admin/*<path:object_id>/": Row(PORTAL, PORTAL),
    "/admin/(*": Row(PORTAL, PORTAL),
}


@dataclass(frozen=True)
class Route:
    """One address of the installation, as the resolver knows it."""

    name: str
    path: str
    arguments: tuple[str, ...]

    @property
    def key(self) -> str:
        """Return what rows are found by."""
        return self.name or f"/{self.path}"

    @property
    def area(self) -> str:
        """Return which part of the table it belongs to, for tests of a bearable size."""
        found = re.match(r"admin/[a-z_]+|[a-z]+", self.path)
        return found[0] if found else "home"

    @property
    def record(self) -> str:
        """Return "workstreams_queue" for the page of a record that has a line, else nothing."""
        record, _, action = self.name.removeprefix("admin:").rpartition("_")
        return record if record in RECORDS and action in ("changelist", "add", "change", "delete", "history") else ""

    @property
    def row(self) -> Row | None:
        """Return its row; None where the table has none."""
        if self.record:
            return RECORDS[self.record].row(self.name.rpartition("_")[2])
        return next((row for pattern, row in ROWS.items() if fnmatchcase(self.key, pattern)), None)


def routes() -> list[Route]:
    """Return every address of the installation."""
    return list(_walk(get_resolver(), "", "", ()))


def _walk(resolver: URLResolver, names: str, path: str, arguments: tuple[str, ...]) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        here = f"{path}{entry.pattern}"
        taken = arguments + tuple(entry.pattern.regex.groupindex)
        if isinstance(entry, URLPattern):
            yield Route(f"{names}{entry.name}" if entry.name else "", here, taken)
        else:
            yield from _walk(entry, f"{names}{entry.namespace}:" if entry.namespace else names, here, taken)


def missing(route: Route) -> str:
    """Return what to add for an address that has no row."""
    record, _, action = route.name.removeprefix("admin:").rpartition("_")
    if route.name.startswith("admin:") and action in ("changelist", "add", "change", "delete", "history"):
        return f'RECORDS needs   "{record}": Record(),   # or Record(view=PORTAL): see /{route.path}'
    return f'ROWS needs      "{route.key}": Row(get=..., post=...),   # see /{route.path}'
