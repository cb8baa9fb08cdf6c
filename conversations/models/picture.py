"""Which pictures a message names, so that each stays for as long as the message says anything."""

from django.db import models

from conversations.models.message import Message
from richmessages.models import Picture


class MessagePicture(models.Model):
    """A picture in a message; its bytes are filled in whenever the message leaves."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="+")
    picture = models.ForeignKey(Picture, models.PROTECT, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["message", "picture"], name="a_message_names_a_picture_once"),)

    def __str__(self) -> str:
        return f"{self.picture_id} in message {self.message_id}"
