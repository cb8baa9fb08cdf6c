"""The portal's widget for several choices."""

from django import forms


class Choices(forms.CheckboxSelectMultiple):
    """Boxes to tick, which a page with script lets people search."""
