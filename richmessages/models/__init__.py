"""What is designed once and sent often, and the pictures in it."""

from richmessages.models.link import LinkPreview
from richmessages.models.message import RichMessage, RichMessageQuerySet, State
from richmessages.models.picture import Picture, PictureSource, SourceState

__all__ = ["LinkPreview", "Picture", "PictureSource", "RichMessage", "RichMessageQuerySet", "SourceState", "State"]
