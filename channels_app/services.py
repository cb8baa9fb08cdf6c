"""Writes that set a channel up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from channels_app.automated.services import Said, write_instance_messages
from channels_app.models import Account, ChannelInstance, MspConnection
from omnichannel.audit import changes
from workstreams.models import Workstream

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
    from django.http import HttpRequest

    Person = AbstractBaseUser | AnonymousUser


class CannotSetUp(Exception):
    """What was entered does not fit any more; ``str()`` of it can be shown."""


@transaction.atomic
def add_account(
    *, name: str, connection: MspConnection, business_id: str, by: Person, request: HttpRequest | None = None
) -> Account:
    """Register a business; one that was deleted comes back into use, with its history."""
    account, is_new = Account.objects.select_for_update().get_or_create(
        business_id=business_id, defaults={"name": name, "connection": connection}
    )
    if is_new:
        changes.added(account, by=by, request=request)
        return account
    if account.retired_at is None:
        raise CannotSetUp(_("Somebody added this account meanwhile, as “%(name)s”.") % {"name": account.name})
    with changes.watched(account, by=by, request=request):
        account.name, account.connection, account.retired_at = name, connection, None
        account.save(update_fields=["name", "connection", "retired_at"])
    return account


@transaction.atomic
def create_instance(
    *,
    account: Account,
    workstream: Workstream,
    texts: Sequence[Said] = (),
    by: Person,
    request: HttpRequest | None = None,
    **settings: Any,
) -> ChannelInstance:
    """Put an account to work in a workstream; ``settings`` are columns of the instance."""
    # Held, so that nobody deletes it meanwhile.
    locked = Account.objects.select_for_update(no_key=True).filter(pk=account.pk, retired_at=None).first()
    if locked is None:
        raise CannotSetUp(_("This account was deleted meanwhile. Go back and choose another one."))
    try:
        with transaction.atomic():
            instance = ChannelInstance.objects.create(account=locked, workstream=workstream, **settings)
    except IntegrityError as fault:
        raise CannotSetUp(_("This account is at work already. Go back and choose another one.")) from fault
    changes.added(instance, by=by, request=request)
    if texts:
        write_instance_messages(instance, texts, by=by, request=request)
    return instance


@transaction.atomic
def change_instance(
    instance: ChannelInstance, *, texts: Sequence[Said] | None = None, by: Person, request: HttpRequest | None = None
) -> None:
    """Save an instance, and the texts that it says itself where they are given."""
    instance.save()
    # These follow the language of their instance.
    instance.automated_messages.exclude(language=instance.language).update(language=instance.language)
    if texts is not None:
        write_instance_messages(instance, texts, by=by, request=request)
