"""Structured logs: one JSON object a line, fixed sentences and ids, never bodies or secrets."""

import logging
import logging.config
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

from omnichannel.common.faults import in_words, say
from omnichannel.common.scrubbing import scrub

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")

# Their lines hold addresses and headers of neighbours, come with every task of every second, or say what we say better.
LOUDEST = {
    "urllib3": "WARNING",
    "requests": "WARNING",
    "kombu": "WARNING",
    "amqp": "WARNING",
    "uvicorn.access": "WARNING",
    "celery.beat": "WARNING",
    "celery.worker.strategy": "WARNING",
    # A failed task is told by omnichannel.celery, a refused request by omnichannel.common.request_id.
    "celery.app.trace": "CRITICAL",
    "django.request": "ERROR",
}
# It has set itself up before it loads us, and would print tracebacks in words of its own.
TAKEN_OVER: dict[str, dict[str, Any]] = {"uvicorn": {"level": "INFO", "handlers": [], "propagate": True}}


def logging_config(*, level: str) -> None:
    """Send every logger of the process to standard error through one formatter; raise ValueError for no level."""
    if level not in LEVELS:
        raise ValueError(f"LOG_LEVEL is not one of {', '.join(LEVELS)}: {level}")
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _tell_fault,
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
                        scrub,
                        structlog.processors.JSONRenderer(),
                    ],
                    "foreign_pre_chain": shared,
                }
            },
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
            "root": {"handlers": ["stderr"], "level": level},
            "loggers": {name: {"level": loudest} for name, loudest in LOUDEST.items()} | TAKEN_OVER,
        }
    )


def _tell_fault(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Replace an exception by words without data, in a line that a library wrote its own words into too."""
    exc_info = event.pop("exc_info", None)
    if told := in_words(exc_info):
        event["exception"] = told
    fault = exc_info[1] if isinstance(exc_info, tuple) else exc_info
    if isinstance(fault, BaseException) and isinstance(event.get("event"), str):
        event["event"] = _without_words_of(fault, event["event"])
    return event


def _without_words_of(fault: BaseException, sentence: str) -> str:
    for words in (repr(fault), str(fault)):
        if len(words) > 3:
            sentence = sentence.replace(words, say(fault))
    return sentence
