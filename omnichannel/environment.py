"""Reads the environment for the settings; a value that cannot be read is reported with its name."""

from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured


class Environment(environ.Env):
    """django-environ's reader, which says by itself only what is wrong and not where."""

    def get_value(self, var: str, *args: Any, **kwargs: Any) -> Any:
        """Return the value of a variable, or raise ImproperlyConfigured with its name."""
        try:
            return super().get_value(var, *args, **kwargs)
        except ValueError as fault:
            raise ImproperlyConfigured(f"{var} cannot be read: {fault}") from fault
