"""Apple's signed bearer, both ways."""

import base64
import json
from collections.abc import Iterator
from operator import itemgetter
from typing import Any

import jwt
import pytest
import time_machine

from omnichannel import amb
from tests.amb.samples import CREDENTIALS, IDENTITIES, MSP_ID, VECTORS

NOW: int = VECTORS["jwt"]["iat"] + 60
CASES: list[dict[str, Any]] = VECTORS["jwt"]["cases"]
HEADER_CASES: list[dict[str, Any]] = VECTORS["jwt"]["authorization_header_cases"]


@pytest.fixture(autouse=True)
def vector_clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def status(authorization: str | None, direction: str) -> int:
    verify = amb.verify_from_msp if direction == "msp_to_apple" else amb.verify_from_apple
    try:
        verify(authorization, CREDENTIALS)
    except amb.MissingToken:
        return 401
    except amb.TokenError:
        return 403
    return 200


def signed(claims: dict[str, Any], key: bytes = CREDENTIALS.key) -> str:
    return "Bearer " + jwt.PyJWS().encode(json.dumps(claims).encode(), key, algorithm="HS256")


@pytest.mark.parametrize("case", CASES, ids=itemgetter("name"))
def test_every_token_of_the_vectors_is_judged_as_apple_does(case: dict[str, Any]) -> None:
    assert status(f"Bearer {case['token']}", case["direction"]) == case["expected_http_status"]


@pytest.mark.parametrize("case", HEADER_CASES, ids=itemgetter("name"))
def test_every_authorization_header_is_judged_as_apple_does(case: dict[str, Any]) -> None:
    assert status(case["value"], "apple_to_msp") == case["expected_http_status"]


def test_our_bearer_is_what_apple_expects() -> None:
    authorization = amb.bearer(CREDENTIALS)

    claims = jwt.decode(authorization.removeprefix("Bearer "), CREDENTIALS.key, algorithms=["HS256"])
    assert claims == {"iss": MSP_ID, "iat": NOW}
    assert status(authorization, "msp_to_apple") == 200


def test_our_bearer_replayed_at_our_webhook_is_refused() -> None:
    assert status(amb.bearer(CREDENTIALS), "apple_to_msp") == 403


@pytest.mark.parametrize("as_list", [False, True])
def test_apples_bearer_names_us_as_its_audience(as_list: bool) -> None:
    authorization = amb.apple_bearer(CREDENTIALS, audience_as_list=as_list)

    claims = jwt.decode(authorization.removeprefix("Bearer "), CREDENTIALS.key, algorithms=["HS256"], audience=MSP_ID)
    assert claims == {"aud": [MSP_ID] if as_list else MSP_ID, "iat": NOW}
    assert status(authorization, "apple_to_msp") == 200


def test_an_msp_id_is_the_same_in_either_letter_case() -> None:
    ours = amb.Credentials(MSP_ID.upper(), CREDENTIALS.secret)

    amb.verify_from_apple(amb.apple_bearer(CREDENTIALS), ours)
    amb.verify_from_msp(amb.bearer(CREDENTIALS), ours)


@pytest.mark.parametrize(("ahead", "expected"), [(-86_400, 200), (300, 200), (600, 200), (601, 403)])
def test_a_clock_may_be_some_minutes_ahead(ahead: int, expected: int) -> None:
    assert status(amb.apple_bearer(CREDENTIALS, now=NOW + ahead), "apple_to_msp") == expected
    assert status(amb.bearer(CREDENTIALS, now=NOW + ahead), "msp_to_apple") == expected


def test_the_verifier_may_bring_its_own_clock() -> None:
    amb.verify_from_msp(amb.bearer(CREDENTIALS, now=NOW + 5000), CREDENTIALS, now=NOW + 5000)
    amb.verify_from_apple(amb.apple_bearer(CREDENTIALS, now=NOW + 5000), CREDENTIALS, now=NOW + 5000)


def test_apple_need_not_say_when_a_token_was_issued() -> None:
    assert status(signed({"aud": MSP_ID}), "apple_to_msp") == 200


@pytest.mark.parametrize("issued_at", [True, "1780000000", None, [], float("nan")])
def test_a_time_of_issue_that_is_no_number_is_refused(issued_at: object) -> None:
    assert status(signed({"aud": MSP_ID, "iat": issued_at}), "apple_to_msp") == 403


@pytest.mark.parametrize("issued_at", [NOW + 0.5, True, str(NOW)])
def test_a_provider_must_state_whole_seconds(issued_at: object) -> None:
    assert status(signed({"iss": MSP_ID, "iat": issued_at}), "msp_to_apple") == 403


@pytest.mark.parametrize("audience", [None, 5, [], [5], {}, [[MSP_ID]]])
def test_an_audience_of_another_shape_is_refused(audience: object) -> None:
    assert status(signed({"aud": audience, "iat": NOW}), "apple_to_msp") == 403


@pytest.mark.parametrize("issuer", [5, [MSP_ID], None])
def test_an_issuer_of_another_shape_is_refused(issuer: object) -> None:
    assert status(signed({"iss": issuer, "iat": NOW}), "msp_to_apple") == 403


def test_an_expired_token_is_refused() -> None:
    assert status(signed({"aud": MSP_ID, "iat": NOW, "exp": NOW - 601}), "apple_to_msp") == 403


def test_the_issuer_selects_the_secret_before_anything_is_proven() -> None:
    token = signed({"iss": "somebody", "iat": NOW}, key=bytes(48))

    assert amb.issuer_of(token) == "somebody"


@pytest.mark.parametrize("claims", [{}, {"iss": ""}])
def test_a_token_without_issuer_selects_nothing(claims: dict[str, Any]) -> None:
    with pytest.raises(amb.TokenError):
        amb.issuer_of(signed(claims))


def test_no_token_is_told_from_a_bad_one() -> None:
    with pytest.raises(amb.MissingToken):
        amb.issuer_of("  ")


@pytest.mark.parametrize(
    "token",
    [
        "é.é.é",
        "Bearer",
        f"Bearer {base64.urlsafe_b64encode(b'[' * 50_000).decode()}.e30.e30",
        f"Bearer {base64.urlsafe_b64encode(json.dumps({'alg': 'HS256', 'crit': ['x']}).encode()).decode()}.e30.e30",
    ],
    ids=["not ascii", "scheme only", "deep header", "critical extension"],
)
def test_a_hostile_token_is_only_refused(token: str) -> None:
    with pytest.raises(amb.TokenError):
        amb.verify_from_apple(token, CREDENTIALS)
    with pytest.raises(amb.TokenError):
        amb.issuer_of(token)


def test_the_signing_key_is_the_decoded_secret() -> None:
    assert CREDENTIALS.key.hex() == IDENTITIES["secret_decoded_hex"]


def test_a_pasted_secret_may_have_blanks_around_it() -> None:
    assert amb.Credentials(MSP_ID, f"  {CREDENTIALS.secret}\n").key == CREDENTIALS.key


@pytest.mark.parametrize(
    ("msp_id", "secret", "reason"),
    [
        ("", CREDENTIALS.secret, "The MSP ID is empty."),
        (MSP_ID, " ", "The API secret is empty."),
        (MSP_ID, "not base64!", "The API secret is not valid Base64."),
        (MSP_ID, "abc", "The API secret is not valid Base64."),
        (MSP_ID, "é", "The API secret is not valid Base64."),
    ],
)
def test_unusable_credentials_say_why(msp_id: str, secret: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        amb.Credentials(msp_id, secret)


def test_credentials_do_not_show_their_secret() -> None:
    assert repr(CREDENTIALS) == f"Credentials(msp_id='{MSP_ID}')"
