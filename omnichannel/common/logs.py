"""Structured logs: one JSON object a line, fixed sentences and ids, never bodies or secrets."""

import logging.config

import structlog
from structlog.typing import Processor

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


# Their lines at INFO hold addresses and headers of neighbours, or come with every task of every second.
TOO_TALKATIVE = (
    "urllib3",
    "requests",
    "kombu",
    "amqp",
    "uvicorn.access",
    "celery.app.trace",
    "celery.beat",
    "celery.worker.strategy",
)


def logging_config(*, level: str) -> None:
    """Send every logger of the process to standard error through one formatter; raise ValueError for no level."""
    if level not in LEVELS:
        raise ValueError(f"LOG_LEVEL is not one of {', '.join(LEVELS)}: {level}")
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "json": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "processors": [
                        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                        structlog.processors.JSONRenderer(),
                    ],
                    "foreign_pre_chain": shared,
                }
            },
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
            "root": {"handlers": ["stderr"], "level": level},
            "loggers": {name: {"level": "WARNING"} for name in TOO_TALKATIVE},
        }
    )
