"""The log of the service: text for people, or one JSON object a line.

Neither holds query texts, parameters or addresses of clients: the first two stand in messages of
level DEBUG alone, the last one in the lines of requests if a setting asks for it.
"""

import json
import logging
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final
from urllib.parse import quote

from mla_graph.model.settings import Settings
from mla_graph.service.telemetry import request_id

_requests = logging.getLogger("mla_graph.requests")

JSON: Final = "json"
FIELDS: Final = "fields"
"""The attribute of a record that holds members for the JSON object."""


def configuration(settings: Settings) -> dict[str, Any]:
    """Configure ``logging.config.dictConfig`` to write lines to stderr."""
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
        """Tell whether to write the record."""
        return record.msg != "ASGI callable returned without completing response."


class RequestRecord(logging.LogRecord):
    """A record of level INFO without what costs most of the time: the place in the code."""

    def __init__(self, name: str, message: str, fields: Mapping[str, Any]) -> None:
        """Make a record of this logger; ``fields`` are further members of the object."""
        self.__dict__.update(_BLANK, name=name, msg=message, created=time.time(), fields=fields)


_BLANK: Final = vars(logging.makeLogRecord({"levelno": logging.INFO, "levelname": "INFO"}))


def log_request(
    scope: Mapping[str, Any],
    route: str,
    status: int,
    sent: int,
    seconds: float,
    client: str | None,
) -> None:
    """Write the line of a request of which so many bytes were sent; the query at DEBUG alone."""
    if not _requests.isEnabledFor(logging.INFO):
        return
    method, shown = scope["method"], _one_word(scope["path"])
    fields: dict[str, Any] = {
        "method": method,
        "path": shown,
        "route": route,
        "status": status,
        "bytes": sent,
        "milliseconds": round(seconds * 1000, 3),
    }
    if client:
        fields["client"] = client
    message = f"{method} {shown} {status} {seconds * 1000:.1f} ms"
    _requests.handle(RequestRecord(_requests.name, message, fields))
    _requests.debug("query string %r", scope["query_string"])


@lru_cache(maxsize=256)
def _one_word(path: str) -> str:
    """Write the path as one word of printable characters."""
    return quote(path, safe="/:@!$&'()*+,;=~")


class JsonFormatter(logging.Formatter):
    """One JSON object a record: time, level, logger, message, request, further members."""

    def format(self, record: logging.LogRecord) -> str:
        """Write the line for a record, without its end."""
        line = {
            "time": _time(record),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": request_id.CURRENT.get(),
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
        """Write the line for a record; a traceback follows it."""
        name = request_id.CURRENT.get()
        line = f"{_time(record)} {record.levelname} {record.getMessage()}"
        line += f" [{name}]" if name else ""
        return line + (f"\n{self.formatException(record.exc_info)}" if record.exc_info else "")


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
