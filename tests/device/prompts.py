"""One prompt of each kind, as a business sends it."""

import base64
import struct
import zlib
from copy import deepcopy
from typing import Any

from omnichannel import amb


def png(red: int, green: int, blue: int, *, width: int = 60, height: int = 60) -> str:
    """Return a picture of one colour as Base64."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + bytes((red, green, blue)) * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    content = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + content).decode()


def _prompt(contents: dict[str, Any], **bubble: str) -> dict[str, Any]:
    head = {"title": "Velo shop", "subtitle": "Tap to choose", "style": "icon"} | bubble
    return {
        "bid": amb.BUSINESS_BID,
        "data": {"version": "1.0", "requestIdentifier": "request-1", **contents},
        "receivedMessage": head,
        "replyMessage": {"title": "Your choice", "style": head["style"]},
    }


QUICK_REPLY: dict[str, Any] = {
    "bid": amb.BUSINESS_BID,
    "data": {
        "version": "1.0",
        "requestIdentifier": "request-1",
        "quick-reply": {
            "summaryText": "Drop-off day",
            "items": [
                {"identifier": "mon", "title": "Monday"},
                {"identifier": "tue", "title": "Tuesday"},
                {"identifier": "other", "title": "Another day"},
            ],
        },
    },
}

LIST_PICKER = _prompt(
    {
        "images": [
            {"identifier": "shop", "data": png(36, 87, 214), "description": "The shop"},
            {"identifier": "brake", "data": png(200, 80, 60)},
        ],
        "listPicker": {
            "sections": [
                {
                    "title": "Return",
                    "order": 1,
                    "multipleSelection": False,
                    "items": [
                        {"identifier": "shop", "title": "Collect in the shop", "order": 0, "style": "default"},
                        {"identifier": "courier", "title": "Courier", "order": 1, "style": "default"},
                    ],
                },
                {
                    "title": "Repairs",
                    "order": 0,
                    "multipleSelection": True,
                    "items": [
                        {
                            "identifier": "wheel",
                            "title": "Wheel truing",
                            "subtitle": "about 30 min",
                            "order": 0,
                            "style": "default",
                        },
                        {
                            "identifier": "brake",
                            "title": "Brake tune-up",
                            "subtitle": "about 45 min",
                            "order": 1,
                            "style": "icon",
                            "imageIdentifier": "brake",
                        },
                    ],
                },
            ]
        },
    },
    title="What does your bike need?",
    style="small",
    imageIdentifier="shop",
)

TIME_PICKER = _prompt(
    {
        "event": {
            "identifier": "fitting",
            "title": "Bike fitting",
            "timezoneOffset": 60,
            "location": {"title": "Kettle & Spoke, Hof 3", "latitude": 52.5, "longitude": 13.4, "radius": 100},
            "timeslots": [
                {"identifier": "late", "startTime": "2036-11-03T23:30+0000", "duration": 2700},
                {"identifier": "early", "startTime": "2036-11-03T09:30+0000", "duration": 2700},
                {"identifier": "past", "startTime": "2020-11-03T09:30+0000", "duration": 2700},
            ],
        }
    },
    title="Pick a time",
    subtitle="45 minutes",
)

FORM = _prompt(
    {
        "images": [{"identifier": "hero", "data": png(20, 120, 90, width=789, height=450)}],
        "dynamic": {
            "version": "1.2",
            "template": "messageForms",
            "data": {
                "startPageIdentifier": "kind",
                "showSummary": True,
                "splash": {
                    "header": "Repair request",
                    "splashtext": "A few short questions.",
                    "buttonTitle": "Start",
                    "imageIdentifier": "hero",
                },
                "pages": [
                    {
                        "pageIdentifier": "kind",
                        "type": "select",
                        "title": "Your bike",
                        "subtitle": "What kind of bike is it?",
                        "items": [
                            {"identifier": "k1", "title": "City bike", "value": "city", "nextPageIdentifier": "size"},
                            {"identifier": "k2", "title": "E-bike", "value": "ebike", "nextPageIdentifier": "motor"},
                        ],
                    },
                    {
                        "pageIdentifier": "motor",
                        "type": "input",
                        "subtitle": "Motor serial number",
                        "hintText": "It stands below the battery.",
                        "nextPageIdentifier": "size",
                        "options": {
                            "required": True,
                            "inputType": "singleline",
                            "maximumCharacterCount": 12,
                            "labelText": "Number",
                            "prefixText": "No.",
                            "placeholder": "AB12CD",
                            "keyboardType": "asciiCapable",
                            "regex": amb.regex_to_text("^[A-Z0-9]{6,12}$"),
                        },
                    },
                    {
                        "pageIdentifier": "size",
                        "type": "picker",
                        "subtitle": "Frame size",
                        "pickerTitle": "cm",
                        "selectedItemIndex": 1,
                        "nextPageIdentifier": "extras",
                        "items": [
                            {"identifier": "s50", "title": "50", "value": "50"},
                            {"identifier": "s54", "title": "54", "value": "54"},
                        ],
                    },
                    {
                        "pageIdentifier": "extras",
                        "type": "select",
                        "subtitle": "What shall we look at as well?",
                        "multipleSelection": True,
                        "nextPageIdentifier": "when",
                        "items": [
                            {"identifier": "lights", "title": "Lights", "value": "lights"},
                            {"identifier": "chain", "title": "Chain", "value": "chain"},
                        ],
                    },
                    {
                        "pageIdentifier": "when",
                        "type": "datePicker",
                        "subtitle": "Earliest drop-off",
                        "nextPageIdentifier": "words",
                        "options": {
                            "dateFormat": "dd.MM.yyyy",
                            "startDate": "02.11.2036",
                            "minimumDate": "2036-11-02",
                            "maximumDate": "2036-12-31",
                            "labelText": "Day",
                        },
                    },
                    {
                        "pageIdentifier": "words",
                        "type": "input",
                        "subtitle": "Anything else?",
                        "submitForm": True,
                        "options": {"inputType": "multiline"},
                    },
                ],
            },
        },
    },
    title="Repair request",
    subtitle="Tap to fill in",
    style="large",
    imageIdentifier="hero",
)

PAYMENT = _prompt(
    {
        "payment": {
            "paymentRequest": {
                "currencyCode": "EUR",
                "countryCode": "DE",
                "applePay": {"merchantIdentifier": "merchant.velo"},
                "lineItems": [
                    {"label": "Frame 54", "amount": "450.00"},
                    {"label": "Shipping", "amount": "0.00", "type": "pending"},
                ],
                "total": {"label": "Velo shop", "amount": "450.00", "type": "final"},
            },
            "merchantSession": {"nonce": "a1b2c3d4"},
            "endpoints": {"paymentGatewayUrl": "https://velo.example/pay", "fallbackUrl": "https://velo.example/"},
        }
    },
    title="Frame 54, steel",
    subtitle="450.00 EUR",
)

SIGN_IN = _prompt(
    {"authenticate": {"oauth2": {"scope": ["openid"], "state": "s1"}}},
    title="Sign in to Velo shop",
    subtitle="To see your orders",
)

APP: dict[str, Any] = {
    "bid": "com.apple.messages.MSMessageExtensionBalloonPlugin:AB12CD34EF:example.spoke.tracker.messages",
    "appId": 1234567890,
    "appName": "Spoke Tracker",
    "URL": "?job=7731&step=2",
    "sessionIdentifier": "job-7731",
    "receivedMessage": {
        "title": "Job 7731",
        "subtitle": "In the workshop",
        "imageTitle": "Rear wheel",
        "secondarySubtitle": "Step 2",
        "tertiarySubtitle": "of 4",
        "style": "large",
    },
}

LINK: dict[str, Any] = {
    "url": "https://www.shop.example/frames/54",
    "title": "Frame 54, steel",
    "assets": {"image": {"data": png(120, 60, 160, width=320, height=180), "mimeType": "image/png"}},
}
VIDEO_LINK = deepcopy(LINK)
VIDEO_LINK["assets"]["video"] = {"url": "https://cdn.example/frame54.mp4", "mimeType": "video/mp4"}

PROMPTS = {
    "quick_reply": QUICK_REPLY,
    "list_picker": LIST_PICKER,
    "time_picker": TIME_PICKER,
    "form": FORM,
    "payment": PAYMENT,
    "sign_in": SIGN_IN,
    "app": APP,
}
