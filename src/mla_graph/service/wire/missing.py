"""The header that names what other endpoints should have given to an answer."""

import re
from collections.abc import Sequence
from typing import Final

HEADER: Final = "X-Missing"
_MOST: Final = 2000
_UNPRINTABLE = re.compile(r"[^ -~]")


def missing_header(sentences: Sequence[str]) -> dict[str, str]:
    """The header with these sentences, which may hold words of the other side; none if none."""
    if not sentences:
        return {}
    return {HEADER: _UNPRINTABLE.sub("?", " ".join(sentences))[:_MOST]}
