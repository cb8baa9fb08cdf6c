"""Stored words as people read them."""

from django.utils.translation import gettext as _

from omnichannel import amb


def in_words(words: str) -> str:
    """Return what a customer said; what stands for answers that are hidden, in the reader's language."""
    return _("Form submitted") if words == amb.FORM_SUBMITTED else words
