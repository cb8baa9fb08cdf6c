"""Apple as a process of its own, which no fault of the product touches: the simulator with its own database.

``python -m tests.faults.apple 8123`` serves the gateway and the phones there, and delivers what the phones write to the
webhook under BASE_URL.
"""

import os
import sys
import threading
import time

import django
import uvicorn
from django.core.management import call_command

PAUSE_SECONDS = 0.05
HOUSEKEEPING_SECONDS = 5


def main(port: str) -> None:
    """Serve until killed."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "omnichannel.settings")
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    threading.Thread(target=_deliver_for_ever, daemon=True).start()
    uvicorn.run("omnichannel.asgi:application", port=int(port), access_log=False, log_level="warning")


def _deliver_for_ever() -> None:
    from simulator import deliver  # noqa: PLC0415  its models need Django to be set up

    kept_at = time.monotonic()
    while True:
        if not deliver.deliver_due():
            time.sleep(PAUSE_SECONDS)
        if time.monotonic() - kept_at > HOUSEKEEPING_SECONDS:
            deliver.release_stuck()
            kept_at = time.monotonic()


if __name__ == "__main__":
    main(*sys.argv[1:])
