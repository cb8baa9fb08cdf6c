"""Payment profiles for tests."""

import factory
from factory.django import DjangoModelFactory

from payments.models import PaymentProfile


class PaymentProfileFactory(DjangoModelFactory[PaymentProfile]):
    """A merchant whose certificate nobody opens."""

    class Meta:
        model = PaymentProfile

    name = factory.Sequence(lambda n: f"Merchant {n}")
    friendly_name = "Velo shop"
    merchant_id = "merchant.com.example.velo"
    certificate = "c3RvcmVk"
    certificate_password = "the stored password"
    gateway_url = "https://93.184.215.14/pay"
    domain_url = "https://93.184.215.14"
    country = "DE"
    capabilities = ["supports3DS"]
    networks = ["visa"]
