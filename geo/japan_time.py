"""Time as Meguri tells it: Japan's, whose areas it is about, wherever the server or the reader is.

Japan has kept UTC+9 without summer time since 1952 (JST, defined by the National Institute of Information and
Communications Technology), so no table of zones is needed.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

JAPAN = timezone(timedelta(hours=9), "JST")


def in_japan(moment: str) -> datetime | None:
    """Return an ISO 8601 moment in Japan's time, None where it cannot be read; without a zone it is UTC's."""
    try:
        found = datetime.fromisoformat(moment)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(JAPAN)
    except (ValueError, OverflowError):
        return None


def today_in_japan() -> date:
    """Return the day that it is in Japan."""
    return datetime.now(tz=JAPAN).date()
