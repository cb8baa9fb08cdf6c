"""Signing in: what the installation adds to the libraries that do it."""

from importlib import import_module

from django.apps import AppConfig
from django.core import checks


class SigninConfig(AppConfig):
    """The app that listens to the libraries and checks their settings."""

    name = "omnichannel.signin"

    def ready(self) -> None:
        """Begin to listen; the modules need every model, so they cannot be imported above."""
        import_module("omnichannel.signin.recording")
        checks.register(import_module("omnichannel.signin.checks").check_sign_in)
