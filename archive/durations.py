"""Lengths of time as people write and read them: ``90m``, ``6h``, ``1h30m``, ``7d``."""

from __future__ import annotations

import re
from datetime import timedelta

UNITS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
LONGEST = timedelta(days=36_500)
_WORDS = re.compile(r"(?:\d{1,9}[wdhms])+")
_PART = re.compile(r"(\d+)([wdhms])")


def parse_duration(words: str) -> timedelta:
    """A length of time from ``words``: whole numbers with w, d, h, m or s. Raises ValueError.

    >>> parse_duration("6h"), parse_duration("1h30m")
    (datetime.timedelta(seconds=21600), datetime.timedelta(seconds=5400))
    >>> parse_duration("6")
    Traceback (most recent call last):
    ValueError: '6' is no length of time - give one such as 90m, 6h or 7d
    """
    if _WORDS.fullmatch(words) is None:
        raise ValueError(f"{words!r} is no length of time - give one such as 90m, 6h or 7d")
    seconds = sum(int(number) * UNITS[unit] for number, unit in _PART.findall(words))
    if not 0 < seconds <= LONGEST.total_seconds():
        raise ValueError(f"{words!r} is too short or too long - give a length of time such as 90m, 6h or 7d")
    return timedelta(seconds=seconds)


def format_duration(length: timedelta) -> str:
    """``length`` in whole seconds as `parse_duration` reads it, no unit larger than days.

    >>> format_duration(timedelta(hours=26, minutes=5)), format_duration(timedelta(seconds=0.4))
    ('1d2h5m', '0s')
    """
    seconds = round(length.total_seconds())
    parts = []
    for unit in ("d", "h", "m", "s"):
        number, seconds = divmod(seconds, UNITS[unit])
        if number:
            parts.append(f"{number}{unit}")
    return "".join(parts) or "0s"
