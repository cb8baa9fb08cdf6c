#!/usr/bin/env python
"""Django's command line."""

import os
import sys

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "omnichannel.settings")
    try:
        settings.INSTALLED_APPS  # noqa: B018  reads them all, so that a wrong one is one line and no traceback
    except (ImproperlyConfigured, ValueError) as fault:
        sys.exit(f"A setting is missing or wrong: {fault}")
    execute_from_command_line(sys.argv)
