"""Describes our REST in OpenAPI: what each operation is called, answers and may refuse."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import Direction, OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_view

from conversations.api import examples, idempotency, problems, serializers

CONVERSATIONS, MESSAGES, RICH_MESSAGES, FILES = "Conversations", "Messages", "Rich messages", "Files"
SEND_MESSAGE, SEND_RICH_MESSAGE = "send_message", "send_rich_message"
MEANING_BY_STATUS = {
    400: "The request is not valid; `errors` names each fault.",
    401: "The token is missing, unknown or revoked.",
    404: "There is no such thing, or the token may not see it.",
    409: "The conversation or message does not allow it now; `type` and `detail` say why.",
    413: "The body is too large.",
    415: "The body's media type is not understood here.",
    422: "The idempotency key came before with other content.",
    429: "Too many requests with this token; wait as long as `Retry-After` says.",
}


class BearerTokenScheme(OpenApiAuthenticationExtension):
    """The bearer token as a security scheme."""

    target_class = "conversations.api.authentication.BearerToken"
    name = "token"

    def get_security_definition(self, _auto_schema: AutoSchema) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "An administrator makes one in the portal, under Users and roles, API tokens.",
        }


class Described(AutoSchema):
    """How an operation is described: with everything it may refuse, as problem details."""

    def _get_response_bodies(self, direction: Direction = "response") -> dict[str, Any]:
        faults = {code: self._get_response_for_code(_problem(code), str(code)) for code in self._refusals()}
        answers: dict[str, Any] = super()._get_response_bodies(direction)
        return dict(sorted((answers | {str(code): fault for code, fault in faults.items()}).items()))

    def _get_response_for_code(
        self, serializer: Any, status_code: str, media_types: list[str] | None = None, direction: Direction = "response"
    ) -> dict[str, Any]:
        media_types = [problems.MEDIA_TYPE] if status_code >= "400" else media_types
        answer: dict[str, Any] = super()._get_response_for_code(  # type: ignore[no-untyped-call]
            serializer, status_code, media_types, direction
        )
        return answer

    def _refusals(self) -> list[int]:
        of_one = [404] if "{" in self.path else []
        of_writes = [409, 413, 415] if self.method == "POST" else []
        of_keys = [422] if self.get_operation_id() in (SEND_MESSAGE, SEND_RICH_MESSAGE) else []
        return [400, 401, *of_one, *of_writes, *of_keys, 429]


def _operation(name: str, summary: str, description: str, tag: str, answers: dict[Any, Any], **more: Any) -> Any:
    return extend_schema(
        operation_id=name, summary=summary, description=description, tags=[tag], responses=answers, **more
    )


def _problem(code: int) -> OpenApiResponse:
    return OpenApiResponse(serializers.Problem, MEANING_BY_STATUS[code])


def _location() -> OpenApiParameter:
    return OpenApiParameter(
        "Location", OpenApiTypes.URI, OpenApiParameter.HEADER, description="Where the message is.", response=[201]
    )


def _replayed() -> OpenApiParameter:
    return OpenApiParameter(
        "Idempotent-Replayed",
        str,
        OpenApiParameter.HEADER,
        enum=["true"],
        description="Present where an earlier request with this key sent the message.",
        response=[201],
    )


def _key() -> OpenApiParameter:
    return OpenApiParameter(
        idempotency.HEADER,
        OpenApiTypes.STR,
        OpenApiParameter.HEADER,
        description=(
            f"Any text of 1 to {idempotency.LONGEST_KEY} characters, new for each message. Repeating a request with "
            "its key sends nothing twice and gives the first answer."
        ),
    )


conversations = extend_schema_view(
    get=_operation(
        "list_conversations",
        "List conversations, newest first",
        "Newest by when they were opened, so that pages hold still while messages arrive.",
        CONVERSATIONS,
        {200: serializers.Conversation(many=True)},
        examples=[examples.A_CONVERSATION],
    )
)
conversation = extend_schema_view(
    get=_operation(
        "get_conversation",
        "Get a conversation",
        "The conversation with its customer, queue and agent.",
        CONVERSATIONS,
        {200: serializers.Conversation},
        examples=[examples.A_CONVERSATION],
    )
)
close = extend_schema_view(
    post=_operation(
        "close_conversation",
        "Close a conversation",
        "Closed is final: the customer's next message opens another conversation.",
        CONVERSATIONS,
        {200: serializers.Conversation},
        request=None,
        examples=[examples.A_REFUSAL],
    )
)
typing = extend_schema_view(
    post=_operation(
        "show_typing",
        "Show the customer that somebody is writing, or has stopped",
        "Passed on at once and never repeated; the customer's phone forgets it after a while.",
        CONVERSATIONS,
        {204: OpenApiResponse(description="Passed on.")},
    )
)
context = extend_schema_view(
    post=_operation(
        "set_context",
        "Set context variables",
        "What automated messages put in the place of `{$OrderID$}`. Variables that are not named stay as they are.",
        CONVERSATIONS,
        {200: serializers.Conversation},
        request=serializers.Context,
        examples=[examples.A_CONTEXT, examples.A_CONVERSATION],
    )
)
messages = extend_schema_view(
    get=_operation(
        "list_messages",
        "List the messages of a conversation, oldest first",
        "Every entry of the transcript, with the notes that only the company sees (direction `note`).",
        MESSAGES,
        {200: serializers.Message(many=True)},
        examples=[examples.A_MESSAGE],
    ),
    post=_operation(
        SEND_MESSAGE,
        "Send a text, files, or both",
        "The answer comes when the message is safely queued; messages of a conversation are sent in their order. "
        "A token that acts for an agent writes as that agent, who takes the conversation if nobody has it yet. "
        "Any other token writes as a program.",
        MESSAGES,
        {201: OpenApiResponse(serializers.Message, "The message is queued; its `state` tells how sending it goes.")},
        request={"application/json": serializers.Draft, "multipart/form-data": serializers.DraftWithFiles},
        parameters=[_key(), _location(), _replayed()],
        examples=[examples.A_TEXT, examples.A_MESSAGE, examples.FAULTS, examples.A_REFUSAL],
    ),
)
rich_messages = extend_schema_view(
    get=_operation(
        "list_rich_messages",
        "List rich messages, newest first",
        "What is designed once and sent often. Only those in state `active` can be sent.",
        RICH_MESSAGES,
        {200: serializers.RichMessage(many=True)},
        examples=[examples.A_RICH_MESSAGE],
    )
)
rich_message = extend_schema_view(
    get=_operation(
        "get_rich_message",
        "Get a rich message",
        "The rich message with its content, and the fields that may be changed for one sending.",
        RICH_MESSAGES,
        {200: serializers.RichMessage},
        examples=[examples.A_RICH_MESSAGE],
    )
)
send_rich_message = extend_schema_view(
    post=_operation(
        SEND_RICH_MESSAGE,
        "Send a rich message",
        "Fields that it allows can be changed for this one sending; the rich message stays as it is. A token that acts "
        "for an agent is refused where the device cannot show the message; any other token then sends its words as a "
        "text, and the answer's `kind` says so.",
        RICH_MESSAGES,
        {201: OpenApiResponse(serializers.Message, "The message is queued; its `state` tells how sending it goes.")},
        request={"application/json": serializers.RichDraft},
        parameters=[_key(), _location(), _replayed()],
        examples=[
            examples.A_RICH_DRAFT,
            examples.A_SENT_RICH_MESSAGE,
            examples.RICH_FAULTS,
            examples.A_RICH_REFUSAL,
        ],
    )
)
message = extend_schema_view(
    get=_operation(
        "get_message",
        "Get a message",
        "One entry of a transcript. Apple tells no more of a message to a customer than that it accepted it.",
        MESSAGES,
        {200: serializers.Message},
        examples=[examples.A_MESSAGE],
    )
)
resend = extend_schema_view(
    post=_operation(
        "resend_message",
        "Send a failed message again",
        "It keeps its id at Apple. After the state `unknown` the customer may have it already, and may see it twice.",
        MESSAGES,
        {200: serializers.Message},
        request=None,
        examples=[examples.A_MESSAGE, examples.A_REFUSAL],
    )
)
attachment = extend_schema_view(
    get=_operation(
        "get_attachment",
        "Download a file",
        "The file itself. It is here once its `state` is `stored`; until then the problem says why it is not.",
        FILES,
        {(200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY, "The file, in its own media type.")},
    )
)
