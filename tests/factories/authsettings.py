"""Authentication settings for tests."""

import factory
from factory.django import DjangoModelFactory

from authsettings.models import AuthenticationSetting


class AuthenticationSettingFactory(DjangoModelFactory[AuthenticationSetting]):
    """An authorization server."""

    class Meta:
        model = AuthenticationSetting

    name = factory.Sequence(lambda n: f"Setting {n}")
    client_id = "shop"
    client_secret = "the stored client secret"
    scopes = ["openid"]
    user_info_url = "https://93.184.215.14/userinfo"
