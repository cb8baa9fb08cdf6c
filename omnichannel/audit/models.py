"""What a person did that must stand up later: written once, never changed, each event sealing the one before it."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import models
from django.db.models import F
from django.db.models.fields.json import KT
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from omnichannel.audit.differences import Difference, differences, kind_label

# What an event on a record says besides: shown as a table of fields, not word by word.
ABOUT_THE_RECORD = frozenset({"kind", "id", "changes"})


class Action(models.TextChoices):
    """What can be recorded; a new act is a new line here and needs no migration."""

    RECEIPT_REPLAYED = "receipt_replayed", gettext_lazy("Read a delivery again")
    RECEIPT_APPLIED_AGAIN = "receipt_applied_again", gettext_lazy("Applied a parked delivery again")
    MESSAGE_RESENT = "message_resent", gettext_lazy("Sent a message again")
    CUSTOMER_EXPORTED = "customer_exported", gettext_lazy("Exported a customer")
    CUSTOMER_ERASURE_BEGUN = "customer_erasure_begun", gettext_lazy("Asked for a customer to be erased")
    CUSTOMER_ERASED = "customer_erased", gettext_lazy("Erased a customer")
    PEOPLE_CHANGED = "people_changed", gettext_lazy("Changed many people at once")
    CONTENT_REMOVED = "content_removed", gettext_lazy("Removed expired content")
    SETTING_ADDED = "setting_added", gettext_lazy("Added")
    SETTING_CHANGED = "setting_changed", gettext_lazy("Changed")
    SETTING_DELETED = "setting_deleted", gettext_lazy("Deleted")
    PASSWORD_SET = "password_set", gettext_lazy("Set a password")
    TOKEN_ISSUED = "token_issued", gettext_lazy("Issued a token")
    TOKEN_REVOKED = "token_revoked", gettext_lazy("Revoked a token")
    AUDIT_LOG_EXPORTED = "audit_log_exported", gettext_lazy("Exported the audit log")
    CONFIGURATION_EXPORTED = "configuration_exported", gettext_lazy("Exported the configuration")
    CONFIGURATION_IMPORTED = "configuration_imported", gettext_lazy("Imported a configuration")
    KEYS_ROTATED = "keys_rotated", gettext_lazy("Rotated keys")
    SIGNED_IN = "signed_in", gettext_lazy("Signed in")
    SIGN_IN_FAILED = "sign_in_failed", gettext_lazy("Failed to sign in")
    SIGN_IN_LOCKED = "sign_in_locked", gettext_lazy("Was locked after failed sign-ins")
    SIGN_IN_RELEASED = "sign_in_released", gettext_lazy("Released a locked sign-in")
    SIGNED_OUT = "signed_out", gettext_lazy("Signed out")
    SESSIONS_ENDED = "sessions_ended", gettext_lazy("Ended sessions")
    SECOND_FACTOR_ADDED = "second_factor_added", gettext_lazy("Added a second factor")
    SECOND_FACTOR_REMOVED = "second_factor_removed", gettext_lazy("Removed a second factor")
    PASSWORD_CHANGED = "password_changed", gettext_lazy("Changed the own password")


# Acts by which a whole record comes or goes.
WHOLE = frozenset({Action.SETTING_ADDED, Action.SETTING_DELETED, Action.TOKEN_ISSUED})


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    """Reads of the log."""

    def newest_first(self) -> AuditEventQuerySet:
        """Return the log as people read it."""
        return self.order_by("-number")

    def concerning(self, kind: str, key: str = "") -> AuditEventQuerySet:
        """Return what became of the records of one kind, or of one of them."""
        # The first condition is that of the index.
        events = self.alias(kind=KT("details__kind"), key=KT("details__id"))
        events = events.filter(details__has_key="kind", kind=kind)
        return events.filter(key=key) if key else events

    def kinds(self) -> list[tuple[str, str]]:
        """Return the kinds of records that the log tells of, with their names."""
        found = self.values_list(KT("details__kind"), flat=True).filter(details__has_key="kind").distinct().order_by()
        return sorted(((kind, kind_label(kind)) for kind in found), key=lambda pair: pair[1])

    def between(self, since: datetime.date | None, until: datetime.date | None) -> AuditEventQuerySet:
        """Return what happened from one day to another, both included, in the viewer's zone."""
        events = self
        if since:
            events = events.filter(at__gte=_midnight(since))
        if until:
            events = events.filter(at__lt=_midnight(until + datetime.timedelta(days=1)))
        return events


class AuditEvent(models.Model):
    """One act of one person. The database refuses to change, delete or empty these rows."""

    # Counted without a gap, so that a missing event shows.
    number = models.PositiveBigIntegerField(primary_key=True)
    at = models.DateTimeField()
    action = models.CharField(max_length=40)
    # No foreign key: the event outlives the account of the person, and stays as it was written.
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=300, blank=True)
    subject = models.CharField(max_length=200)
    address = models.CharField(max_length=45, blank=True)
    # Ids and counts; never what people wrote, and no secrets.
    details = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("audit event")
        verbose_name_plural = gettext_lazy("audit log")
        indexes = (
            models.Index(fields=["action", "-number"], name="audit_action"),
            models.Index(fields=["actor_id", "-number"], name="audit_actor"),
            models.Index(fields=["at"], name="audit_at"),
            models.Index(
                KT("details__kind"),
                KT("details__id"),
                F("number").desc(),
                name="audit_record",
                condition=models.Q(details__has_key="kind"),
            ),
        )

    def __str__(self) -> str:
        return f"Audit event {self.number}"

    @property
    def action_label(self) -> str:
        """Return the act in words, or its bare name where this version does not know it."""
        return str(Action(self.action).label) if self.action in Action.values else self.action

    @property
    def actor_label(self) -> str:
        """Return who did it."""
        return self.actor_name or _("The system")

    @property
    def differences(self) -> list[Difference]:
        """Return what it changed, field by field."""
        return differences(self.details)

    @property
    def is_whole(self) -> bool:
        """Tell whether it is on all of a record, which came or went, rather than on some fields."""
        return self.action in WHOLE

    @property
    def other_details(self) -> dict[str, Any]:
        """Return what it says besides."""
        return {name: value for name, value in self.details.items() if name not in ABOUT_THE_RECORD}


def kind_of(model: type[models.Model]) -> str:
    """Return the name by which the log knows a kind of record."""
    return model._meta.label_lower


def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))
