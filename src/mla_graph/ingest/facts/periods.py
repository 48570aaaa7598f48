"""The ends of periods; the first and the last day are both in force."""

from datetime import date, timedelta


def day_before(value: str) -> str:
    """Return the day before a calendar day."""
    return (date.fromisoformat(value) - timedelta(days=1)).isoformat()


def last_day(ended: str) -> str:
    """Return the last day in force before an end.

    A denunciation takes effect on the first of a month, so that a first of a month is the first
    day without; any other day is the last one in force.
    """
    return day_before(ended) if ended.endswith("-01") else ended
