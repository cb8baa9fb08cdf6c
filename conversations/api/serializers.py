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
from conversations.answers import answer_of, request_of
from conversations.models import Attachment as AttachmentRow
from conversations.models import CloseReason, Delivery
from conversations.models import Conversation as ConversationRow
from conversations.models import Customer as CustomerRow
from conversations.models import Message as MessageRow
from richmessages.kinds import kind_choices
from richmessages.models import RichMessage as RichMessageRow
from richmessages.models import State as RichMessageState
from richmessages.tailor import editable_fields
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
            "context",
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


class AnswerLine(serializers.Serializer[Any]):
    """One question with what was answered; the question may go without saying."""

    question = serializers.CharField()
    answers = serializers.ListField(child=serializers.CharField())


class Answer(serializers.Serializer[Any]):
    """What a customer answered to a rich message, times in UTC; hidden answers have no lines."""

    title = serializers.CharField()
    lines = AnswerLine(many=True)
    is_hidden = serializers.BooleanField()


class Message(Row):
    """One entry of a conversation."""

    conversation = serializers.IntegerField(source="conversation_id", read_only=True)
    text = serializers.CharField(source="body", read_only=True)
    state = serializers.ChoiceField(Delivery.choices, source="delivery", read_only=True, allow_null=True)
    failure = serializers.SerializerMethodField()
    author = AgentName(read_only=True, allow_null=True)
    attachments = Attachment(many=True, read_only=True)
    reaction_to = serializers.IntegerField(source="reaction_to_id", read_only=True, allow_null=True)
    rich_message = serializers.IntegerField(
        source="rich_message_id", read_only=True, allow_null=True, help_text="What it was made of."
    )
    request_identifier = serializers.SerializerMethodField(help_text="Pairs a rich message with its answers.")
    answer = serializers.SerializerMethodField()

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
            "erased_at",
            "attachments",
            "reaction_to",
            "rich_message",
            "request_identifier",
            "answer",
        )
        read_only_fields = fields

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_request_identifier(self, message: MessageRow) -> str | None:
        return request_of(message) or None

    @extend_schema_field(Answer(allow_null=True))
    def get_answer(self, message: MessageRow) -> dict[str, Any] | None:
        answer = answer_of(message, UTC)
        return dict(Answer(answer).data) if answer else None

    @extend_schema_field(Failure(allow_null=True))
    def get_failure(self, message: MessageRow) -> dict[str, Any] | None:
        if message.failure_status is None and not message.failure_reason:
            return None
        return {"status": message.failure_status, "reason": message.failure_reason}


class RichMessage(Row):
    """A message that is designed once and sent often, in one language."""

    kind = serializers.ChoiceField(kind_choices(), read_only=True)
    tags = serializers.ListField(
        child=serializers.CharField(), source="every_tag", read_only=True, help_text="The tag of its kind comes first."
    )
    state = serializers.ChoiceField(RichMessageState.choices, read_only=True)
    content = serializers.DictField(read_only=True, help_text="What is sent, in the shape of its kind.")
    changeable = serializers.SerializerMethodField(
        help_text="Fields that may be changed for one sending, named by their dotted path."
    )

    class Meta:
        model = RichMessageRow
        fields = (
            "id",
            "name",
            "description",
            "kind",
            "locale",
            "tags",
            "state",
            "is_configurable",
            "changeable",
            "content",
            "changed_at",
            "published_at",
        )
        read_only_fields = fields

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_changeable(self, message: RichMessageRow) -> list[str]:
        return [field.name for field in editable_fields(message, message.content)]


class RichDraft(Strict):
    """Which rich message to send, and what is changed of it for this one sending."""

    rich_message = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    changes = serializers.DictField(
        child=serializers.CharField(allow_blank=True, trim_whitespace=False),
        required=False,
        default=dict,
        help_text="New texts by the dotted path of their field, as `changeable` names them.",
    )


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


class Context(Strict):
    """Context variables by name."""

    values = serializers.DictField(help_text="A text or a number for each name; capitals count in names.")


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
