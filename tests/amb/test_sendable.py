"""What Apple refuses for certain never leaves."""

import pytest

from omnichannel import amb
from tests.amb.apple import Apple, says
from tests.amb.samples import OUTBOUND

FOREIGN = "com.apple.messages.MSMessageExtensionBalloonPlugin:AB12CD34EF:example.spoke.tracker.messages"


@pytest.mark.accepts("B10")
def test_data_is_never_sent_to_a_foreign_app(apple: Apple, gateway: amb.Gateway) -> None:
    data = amb.InteractiveData.model_validate({"bid": FOREIGN, "URL": "?job=1", "data": {"version": "1.0"}})

    with pytest.raises(amb.MessageRejected, match="takes a URL"):
        gateway.send(amb.InteractiveMessage(**OUTBOUND, interactive_data=data))

    assert apple.calls == []


def test_a_conversation_is_never_closed_by_us(apple: Apple, gateway: amb.Gateway) -> None:
    with pytest.raises(amb.MessageRejected, match="Only the customer"):
        gateway.send(amb.Close(**OUTBOUND))

    assert apple.calls == []


@pytest.mark.accepts("B10")
def test_a_foreign_app_gets_its_url(apple: Apple, gateway: amb.Gateway) -> None:
    apple.answers["/v1/message"] = says()
    data = amb.InteractiveData.model_validate({"bid": FOREIGN, "URL": "?job=1", "appId": 1})

    gateway.send(amb.InteractiveMessage(**OUTBOUND, interactive_data=data))

    assert [call.path for call in apple.calls] == ["/v1/message"]
