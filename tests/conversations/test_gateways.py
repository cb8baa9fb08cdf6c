"""Which addresses a gateway may send us to."""

import pytest
from django.conf import LazySettings

from conversations.gateways import gateway
from omnichannel import amb
from tests.amb.apple import Apple, says
from tests.amb.conftest import apple
from tests.amb.samples import BUSINESS_ID, CREDENTIALS

__all__ = ["apple"]


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:1/up", "https://10.0.0.7/up", "https://[::1]/up", "https://169.254.169.254/up"]
)
def test_a_gateway_cannot_send_us_into_our_own_network(apple: Apple, settings: LazySettings, address: str) -> None:
    settings.SIMULATOR = False
    apple.answers["/v1/preUpload"] = says({"upload-url": address, "mmcs-url": "u", "mmcs-owner": "o"})

    with pytest.raises(amb.GatewayError):
        gateway(CREDENTIALS, f"{apple.url}/v1").upload(BUSINESS_ID, b"secret file")

    assert [call.path for call in apple.calls] == ["/v1/preUpload"]
