"""Apple Pay: a request to pay (Create rich messages, Apple Pay), written as the documented JSON."""
# ruff: noqa: N815  the fields are spelled as in the documented JSON

from collections.abc import Iterator, Mapping
from datetime import tzinfo
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from pydantic import Field

from omnichannel import amb
from richmessages.kinds.currencies import Amount, Charge, Currency, Price, decimals_of, fits
from richmessages.kinds.fields import PICTURE, Content, Line, Part, PictureLink, Required, Shown
from richmessages.kinds.kind import Answer, AnswerLine, Fault, Kind, Needs, Path, SendContext

ContactField = Literal["email", "name", "phone", "phoneticName", "post"]
AmountType = Annotated[
    Literal["final", "pending"],
    Shown(
        gettext_lazy("Type"),
        gettext_lazy("Pending says that the amount is not known yet."),
        choices={"final": gettext_lazy("Final"), "pending": gettext_lazy("Pending")},
    ),
]
CONTACT_FIELDS = {
    "email": gettext_lazy("Email"),
    "name": gettext_lazy("Name"),
    "phone": gettext_lazy("Phone"),
    "phoneticName": gettext_lazy("Phonetic name"),
    "post": gettext_lazy("Postal address"),
}


class LineItem(Part):
    """One of the things paid for; a discount is negative."""

    label: Annotated[Required, Shown(gettext_lazy("Label"))]
    amount: Annotated[Amount, Shown(gettext_lazy("Amount"))]
    type: AmountType = "final"


class ShippingMethod(Part):
    """One way of sending the goods."""

    label: Annotated[Required, Shown(gettext_lazy("Label"))]
    detail: Annotated[Line, Shown(gettext_lazy("Detail"))] = ""
    amount: Annotated[Price, Shown(gettext_lazy("Amount"))]
    identifier: Annotated[Required, Shown(gettext_lazy("Identifier"), gettext_lazy("For your own use, unique."))]
    type: AmountType = "final"


class Total(Content):
    """What is charged."""

    label: Annotated[Required, Shown(gettext_lazy("Label"), gettext_lazy("The business, as on the statement."))]
    amount: Annotated[Charge, Shown(gettext_lazy("Amount"))]
    type: AmountType


class ApplePay(Content):
    """The bubble, and what is asked for; who is paid comes from the payment profile."""

    messageTitle: Annotated[Required, Shown(gettext_lazy("Message title"))]
    imageURL: Annotated[PictureLink, PICTURE] = ""
    imageStyle: Annotated[
        Literal["icon", "small", "large"],
        Shown(
            gettext_lazy("Image style"),
            choices={"icon": gettext_lazy("Icon"), "small": gettext_lazy("Small"), "large": gettext_lazy("Large")},
        ),
    ] = "large"
    currencyCode: Annotated[
        Currency, Shown(gettext_lazy("Currency"), gettext_lazy("Three letters of ISO 4217."), placeholder="EUR")
    ]
    requiredBillingContactFields: Annotated[
        list[ContactField],
        Field(min_length=1, max_length=5),
        Shown(gettext_lazy("Required billing contact fields"), choices=CONTACT_FIELDS),
    ]
    requiredShippingContactFields: Annotated[
        list[ContactField],
        Field(max_length=5),
        Shown(
            gettext_lazy("Required shipping contact fields"),
            gettext_lazy("Only where goods are sent."),
            choices=CONTACT_FIELDS,
        ),
    ] = []
    lineItems: Annotated[
        list[LineItem], Field(max_length=100), Shown(gettext_lazy("Line items"), each=gettext_lazy("line item"))
    ] = []
    shippingMethods: Annotated[
        list[ShippingMethod],
        Field(max_length=20),
        Shown(gettext_lazy("Shipping methods"), each=gettext_lazy("shipping method")),
    ] = []
    total: Annotated[Total, Shown(gettext_lazy("Total"))]


def lint(content: ApplePay) -> Iterator[Fault]:
    """Yield what cannot be paid or is there twice, and warn of a sum that does not add up and of what is not used."""
    yield from _unpayable(content)
    seen: set[str] = set()
    for number, method in enumerate(content.shippingMethods):
        if method.identifier in seen:
            yield Fault(("shippingMethods", number, "identifier"), _("Another shipping method has this identifier."))
        seen.add(method.identifier)
    if len(content.shippingMethods) > 1:
        yield Fault(("shippingMethods", 1), _("Only the first shipping method is used."), is_warning=True)
    amounts = [item.amount for item in content.lineItems] + [method.amount for method in content.shippingMethods[:1]]
    owed = sum(map(Decimal, amounts), Decimal())
    if content.lineItems and owed != Decimal(content.total.amount):
        text = _("Line items and shipping add up to %(sum)s.") % {"sum": owed}
        yield Fault(("total", "amount"), text, is_warning=True)


def _unpayable(content: ApplePay) -> Iterator[Fault]:
    places: dict[Path, str] = {("total", "amount"): content.total.amount}
    places |= {("lineItems", number, "amount"): item.amount for number, item in enumerate(content.lineItems)}
    places |= {
        ("shippingMethods", number, "amount"): each.amount for number, each in enumerate(content.shippingMethods)
    }
    code = content.currencyCode
    text = _too_fine(code)
    for path, amount in places.items():
        if not fits(amount, code):
            yield Fault(path, text)


def _too_fine(code: str) -> str:
    most = decimals_of(code)
    if not most:
        return _("Amounts in %(code)s have no decimals.") % {"code": code}
    text = ngettext("%(code)s has at most %(count)s decimal.", "%(code)s has at most %(count)s decimals.", most)
    return text % {"code": code, "count": most}


def encode(content: ApplePay, context: SendContext) -> amb.InteractiveData:
    """Return the request. ``context.extra`` holds what the payment profile adds, in Apple's spelling.

    ``merchant`` is the merchant's part of the request (applePay, countryCode, merchantName); merchantSession and
    endpoints stand beside it.
    """
    picture = context.picture(content.imageURL)
    title = content.messageTitle
    return amb.InteractiveData(
        data=amb.Data(
            request_identifier=context.request_id,
            images=context.pictures(content.imageURL),
            payment=amb.Payment(
                payment_request={**context.extra.get("merchant", {}), **_asked(content)},
                merchant_session=context.extra.get("merchantSession"),
                endpoints=context.extra.get("endpoints"),
            ),
        ),
        received_message=amb.Bubble(
            title=title, style=content.imageStyle if picture else "icon", image_identifier=picture
        ),
        reply_message=amb.Bubble(title=title, style="icon", image_identifier=picture),
    )


def fallback(content: ApplePay) -> str:
    """Return what is to be paid as words."""
    return f"{content.messageTitle}\n{content.total.label}: {content.total.amount} {content.currencyCode}"


def read_answer(data: amb.InteractiveData, _zone: tzinfo) -> Answer:
    """Return the state that the device tells, in words; whether money came is for the payment provider to say."""
    payment = data.data.payment if data.data else None
    state = (payment.state if payment else "") or ""
    bubble = data.reply_bubble
    lines = (AnswerLine("", (bubble.subtitle,)),) if bubble and bubble.subtitle else ()
    told = _STATES.get(state.casefold())
    return Answer(str(told) if told else _("The outcome of the payment is unknown"), lines)


_STATES: Mapping[str, Any] = {
    "paid": gettext_lazy("Paid, as the device reports"),
    "paymentcompleted": gettext_lazy("Paid, as the device reports"),
    "paymentnotcompleted": gettext_lazy("Payment not completed"),
    "declined": gettext_lazy("Payment declined"),
    "cancelled": gettext_lazy("Payment cancelled"),
    "canceled": gettext_lazy("Payment cancelled"),
    "expired": gettext_lazy("The request to pay has expired"),
}


def _asked(content: ApplePay) -> dict[str, Any]:
    asked = {
        "currencyCode": content.currencyCode,
        "total": content.total.model_dump(),
        "lineItems": [item.model_dump() for item in content.lineItems],
        "shippingMethods": [_method(method) for method in content.shippingMethods[:1]],
        "requiredBillingContactFields": content.requiredBillingContactFields,
        "requiredShippingContactFields": content.requiredShippingContactFields,
    }
    # Apple's documentation (Apple Pay): a list of line items is not empty where there is one.
    return {name: value for name, value in asked.items() if value != []}


def _method(method: ShippingMethod) -> dict[str, Any]:
    return {name: value for name, value in method.model_dump(exclude={"type"}).items() if value}


KIND = Kind(
    slug="apple_pay",
    label=gettext_lazy("Apple Pay"),
    tag="apple pay",
    hint=gettext_lazy("A request to pay, approved with a glance or a touch."),
    content=ApplePay,
    lint=lint,
    encode=encode,
    fallback=fallback,
    starter={
        "messageTitle": "",
        "currencyCode": "",
        "requiredBillingContactFields": ["post"],
        "lineItems": [{"label": "", "amount": "", "type": "final"}],
        "total": {"label": "", "amount": "", "type": "final"},
    },
    marker=amb.Marker.PAYMENT,
    needs=Needs.PAYMENT,
    read_answer=read_answer,
    extra_sample={
        "merchant": {
            "applePay": {
                "merchantIdentifier": "merchant.example.shop",
                "supportedNetworks": ["visa", "masterCard"],
                "merchantCapabilities": ["supports3DS"],
            },
            "countryCode": "DE",
            "merchantName": "Kettle & Spoke",
        },
        "merchantSession": {"displayName": "Kettle & Spoke"},
        "endpoints": {"paymentGatewayUrl": "https://pay.example/gateway"},
    },
)
