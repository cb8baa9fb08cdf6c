"""A large reply whose content Apple keeps under a link that dies soon."""

from django.db import models

from conversations.models.message import Message
from conversations.models.remote import Remote


class Reference(Remote):
    """Content of a message that is still missing; its link is in the message's receipt."""

    message = models.OneToOneField(Message, models.CASCADE, related_name="reference")

    class Meta(Remote.Meta):
        pass

    def __str__(self) -> str:
        return f"Reference of message {self.message_id}"
