"""Our REST: conversations, their messages and files, and rich messages, for programs."""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import FileResponse, QueryDict
from django.utils.translation import gettext as _
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import status
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.filters import BaseFilterBackend
from rest_framework.generics import GenericAPIView
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from conversations import lifecycle
from conversations.api import (
    documentation,
    filters,
    idempotency,
    negotiation,
    pagination,
    parsers,
    problems,
    serializers,
    throttles,
)
from conversations.assignment import check_writable
from conversations.context import CannotSet, set_context
from conversations.models import Attachment, Conversation, Message
from conversations.outbound import send
from conversations.outbound.send_rich import send_rich
from conversations.refusals import Faulty
from richmessages.models import RichMessage
from workstreams.models import Agent
from workstreams.roles import Role, roles_of

Row = TypeVar("Row", bound=Model)


class ProgramAPI(GenericAPIView[Any]):
    """What every address has: limits, bodies in JSON, and the rows that its caller may see."""

    throttle_classes = (throttles.PerToken,)
    parser_classes: Sequence[type[BaseParser]] = (parsers.Json,)
    filter_backends: Sequence[type[BaseFilterBackend]] = ()
    http_method_names = ("get", "head", "post")
    schema: Any = documentation.Described()
    parameters: frozenset[str] = frozenset()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse what would be ignored, once the caller is known."""
        super().initial(request, *args, **kwargs)
        if "Transfer-Encoding" in request.headers and "Content-Length" not in request.headers:
            raise problems.LengthRequired
        if unknown := sorted(set(request.query_params) - self.parameters):
            raise ValidationError({name: [_("There is no such parameter here.")] for name in unknown})

    @property
    def author(self) -> Agent | None:
        """Return the agent whom the token acts for, None where it acts for a program."""
        return getattr(self.request.user, "agent", None)

    def conversations(self) -> QuerySet[Conversation]:
        """Return the conversations that the caller may see."""
        return Conversation.objects.visible_to(self.request.user).with_people()

    def conversation(self, pk: int) -> Conversation:
        """Return one of them."""
        return _only(self.conversations().filter(pk=pk), _("There is no such conversation, or it is not yours to see."))

    def message(self, pk: int) -> Message:
        """Return a message that the caller may see."""
        found = Message.objects.for_transcript().filter(pk=pk, conversation__in=self._visible())
        return _only(found, _("There is no such message, or it is not yours to see."))

    def attachment(self, pk: int) -> Attachment:
        """Return a file that the caller may see."""
        found = Attachment.objects.filter(pk=pk, message__conversation__in=self._visible())
        return _only(found, _("There is no such file, or it is not yours to see."))

    def rich_messages(self) -> QuerySet[RichMessage]:
        """Return the rich messages that the caller may see: agents those that can be sent."""
        roles = roles_of(self.request.user)
        if roles & {Role.SUPERVISOR, Role.API_ACCESS}:
            return RichMessage.objects.all()
        return RichMessage.objects.active() if Role.AGENT in roles else RichMessage.objects.none()

    def page(self, rows: QuerySet[Any]) -> Response:
        """Return a page of rows."""
        return self.get_paginated_response(self.get_serializer(self.paginate_queryset(rows), many=True).data)

    def _visible(self) -> QuerySet[Conversation, Any]:
        return Conversation.objects.visible_to(self.request.user).values("pk")


class PagedAPI(ProgramAPI):
    """A list in pages."""

    parameters = frozenset({"cursor", "page_size"})


@documentation.conversations
class ConversationList(PagedAPI):
    """Conversations, newest first."""

    queryset = Conversation.objects.none()
    serializer_class = serializers.Conversation
    pagination_class = pagination.NewestFirst
    filter_backends = (DjangoFilterBackend,)
    filterset_class = filters.Conversations
    parameters = PagedAPI.parameters | set(filters.Conversations.base_filters)

    def get(self, _request: Request) -> Response:
        return self.page(self.filter_queryset(self.conversations()))


@documentation.conversation
class ConversationDetail(ProgramAPI):
    """One conversation."""

    serializer_class = serializers.Conversation

    def get(self, _request: Request, conversation_id: int) -> Response:
        return Response(self.get_serializer(self.conversation(conversation_id)).data)


@documentation.close
class ConversationClose(ProgramAPI):
    """Ends a conversation."""

    serializer_class = serializers.Conversation

    def post(self, request: Request, conversation_id: int) -> Response:
        serializers.Nothing(data=request.data).is_valid(raise_exception=True)
        lifecycle.end(self.conversation(conversation_id), by=self.author)
        return Response(self.get_serializer(self.conversation(conversation_id)).data)


@documentation.typing
class ConversationTyping(ProgramAPI):
    """Tells the customer that somebody is writing."""

    serializer_class = serializers.Typing

    def post(self, request: Request, conversation_id: int) -> Response:
        typing = serializers.Typing(data=request.data)
        typing.is_valid(raise_exception=True)
        conversation = self.conversation(conversation_id)
        check_writable(conversation, by=self.author)
        send.show_typing(conversation, is_typing=typing.validated_data["is_typing"])
        return Response(status=status.HTTP_204_NO_CONTENT)


@documentation.context
class ConversationContext(ProgramAPI):
    """Sets context variables."""

    serializer_class = serializers.Conversation

    def post(self, request: Request, conversation_id: int) -> Response:
        context = serializers.Context(data=request.data)
        context.is_valid(raise_exception=True)
        conversation = self.conversation(conversation_id)
        check_writable(conversation, by=self.author)
        try:
            set_context(conversation, context.validated_data["values"])
        except CannotSet as fault:
            raise ValidationError({"values": [str(fault)]}) from fault
        return Response(self.get_serializer(conversation).data)


class SendingAPI(ProgramAPI):
    """What sends: at most one message for each idempotency key."""

    def sent_once(
        self, conversation: Conversation, key: idempotency.Key | None, service: Callable[..., Message]
    ) -> Response:
        """Call a service that sends, unless an earlier request with this key has done it; return the message."""
        message, is_replay = self._once(conversation, key, service)
        headers = {"Location": reverse("api:message", [message.pk], request=self.request)}
        headers |= {"Idempotent-Replayed": "true"} if is_replay else {}
        return Response(self.get_serializer(message).data, status.HTTP_201_CREATED, headers=headers)

    @transaction.atomic
    def _once(
        self, conversation: Conversation, key: idempotency.Key | None, service: Callable[..., Message]
    ) -> tuple[Message, bool]:
        if key:
            # Two requests with one key, side by side: the second waits here and then finds what the first has sent.
            Conversation.objects.locked().get(pk=conversation.pk)
            if known := key.answered(conversation):
                return known, True
        return service(client_key=str(key or "")), False


@documentation.messages
class MessageList(PagedAPI, SendingAPI):
    """The transcript of a conversation, oldest entry first, and the way to add to it."""

    queryset = Message.objects.none()
    serializer_class = serializers.Message
    pagination_class = pagination.OldestFirst
    parser_classes = (parsers.Json, parsers.Form)

    def get(self, _request: Request, conversation_id: int) -> Response:
        return self.page(self.conversation(conversation_id).messages.for_transcript())

    def post(self, request: Request, conversation_id: int) -> Response:
        conversation = self.conversation(conversation_id)
        kind = serializers.DraftWithFiles if isinstance(request.data, QueryDict) else serializers.Draft
        draft = kind(data=request.data)
        draft.is_valid(raise_exception=True)
        text, files = draft.validated_data["text"], draft.validated_data.get("files", ())
        send_text = partial(send.send_text, conversation, text, by=self.author, attachments=files)
        return self.sent_once(conversation, idempotency.key_of(request, text, files), send_text)


@documentation.rich_messages
class RichMessageList(PagedAPI):
    """Rich messages, newest first."""

    queryset = RichMessage.objects.none()
    serializer_class = serializers.RichMessage
    pagination_class = pagination.NewestFirst
    filter_backends = (DjangoFilterBackend,)
    filterset_class = filters.RichMessages
    parameters = PagedAPI.parameters | set(filters.RichMessages.base_filters)

    def get(self, _request: Request) -> Response:
        return self.page(self.filter_queryset(self.rich_messages()))


@documentation.rich_message
class RichMessageDetail(ProgramAPI):
    """One rich message."""

    serializer_class = serializers.RichMessage

    def get(self, _request: Request, rich_message_id: int) -> Response:
        otherwise = _("There is no such rich message, or it is not yours to see.")
        found = _only(self.rich_messages().filter(pk=rich_message_id), otherwise)
        return Response(self.get_serializer(found).data)


@documentation.send_rich_message
class RichMessageSend(SendingAPI):
    """The way to send a rich message in a conversation."""

    serializer_class = serializers.Message

    def post(self, request: Request, conversation_id: int) -> Response:
        conversation = self.conversation(conversation_id)
        draft = serializers.RichDraft(data=request.data)
        draft.is_valid(raise_exception=True)
        pk, changes = draft.validated_data["rich_message"], draft.validated_data["changes"]
        key = idempotency.key_of(request, json.dumps({"rich_message": pk, "changes": changes}, sort_keys=True), ())
        return self.sent_once(conversation, key, partial(self._send, conversation, pk, changes))

    def _send(self, conversation: Conversation, pk: int, changes: Mapping[str, str], *, client_key: str) -> Message:
        rich_message = self.rich_messages().filter(pk=pk).first()
        if rich_message is None:
            raise ValidationError({"rich_message": [_("There is no such rich message.")]})
        try:
            return send_rich(conversation, rich_message, by=self.author, changes=changes, client_key=client_key)
        except Faulty as fault:
            # What the caller has written is theirs to mend; the rest is a matter of the rich message.
            if mine := {name: [text] for name, text in fault.faults.items() if name in changes}:
                raise ValidationError({"changes": mine}) from fault
            raise


@documentation.message
class MessageDetail(ProgramAPI):
    """One message."""

    serializer_class = serializers.Message

    def get(self, _request: Request, message_id: int) -> Response:
        return Response(self.get_serializer(self.message(message_id)).data)


@documentation.resend
class MessageResend(ProgramAPI):
    """Sends a failed message again, under the same id."""

    serializer_class = serializers.Message

    def post(self, request: Request, message_id: int) -> Response:
        serializers.Nothing(data=request.data).is_valid(raise_exception=True)
        send.resend(self.message(message_id), by=self.author)
        return Response(self.get_serializer(self.message(message_id)).data)


@documentation.attachment
class AttachmentFile(ProgramAPI):
    """The content of a file."""

    content_negotiation_class = negotiation.AsItIs

    def get(self, _request: Request, attachment_id: int) -> FileResponse:
        attachment = self.attachment(attachment_id)
        if not attachment.is_stored:
            raise NotFound(attachment.reason or _("The file is not here yet. Ask again in a moment."))
        try:
            content = attachment.file.open("rb")
        except FileNotFoundError as fault:
            raise NotFound(_("The file is missing from our storage.")) from fault
        return FileResponse(
            content, as_attachment=True, filename=attachment.header_name, content_type=attachment.mime_type
        )


class Nowhere(ProgramAPI):
    """Every other address: a problem in JSON rather than a page."""

    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Say that nothing is here, once the caller is known."""
        super().initial(request, *args, **kwargs)
        raise NotFound(_("There is nothing at this address. Every address ends in a slash."))


def _only(rows: QuerySet[Row], otherwise: str) -> Row:
    found = rows.first()
    if found is None:
        raise NotFound(otherwise)
    return found
