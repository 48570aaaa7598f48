"""What the service writes to its log: text for people, or one JSON object a line.

Neither holds query texts, parameters or addresses of clients: the first two stand in messages of
level DEBUG alone, the last one in the lines of requests if a setting asks for it.
"""

import json
import logging
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from mla_graph.model.settings import Settings
from mla_graph.service.telemetry import request_id

JSON: Final = "json"
FIELDS: Final = "fields"
"""The attribute of a record that holds members for the JSON object."""


def configuration(settings: Settings) -> dict[str, Any]:
    """What ``logging.config.dictConfig`` takes; the lines go to stderr."""
    ours = {"handlers": ["stderr"], "level": settings.log_level, "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "text": {"()": TextFormatter},
            JSON: {"()": JsonFormatter},
        },
        "filters": {"told": {"()": NotYetTold}},
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": settings.log_format}
        },
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "mla_graph": ours,
            "uvicorn": ours,
            "uvicorn.error": {"filters": ["told"]},
        },
    }


class NotYetTold(logging.Filter):
    """Passes over the server's complaint of answers that break off: ours says why they do."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is written."""
        return record.msg != "ASGI callable returned without completing response."


class RequestRecord(logging.LogRecord):
    """A record of level INFO without what costs most of the time: the place in the code."""

    def __init__(self, name: str, message: str, fields: Mapping[str, Any]) -> None:
        """A line of the logger of this name; ``fields`` are further members of the object."""
        self.__dict__.update(_BLANK, name=name, msg=message, created=time.time(), fields=fields)


_BLANK: Final = vars(logging.makeLogRecord({"levelno": logging.INFO, "levelname": "INFO"}))


class JsonFormatter(logging.Formatter):
    """One JSON object a record: time, level, logger, message, request, further members."""

    def format(self, record: logging.LogRecord) -> str:
        """The line for a record, without its end."""
        line = {
            "time": _time(record),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": request_id.current(),
        }
        line |= getattr(record, FIELDS, {})
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(
            {name: value for name, value in line.items() if value is not None},
            ensure_ascii=False,
            default=str,
        )


class TextFormatter(logging.Formatter):
    """Time, level, message, request."""

    def format(self, record: logging.LogRecord) -> str:
        """The line for a record; a traceback follows it."""
        name = request_id.current()
        line = f"{_time(record)} {record.levelname} {record.getMessage()}"
        line += f" [{name}]" if name else ""
        return line + (f"\n{self.formatException(record.exc_info)}" if record.exc_info else "")


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
