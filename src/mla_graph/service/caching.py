"""ETag, Cache-Control and the question whether the caller's copy is still good."""

import hashlib
from typing import Final

from mla_graph import __version__

FRESH_SECONDS: Final = 300


def headers(release_id: str | None, *parts: str, fresh: bool = True) -> dict[str, str]:
    """The caching headers of an answer that depends on these parts alone.

    Without a release id nothing tells whether the graph changed: no tag. ``fresh`` False: the
    answer may change by itself (it depends on the day) and is asked for again each time.
    """
    common = {"Vary": "Accept", "Cache-Control": "no-cache"}
    if release_id is None:
        return common
    # Weak: a compressed and a plain body share the tag, and rows carry the time of the answer.
    digest = hashlib.sha256("\0".join((__version__, release_id, *parts)).encode())
    common["ETag"] = f'W/"{digest.hexdigest()[:32]}"'
    if fresh:
        common["Cache-Control"] = f"public, max-age={FRESH_SECONDS}"
    return common


def still_good(if_none_match: str | None, sent: dict[str, str]) -> bool:
    """Whether If-None-Match names the tag; weak comparison (RFC 9110, section 13.1.2)."""
    if not if_none_match or "ETag" not in sent:
        return False
    tags = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return "*" in tags or sent["ETag"].removeprefix("W/") in tags
