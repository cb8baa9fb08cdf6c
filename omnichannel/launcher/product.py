"""What the launcher runs for the product."""

import sys
from typing import Final

from omnichannel.launcher.children import Process
from omnichannel.launcher.options import PROJECT, Options
from omnichannel.launcher.run import Plan

MANAGE: Final = (sys.executable, str(PROJECT / "manage.py"))
CELERY: Final = (sys.executable, "-m", "celery", "--quiet", "-A", "omnichannel")


def plan(options: Options) -> Plan:
    """Return the product's preparation, processes and sign-ins."""
    return Plan(
        prepare=(*MANAGE, "prepare"),
        sign_ins=(*MANAGE, "demo", "--json"),
        processes=(Process("web", _web(options)), Process("worker", _worker()), Process("beat", _beat(options))),
        places=(
            ("Portal", "/admin/"),
            ("Console", "/console/"),
            ("Phone", "/simulator/"),
            ("API documentation", "/api/docs/"),
        ),
    )


def _web(options: Options) -> tuple[str, ...]:
    return (
        sys.executable, "-m", "uvicorn", "omnichannel.asgi:application", "--host", options.host,
        "--port", str(options.port), "--no-access-log", "--timeout-graceful-shutdown", "3", "--lifespan", "auto",
    )  # fmt: skip


def _worker() -> tuple[str, ...]:
    quiet = ("--without-gossip", "--without-mingle", "--without-heartbeat")
    return (*CELERY, "worker", "--pool", "threads", "--concurrency", "8", *quiet, "--loglevel", "INFO")


def _beat(options: Options) -> tuple[str, ...]:
    files = ("--schedule", str(options.data_dir / "beat-schedule"), "--pidfile", "")
    return (*CELERY, "beat", *files, "--loglevel", "WARNING")
