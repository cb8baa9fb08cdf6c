"""Keys that a test may change, and one row for each column of secrets."""

import base64
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from django.apps import apps
from django.conf import LazySettings
from django.db.models import Model

from authsettings.models import AuthenticationSetting
from channels_app.models import MspConnection
from conversations.models import Attachment
from omnichannel.common import encryption
from omnichannel.common.encryption import EncryptedTextField
from omnichannel.drafts.models import Draft
from payments.models import PaymentProfile
from simulator.models import Business, Provider, StoredFile
from tests.factories.channels_app import MspConnectionFactory
from tests.factories.conversations import AttachmentFactory
from tests.factories.workstreams import UserFactory

Use = Callable[..., None]
KEYS = {name: f"{name}:{base64.urlsafe_b64encode(name[1].encode() * 32).decode()}" for name in ("k1", "k2", "k3")}


@pytest.fixture
def keys(settings: LazySettings) -> Iterator[Use]:
    """Have secrets sealed and opened with these keys, the first one sealing."""

    def use(*names: str) -> None:
        settings.FIELD_KEYS = [KEYS[name] for name in names]
        encryption._keys.cache_clear()

    use("k1")
    yield use
    encryption._keys.cache_clear()


def fields() -> list[EncryptedTextField]:
    """Return every field of the product that holds secrets."""
    models = apps.get_models(include_auto_created=True)
    return [each for model in models for each in model._meta.local_concrete_fields if type(each) is EncryptedTextField]


def marker(field: EncryptedTextField) -> str:
    """Return the secret that a field holds in these tests."""
    return f"do-not-show-{field.column_name}-2f9c"


def secrets_of(model: type[Model]) -> dict[str, str]:
    """Return the secrets of a model by field."""
    return {each.name: marker(each) for each in fields() if each.model is model}


def _provider() -> Provider:
    return Provider.objects.create(
        msp_id="0e0b29a8-5a77-4c63-9f83-0f4a1b0a6a01", webhook_url="https://x.example", **secrets_of(Provider)
    )


MAKERS: dict[type[Model], Callable[[], Model]] = {
    MspConnection: lambda: MspConnectionFactory.create(**secrets_of(MspConnection)),
    Attachment: lambda: AttachmentFactory.create(**secrets_of(Attachment)),
    AuthenticationSetting: lambda: AuthenticationSetting.objects.create(
        name="Shop", **secrets_of(AuthenticationSetting)
    ),
    PaymentProfile: lambda: PaymentProfile.objects.create(name="Shop", **secrets_of(PaymentProfile)),
    Draft: lambda: Draft.objects.create(owner=UserFactory.create(), wizard="any", run=uuid4(), **secrets_of(Draft)),
    Provider: _provider,
    StoredFile: lambda: StoredFile.objects.create(
        business=Business.objects.create(
            business_id="0e0b29a8-5a77-4c63-9f83-0f4a1b0a6a02", name="Shop", provider=_provider()
        ),
        size=1,
        **secrets_of(StoredFile),
    ),
}
# Made by the maker of another.
COMES_ALONG = {Provider: StoredFile}


def make_everything() -> list[Model]:
    """Store one row of each model that holds secrets."""
    missing = {field.model.__name__ for field in fields()} - {model.__name__ for model in MAKERS}
    assert not missing, f"Say in MAKERS how a row with secrets is made: {missing}"
    return [make() for model, make in MAKERS.items() if model not in COMES_ALONG]
