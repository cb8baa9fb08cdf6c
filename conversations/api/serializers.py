"""Our REST: what programs read, and what they may write."""

from datetime import UTC
from typing import Any

from django.db import models
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.reverse import reverse

from channels_app.models import Account
from conversations.models import Attachment as AttachmentRow
from conversations.models import CloseReason, Delivery
from conversations.models import Conversation as ConversationRow
from conversations.models import Customer as CustomerRow
from conversations.models import Message as MessageRow
from workstreams.models import Agent, Queue, Workstream


class UtcTime(serializers.DateTimeField):
    """A moment in UTC, whatever zone the reader of a page prefers."""

    timezone = UTC


class Row(serializers.ModelSerializer[Any]):
    """A database row to be read."""

    serializer_field_mapping = serializers.ModelSerializer.serializer_field_mapping | {models.DateTimeField: UtcTime}


class Strict(serializers.Serializer[Any]):
    """A body in which an unknown field is a mistake, not something to drop in silence."""

    def to_internal_value(self, data: Any) -> Any:
        if hasattr(data, "keys") and (unknown := sorted(set(data.keys()) - set(self.fields))):
            raise serializers.ValidationError({name: [_("There is no such field.")] for name in unknown})
        return super().to_internal_value(data)


class AgentName(Row):
    """An agent, as others see one."""

    class Meta:
        model = Agent
        fields = ("id", "name")
        read_only_fields = fields


class QueueName(Row):
    """A queue by name."""

    class Meta:
        model = Queue
        fields = ("id", "name")
        read_only_fields = fields


class WorkstreamName(Row):
    """A workstream by name."""

    class Meta:
        model = Workstream
        fields = ("id", "name")
        read_only_fields = fields


class AccountName(Row):
    """An Apple account, with the id under which Apple knows it."""

    class Meta:
        model = Account
        fields = ("id", "name", "business_id")
        read_only_fields = fields


class Customer(Row):
    """A customer as Apple shows one: an opaque id, a language, a device."""

    name = serializers.CharField(source="label", read_only=True)

    class Meta:
        model = CustomerRow
        fields = ("customer_id", "name", "locale", "capabilities", "left_at")
        read_only_fields = fields


class Conversation(Row):
    """One exchange with a customer."""

    customer = Customer(read_only=True)
    account = AccountName(source="instance.account", read_only=True)
    workstream = WorkstreamName(read_only=True)
    queue = QueueName(read_only=True)
    agent = AgentName(read_only=True, allow_null=True)
    close_reason = serializers.SerializerMethodField()

    class Meta:
        model = ConversationRow
        fields = (
            "id",
            "state",
            "close_reason",
            "customer",
            "account",
            "workstream",
            "queue",
            "agent",
            "intent",
            "group",
            "preview",
            "unread",
            "opened_at",
            "assigned_at",
            "last_message_at",
            "closed_at",
        )
        read_only_fields = fields

    @extend_schema_field(serializers.ChoiceField(CloseReason.choices, allow_null=True))
    def get_close_reason(self, conversation: ConversationRow) -> str | None:
        return conversation.close_reason or None


class Attachment(Row):
    """A file of a message; it has an address once it is stored."""

    url = serializers.SerializerMethodField()

    class Meta:
        model = AttachmentRow
        fields = ("id", "name", "mime_type", "size", "state", "reason", "url")
        read_only_fields = fields

    def get_url(self, attachment: AttachmentRow) -> str | None:
        if not attachment.is_stored:
            return None
        return reverse("api:attachment", [attachment.pk], request=self.context.get("request"))


class Failure(serializers.Serializer[Any]):
    """Why a message is not sent, or not yet: the gateway's status, if it answered, and the reason in words."""

    status = serializers.IntegerField(allow_null=True)
    reason = serializers.CharField()


class Message(Row):
    """One entry of a conversation."""

    conversation = serializers.IntegerField(source="conversation_id", read_only=True)
    text = serializers.CharField(source="body", read_only=True)
    state = serializers.ChoiceField(Delivery.choices, source="delivery", read_only=True, allow_null=True)
    failure = serializers.SerializerMethodField()
    author = AgentName(read_only=True, allow_null=True)
    attachments = Attachment(many=True, read_only=True)
    reaction_to = serializers.IntegerField(source="reaction_to_id", read_only=True, allow_null=True)

    class Meta:
        model = MessageRow
        fields = (
            "id",
            "apple_id",
            "conversation",
            "direction",
            "kind",
            "text",
            "subject",
            "state",
            "failure",
            "author",
            "is_automated",
            "created_at",
            "sent_at",
            "attachments",
            "reaction_to",
        )
        read_only_fields = fields

    @extend_schema_field(Failure(allow_null=True))
    def get_failure(self, message: MessageRow) -> dict[str, Any] | None:
        if message.failure_status is None and not message.failure_reason:
            return None
        return {"status": message.failure_status, "reason": message.failure_reason}


class Draft(Strict):
    """What to send: a text, files, or both."""

    text = serializers.CharField(required=False, allow_blank=True, trim_whitespace=False, default="")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs["text"].strip() and not attrs.get("files"):
            raise serializers.ValidationError({"text": [_("Write a text or add a file.")]}, "required")
        return attrs


@extend_schema_field(OpenApiTypes.BINARY)
class File(serializers.FileField):
    """A file of a form; whether it may pass is for the sender to judge."""


class DraftWithFiles(Draft):
    """What to send as a form with files, in the order they shall have."""

    files = serializers.ListField(child=File(allow_empty_file=True), required=False, default=list)


class Nothing(Strict):
    """An empty body."""


class Typing(Strict):
    """Whether someone is writing to the customer."""

    is_typing = serializers.BooleanField()


class Fault(serializers.Serializer[Any]):
    """What is wrong with one field."""

    field = serializers.CharField(help_text="Dotted path to the field, parameter or header; empty for the whole body.")
    detail = serializers.CharField()
    code = serializers.CharField()


class Problem(serializers.Serializer[Any]):
    """Problem details, RFC 9457."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    instance = serializers.CharField()
    errors = Fault(many=True, required=False)  # type: ignore[assignment]  # RFC 9457's example calls it so
    agent = AgentName(required=False, help_text="Who works on the conversation, where that is the reason.")
