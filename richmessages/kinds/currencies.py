"""Money: the currencies of ISO 4217 and amounts as text."""

import re
from decimal import Decimal
from typing import Annotated

from django.utils.translation import gettext as _
from pydantic import AfterValidator, BeforeValidator

from richmessages.kinds.fields import Required

_LISTED = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP "
    "CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG "
    "HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL "
    "MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR "
    "RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD "
    "TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG"
)
CODES = frozenset(_LISTED.split())
# ISO 4217, minor units: two, but for these.
WITHOUT_DECIMALS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
WITH_THREE_DECIMALS = "BHD IQD JOD KWD LYD OMR TND"


def decimals_of(code: str) -> int:
    """Return how many decimals amounts in a currency have at most."""
    if code in WITHOUT_DECIMALS.split():
        return 0
    return 3 if code in WITH_THREE_DECIMALS.split() else 2


def fits(amount: str, code: str) -> bool:
    """Tell whether an amount can be paid in a currency; zeros at its end do not count."""
    return Decimal(amount) == round(Decimal(amount), decimals_of(code))


def _code(text: str) -> str:
    code = text.upper()
    if code not in CODES:
        raise ValueError(_("Write the currency as three letters of ISO 4217, like EUR."))
    return code


def _as_text(value: object) -> object:
    return str(value) if isinstance(value, int | float | Decimal) and not isinstance(value, bool) else value


def _decimal(text: str) -> str:
    if not re.fullmatch(r"-?[0-9]{1,9}(\.[0-9]{1,9})?", text):
        raise ValueError(_("Write the amount as digits with a point, like 12.50."))
    return text


def _not_negative(text: str) -> str:
    if Decimal(text) < 0:
        raise ValueError(_("Less than nothing cannot be paid."))
    return text


def _positive(text: str) -> str:
    if Decimal(text) <= 0:
        raise ValueError(_("The amount must be above zero."))
    return text


Currency = Annotated[Required, AfterValidator(_code)]
Amount = Annotated[Required, BeforeValidator(_as_text), AfterValidator(_decimal)]
Price = Annotated[Amount, AfterValidator(_not_negative)]
Charge = Annotated[Amount, AfterValidator(_positive)]
