"""Files whose rows are gone, and that are still to be deleted."""

from django.db import models
from django.utils import timezone


class DoomedFile(models.Model):
    """A path in the media storage; written in the transaction that forgets the file, gone once the file is."""

    path = models.CharField(max_length=200)
    doomed_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.path
