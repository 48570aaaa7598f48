"""The name of a request, by which its log lines and its problem document find each other."""

import os
import re
from contextvars import ContextVar
from typing import Final

HEADER: Final = "X-Request-ID"

_WELL_FORMED: Final = re.compile(r"[A-Za-z0-9._~:/+=@-]{1,128}")
_current: ContextVar[str | None] = ContextVar("request_id", default=None)


def begin(given: str | None) -> str:
    """The name of the request that begins here: the given one if well-formed, else a new one."""
    name = given if given and _WELL_FORMED.fullmatch(given) else os.urandom(8).hex()
    _current.set(name)
    return name


def current() -> str | None:
    """The name of the request that this code works for; None outside of requests."""
    return _current.get()
