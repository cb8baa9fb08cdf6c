"""What a page said of itself a moment ago, so that a link sent to many is read once."""

import datetime

from django.db import models

from richmessages.models.picture import Picture

KEPT_FOR = datetime.timedelta(minutes=10)


class LinkPreview(models.Model):
    """A page's title and picture; its address is kept as a digest, since an address may tell of a person."""

    key = models.CharField(max_length=64, primary_key=True)
    title = models.CharField(max_length=200)
    picture = models.ForeignKey(Picture, models.PROTECT, related_name="+")
    read_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["read_at"], name="link_preview_age"),)

    def __str__(self) -> str:
        return self.title
