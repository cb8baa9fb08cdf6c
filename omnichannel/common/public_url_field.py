"""The form field of an address that our servers call."""

from typing import Any

from django import forms
from django.conf import settings

from omnichannel.common.public_url import check_public_url


class PublicURLField(forms.URLField):
    """An https address on the public internet; this machine's own too while the simulator runs."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(assume_scheme="https", **kwargs)

    def clean(self, value: Any) -> Any:
        url = super().clean(value)
        if url:
            check_public_url(url, allow_loopback=settings.SIMULATOR)
        return url
