"""One try at sending a message, with what Apple answered."""

from __future__ import annotations

from django.db import models

from conversations.models.message import Delivery, Message


class Attempt(models.Model):
    """How one try went; a message has as many as it was sent, and keeps its id over all of them."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="tries")
    number = models.PositiveIntegerField()
    # For a worker that died: its last sign of life, and when that was noticed.
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    outcome = models.CharField(max_length=7, choices=Delivery)
    status = models.PositiveIntegerField(null=True)
    reason = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=["message", "number"], name="one_row_per_attempt"),
            models.CheckConstraint(condition=~models.Q(outcome="sending"), name="an_attempt_has_an_outcome"),
        )

    def __str__(self) -> str:
        return f"Attempt {self.number} of message {self.message_id}"
