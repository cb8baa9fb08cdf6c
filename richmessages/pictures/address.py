"""Where our own pages find a kept picture."""

from django.urls import NoReverseMatch, reverse

from richmessages.pictures.pointers import digest_of


def picture_src(data: object) -> str:
    """Return the address of the picture that a value stands for; empty where it stands for none."""
    digest = digest_of(data)
    try:
        return reverse("picture", args=[digest]) if digest else ""
    except NoReverseMatch:
        # What came from outside may look like a name and be none.
        return ""
