"""Authentication settings in the portal: what is refused and kept."""

from typing import Any

import pytest

from authsettings.models import AuthenticationSetting
from tests.portal.visitors import Visitor, errors


def entries(**changes: Any) -> dict[str, Any]:
    """A setting's form filled in well."""
    return {
        "name": "Velo",
        "flow": "code",
        "client_id": "shop",
        "client_secret": "a secret",
        "scopes": "openid\n profile\nopenid email ",
        "user_info_url": "https://93.184.215.14/userinfo",
        "expires_after_seconds": "3600",
    } | changes


def test_a_setting_is_added_with_its_scopes_in_order(administrator: Visitor) -> None:
    answer = administrator.sends("authsettings_authenticationsetting_add", **entries())

    setting = AuthenticationSetting.objects.get()
    assert answer.status_code == 302
    assert (setting.flow, setting.client_secret, setting.scopes) == ("code", "a secret", ["openid", "profile", "email"])


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"scopes": " "}, "scopes", "This field is required."),
        (
            {"scopes": "x" * 201},
            "scopes",
            "A scope has at most 200 characters. Put each on a line of its own.",
        ),
        ({"expires_after_seconds": "0"}, "expires_after_seconds", "Ensure this value is greater than or equal to 1."),
        ({"user_info_url": "http://93.184.215.14/"}, "user_info_url", "Enter an address that begins with https://."),
        (
            {"user_info_url": "https://192.168.1.1/"},
            "user_info_url",
            "192.168.1.1 leads into a private network (192.168.1.1). Enter an address on the public internet.",
        ),
        ({"flow": "openid"}, "token_url", "OpenID Connect needs the provider’s token endpoint."),
        ({"client_secret": ""}, "client_secret", "This field is required."),
    ],
)
def test_a_wrong_entry_is_explained_at_its_field(
    administrator: Visitor, changes: dict[str, str], field: str, sentence: str
) -> None:
    answer = administrator.sends("authsettings_authenticationsetting_add", **entries(**changes))

    assert errors(answer) == {field: [sentence]}
    assert not AuthenticationSetting.objects.exists()


@pytest.mark.parametrize("address", ["token_url", "user_info_url"])
def test_a_stored_secret_does_not_follow_to_another_address(administrator: Visitor, address: str) -> None:
    administrator.sends("authsettings_authenticationsetting_add", **entries())
    setting = AuthenticationSetting.objects.get()
    elsewhere = entries(client_secret="", **{address: "https://93.184.215.14/elsewhere"})

    refused = administrator.sends("authsettings_authenticationsetting_change", setting.pk, **elsewhere)
    taken = administrator.sends(
        "authsettings_authenticationsetting_change", setting.pk, **elsewhere | {"client_secret": "typed again"}
    )

    assert errors(refused) == {
        address: ["The stored secret is used at this address. To change it, enter the secret again."]
    }
    assert taken.status_code == 302
