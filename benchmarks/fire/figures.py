"""Small sums over measurements."""

from collections.abc import Sequence
from datetime import UTC, datetime


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of all does not exceed; 0 without values."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def slope(points: Sequence[tuple[float, float]]) -> float:
    """The slope of the line through the points (least squares); 0 with fewer than two."""
    if len(points) < 2:
        return 0.0
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / spread if spread else 0.0


def now() -> str:
    """The time of a run, to the minute."""
    return datetime.now(UTC).isoformat(timespec="minutes")
