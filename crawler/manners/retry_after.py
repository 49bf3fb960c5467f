"""Retry-After: how long a server asks to be left alone (RFC 9110, 10.2.3)."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

# Longer than this is a mistake or a joke; the next run after it asks again.
LONGEST = 7 * 86_400.0


def retry_after(value: bytes | None, now: datetime) -> float | None:
    """The seconds from ``now`` (aware) that a Retry-After header names; None where it says nothing of use.

    Both forms are read, a number of seconds and an HTTP date; a date gone by is 0, and nothing is more than a
    week.

    >>> noon = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
    >>> retry_after(b"120", noon)
    120.0
    >>> retry_after(b"Sun, 01 Mar 2026 12:01:30 GMT", noon)
    90.0
    >>> retry_after(b"Sun, 01 Mar 2026 11:00:00 GMT", noon)
    0.0
    >>> retry_after(b"99999999999999", noon)
    604800.0
    >>> [retry_after(value, noon) for value in (None, b"", b"soon", b"-5", b"1e9", "１２".encode())]
    [None, None, None, None, None, None]
    """
    if value is None:
        return None
    words = value[:100].decode("latin-1").strip()
    if words.isascii() and words.isdigit():
        return min(float(words), LONGEST)
    try:
        at = parsedate_to_datetime(words)
        # RFC 9110, 5.6.7: an HTTP date is in UTC, whether it says so or not.
        seconds = (at if at.tzinfo else at.replace(tzinfo=UTC)) - now
    except (ValueError, OverflowError):
        return None
    return min(max(seconds.total_seconds(), 0.0), LONGEST)
