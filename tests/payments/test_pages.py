"""Payment profiles in the portal: what is refused, kept, shown."""

import base64
import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from payments.models import PaymentProfile
from tests.factories.payments import PaymentProfileFactory
from tests.payments.certificates import ENDS_AT, NOW, PASSWORD, pem_file, pkcs12_file
from tests.portal.visitors import Visitor, errors

WRONG_PASSWORD = {"certificate_password": ["This password does not open the certificate. Type it again."]}
NO_CERTIFICATE = {
    "certificate": ["This file holds no certificate with its key. Choose the .p12 or .pem file."],
}


def entries(content: bytes | None = None, **changes: Any) -> dict[str, Any]:
    """A profile's form filled in well."""
    return {
        "name": "Velo",
        "friendly_name": "Velo shop",
        "merchant_id": "merchant.com.example.velo",
        "certificate": SimpleUploadedFile("velo.p12", pkcs12_file() if content is None else content),
        "certificate_password": PASSWORD,
        "gateway_url": "https://93.184.215.14/pay",
        "domain_url": "https://93.184.215.14",
        "country": "de",
        "capabilities": ["supports3DS", "supportsDebit"],
        "networks": ["visa", "amex"],
    } | changes


@pytest.mark.parametrize("content", [pkcs12_file(), pem_file()], ids=["p12", "pem"])
def test_a_profile_is_added_with_its_certificate(administrator: Visitor, content: bytes) -> None:
    answer = administrator.sends("payments_paymentprofile_add", **entries(content))

    profile = PaymentProfile.objects.get()
    assert answer.status_code == 302
    assert base64.b64decode(profile.certificate) == content
    assert (profile.certificate_password, profile.certificate_ends_at) == (PASSWORD, ENDS_AT)
    assert (profile.country, profile.networks) == ("DE", ["visa", "amex"])
    assert profile.capabilities == ["supports3DS", "supportsDebit"]


@pytest.mark.accepts("A4-1")
@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"capabilities": ["supportsDebit"]}, {"capabilities": ["Choose 3D Secure: Apple Pay needs it."]}),
        ({"networks": []}, {"networks": ["Choose at least one network."]}),
        ({"country": "CN"}, {"country": ["Apple Pay in Messages does not work for merchants in China."]}),
        ({"country": "sa"}, {"country": ["Apple Pay in Messages does not work for merchants in Saudi Arabia."]}),
        ({"country": "XX"}, {"country": ["No country has this code. Use two letters, like DE or US."]}),
        ({"gateway_url": "http://93.184.215.14/"}, {"gateway_url": ["Enter an address that begins with https://."]}),
        (
            {"domain_url": "https://10.0.0.1/"},
            {
                "domain_url": [
                    "10.0.0.1 leads into a private network (10.0.0.1). Enter an address on the public internet."
                ]
            },
        ),
    ],
)
def test_what_apple_pay_cannot_take_is_refused_at_its_field(
    administrator: Visitor, changes: dict[str, Any], fault: dict[str, list[str]]
) -> None:
    answer = administrator.sends("payments_paymentprofile_add", **entries(**changes))

    assert errors(answer) == fault
    assert not PaymentProfile.objects.exists()


@pytest.mark.accepts("A4-2")
@pytest.mark.parametrize("content", [pkcs12_file(), pem_file()], ids=["p12", "pem"])
def test_a_wrong_password_is_detected_when_the_file_is_uploaded(administrator: Visitor, content: bytes) -> None:
    answer = administrator.sends("payments_paymentprofile_add", **entries(content, certificate_password="no"))

    assert errors(answer) == WRONG_PASSWORD


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"not a certificate", NO_CERTIFICATE),
        (b"\x30\x82 nearly one", NO_CERTIFICATE),
        (b"-----BEGIN CERTIFICATE-----\nnonsense", NO_CERTIFICATE),
        (pem_file(has_key=False), NO_CERTIFICATE),
        (
            pem_file(is_locked=False),
            {"certificate": ["The key in this file has no password. Export it again with one."]},
        ),
        (
            b"\x00" * (64 * 1024 + 1),
            {"certificate": ["This file is too large for a certificate. Choose the .p12 or .pem file."]},
        ),
    ],
    ids=["text", "bytes", "broken pem", "no key", "open key", "too large"],
)
def test_a_file_that_proves_nothing_is_refused(
    administrator: Visitor, content: bytes, fault: dict[str, list[str]]
) -> None:
    answer = administrator.sends("payments_paymentprofile_add", **entries(content))

    assert errors(answer) == fault


def test_a_certificate_that_has_ended_is_refused(administrator: Visitor) -> None:
    ended = pkcs12_file(NOW - datetime.timedelta(days=1))

    answer = administrator.sends("payments_paymentprofile_add", **entries(ended))

    assert errors(answer)["certificate"][0].startswith("This certificate ended on ")


def test_a_new_certificate_may_come_with_the_password_that_is_stored(administrator: Visitor) -> None:
    profile = PaymentProfileFactory.create(certificate_password=PASSWORD)

    answer = administrator.sends("payments_paymentprofile_change", profile.pk, **entries(certificate_password=""))

    profile.refresh_from_db()
    assert answer.status_code == 302
    assert (profile.certificate_password, profile.certificate_ends_at) == (PASSWORD, ENDS_AT)


def test_the_list_says_when_a_certificate_ends(administrator: Visitor) -> None:
    PaymentProfileFactory.create(certificate_ends_at=NOW - datetime.timedelta(days=1))
    PaymentProfileFactory.create(certificate_ends_at=NOW + datetime.timedelta(days=12))

    page = administrator.opens("payments_paymentprofile_changelist").content.decode()

    assert 'class="tag bad">Ended on ' in page
    assert 'class="tag warn">' in page
