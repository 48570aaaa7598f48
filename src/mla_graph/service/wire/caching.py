"""ETag, Cache-Control and the question whether the caller's copy is still good."""

import hashlib
from datetime import UTC, datetime
from typing import Final

from mla_graph import __version__
from mla_graph.pages.address import root

FRESH_SECONDS: Final = 300
_DAY_SECONDS: Final = 86_400


def headers(
    release_id: str | None, *parts: str, fresh: bool = True, now: datetime | None = None
) -> dict[str, str]:
    """The caching headers of an answer that depends on these parts alone.

    The tag is strong (RFC 9110, section 8.8.3): where it is the same, every byte is. A content
    coding adds its name to it, see ``coding``. Without a release id nothing tells whether the
    graph changed: no tag. ``fresh`` False: the answer depends on the day, so the day is in the
    tag, and no copy outlives midnight UTC. ``now`` is the time it is, for tests.
    """
    common = {"Vary": "Accept", "Cache-Control": "no-cache"}
    if release_id is None:
        return common
    seconds = FRESH_SECONDS
    if not fresh:
        now = now or datetime.now(UTC)
        seconds = min(seconds, seconds_to_midnight(now))
        parts = (*parts, now.date().isoformat())
    digest = hashlib.sha256("\0".join((__version__, root(), release_id, *parts)).encode())
    return common | {
        "ETag": f'"{digest.hexdigest()[:32]}"',
        "Cache-Control": f"public, max-age={seconds}",
    }


def seconds_to_midnight(now: datetime) -> int:
    """Whole seconds from a time in UTC until 00:00 UTC."""
    return _DAY_SECONDS - now.hour * 3600 - now.minute * 60 - now.second - 1


def still_good(if_none_match: str | None, sent: dict[str, str]) -> bool:
    """Whether If-None-Match names the tag; weak comparison (RFC 9110, section 13.1.2)."""
    if not if_none_match or "ETag" not in sent:
        return False
    tags = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return "*" in tags or sent["ETag"] in tags
