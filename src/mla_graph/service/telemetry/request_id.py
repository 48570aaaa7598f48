"""The name of a request, by which its log lines and its problem document find each other."""

import re
from contextvars import ContextVar
from typing import Final

HEADER: Final = "X-Request-ID"

WELL_FORMED: Final = re.compile(r"[A-Za-z0-9._~:/+=@-]{1,128}")
"""Names that are taken from the caller; any other is replaced."""

CURRENT: ContextVar[str | None] = ContextVar("request_id", default=None)
"""The name of the request that this code works for; None outside of requests."""
