"""What requests and answers of our REST look like, for its description."""

from drf_spectacular.utils import OpenApiExample

from conversations.api import problems

MESSAGE = {
    "id": 41,
    "apple_id": "0b7a3d0e-5a0a-4b47-9f0c-8f4a5b1d2c3e",
    "conversation": 7,
    "direction": "out",
    "kind": "text",
    "text": "We open at nine.",
    "subject": "",
    "state": "queued",
    "failure": None,
    "author": {"id": 2, "name": "Mara Lindqvist"},
    "is_automated": False,
    "created_at": "2026-11-22T09:30:00Z",
    "sent_at": None,
    "erased_at": None,
    "attachments": [],
    "reaction_to": None,
    "rich_message": None,
    "request_identifier": None,
    "answer": None,
}
SENT_RICH_MESSAGE = MESSAGE | {
    "id": 42,
    "kind": "interactive",
    "text": "Which size?",
    "rich_message": 5,
    "request_identifier": "5a4f2c0e-1b7d-4c39-8a55-2f6f0e9d7b10",
}
RICH_MESSAGE = {
    "id": 5,
    "name": "Sizes",
    "description": "For whoever asks what we have in stock.",
    "kind": "list_picker",
    "locale": "en-US",
    "tags": ["list picker", "bicycles"],
    "state": "active",
    "is_configurable": True,
    "changeable": ["title", "subtitle", "sections.0.title", "sections.0.options.0.title", "response"],
    "content": {
        "title": "Which size?",
        "subtitle": "Tap to choose",
        "sections": [{"title": "Sizes", "options": [{"title": "54 cm"}, {"title": "56 cm"}]}],
        "response": "Thank you",
    },
    "changed_at": "2026-11-20T08:12:40Z",
    "published_at": "2026-11-20T08:15:02Z",
}
CONVERSATION = {
    "id": 7,
    "state": "active",
    "close_reason": "",
    "customer": {
        "customer_id": "urn:mbid:AQAAY3Vz…",
        "name": "Visitor 5",
        "locale": "en_US",
        "capabilities": ["LIST", "TIME"],
        "left_at": None,
    },
    "account": {"id": 1, "name": "Nordlicht Bikes", "business_id": "3f0c9a52-8a57-4c0e-9f43-2d0f7a1b6c11"},
    "workstream": {"id": 1, "name": "Service"},
    "queue": {"id": 3, "name": "Repairs"},
    "agent": {"id": 2, "name": "Mara Lindqvist"},
    "intent": "repair",
    "group": "",
    "context": {"OrderID": 4711},
    "preview": "We open at nine.",
    "unread": 0,
    "opened_at": "2026-11-22T09:28:14Z",
    "assigned_at": "2026-11-22T09:29:02Z",
    "last_message_at": "2026-11-22T09:30:00Z",
    "closed_at": None,
}
REFUSAL = {
    "type": "urn:omnichannel:problem:conversation-closed",
    "title": "The conversation is closed",
    "status": 409,
    "detail": "This conversation is closed. The customer's next message opens a new one.",
    "instance": "/api/v1/conversations/7/messages/",
}
FAULTY = {
    "type": "urn:omnichannel:problem:invalid-input",
    "title": "The input is not valid",
    "status": 400,
    "detail": "See errors for each field.",
    "instance": "/api/v1/conversations/7/messages/",
    "errors": [{"field": "text", "detail": "Write a text or add a file.", "code": "required"}],
}
A_MESSAGE = OpenApiExample("A message", MESSAGE, response_only=True, status_codes=["200", "201"])
A_CONVERSATION = OpenApiExample("A conversation", CONVERSATION, response_only=True, status_codes=["200"])
A_REFUSAL = OpenApiExample("Refused", REFUSAL, response_only=True, status_codes=["409"], media_type=problems.MEDIA_TYPE)
FAULTS = OpenApiExample("Not valid", FAULTY, response_only=True, status_codes=["400"], media_type=problems.MEDIA_TYPE)
A_TEXT = OpenApiExample("A text", {"text": "We open at nine."}, request_only=True, media_type="application/json")
A_CONTEXT = OpenApiExample("An order", {"values": {"OrderID": 4711}}, request_only=True, media_type="application/json")
A_RICH_MESSAGE = OpenApiExample("A rich message", RICH_MESSAGE, response_only=True, status_codes=["200"])
A_SENT_RICH_MESSAGE = OpenApiExample("A message", SENT_RICH_MESSAGE, response_only=True, status_codes=["201"])
A_RICH_DRAFT = OpenApiExample(
    "With a change",
    {"rich_message": 5, "changes": {"sections.0.title": "In stock today"}},
    request_only=True,
    media_type="application/json",
)
HERE = {"instance": "/api/v1/conversations/7/rich-messages/"}
RICH_FAULTS = OpenApiExample(
    "Not valid",
    FAULTY | HERE | {"errors": [{"field": "changes.sections.0.title", "detail": "Fill this in.", "code": "invalid"}]},
    response_only=True,
    status_codes=["400"],
    media_type=problems.MEDIA_TYPE,
)
A_RICH_REFUSAL = OpenApiExample(
    "Refused",
    REFUSAL
    | HERE
    | {
        "type": "urn:omnichannel:problem:cannot-send",
        "title": "The message cannot be sent",
        "detail": "The customer’s device cannot show this.",
    },
    response_only=True,
    status_codes=["409"],
    media_type=problems.MEDIA_TYPE,
)
