"""What stands for a picture, and what only reads like it."""

import pytest

from richmessages.pictures.pointers import digest_of, digests_in, filled, pointer

MESSAGE = {
    "data": {"images": [{"identifier": "a", "data": pointer("a")}]},
    "assets": {"image": {"data": pointer("b")}},
    "appIcon": pointer("c"),
    "receivedMessage": {"title": "picture:of a bike"},
}


def test_the_bytes_of_every_picture_are_filled_in() -> None:
    assert digests_in(MESSAGE) == {"a", "b", "c"}
    assert filled(MESSAGE, {"a": "AAAA", "b": "BBBB", "c": "CCCC"}) == {
        "data": {"images": [{"identifier": "a", "data": "AAAA"}]},
        "assets": {"image": {"data": "BBBB"}},
        "appIcon": "CCCC",
        "receivedMessage": {"title": "picture:of a bike"},
    }


@pytest.mark.parametrize("data", ["iVBORw0KGgo", "picture:", "", None, 7])
def test_what_is_no_pointer_stands_for_nothing(data: object) -> None:
    assert digest_of(data) is None
