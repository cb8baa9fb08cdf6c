"""Rich messages and their pictures for tests."""

import hashlib

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from richmessages.models import Picture, PictureSource, RichMessage, SourceState, State

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c63606060f80f0001040100 5fe5c34b0000000049454e44ae426082".replace(" ", "")
)


class RichMessageFactory(DjangoModelFactory[RichMessage]):
    """An active suggested reply in English."""

    class Meta:
        model = RichMessage

    name = factory.Sequence(lambda n: f"Rich message {n}")
    kind = "suggested_reply"
    state = State.ACTIVE
    content = factory.LazyFunction(lambda: {"summary": "Your choice", "options": ["Monday", "Tuesday"]})
    published_at = factory.LazyFunction(timezone.now)


class PictureFactory(DjangoModelFactory[Picture]):
    """One transparent pixel."""

    class Meta:
        model = Picture
        django_get_or_create = ("digest",)

    png = PNG
    digest = factory.LazyAttribute(lambda picture: hashlib.sha256(picture.png).hexdigest())
    width = 1
    height = 1


class PictureSourceFactory(DjangoModelFactory[PictureSource]):
    """An address whose picture is kept."""

    class Meta:
        model = PictureSource

    url = factory.Sequence(lambda n: f"https://cdn.example/{n}.png")
    state = SourceState.KEPT
    picture = factory.SubFactory(PictureFactory)
    due_at = factory.LazyAttribute(lambda source: timezone.now() if source.state == SourceState.WAITING else None)
