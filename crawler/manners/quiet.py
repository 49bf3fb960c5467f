"""Quiet hours: times of the day at which no request starts."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo

from archive.rows import BEIJING

_RANGE = re.compile(r"(\d{1,2}):(\d\d)-(\d{1,2}):(\d\d)", re.ASCII)
_DAY = timedelta(days=1)


class QuietRange(NamedTuple):
    """Every day from ``start`` up to ``end`` in ``zone``; an end not after its start is the next day's."""

    start: time
    end: time
    zone: tzinfo = BEIJING


def quiet_ranges(words: str) -> list[QuietRange]:
    """Ranges of hours, joined by commas, with a time zone's name behind them unless it is Beijing's.

    Raises ValueError where they can not be read, or leave no time at all.

    >>> [f"{quiet.start:%H:%M}-{quiet.end:%H:%M}" for quiet in quiet_ranges("08:00-12:00, 22:30-6:00")]
    ['08:00-12:00', '22:30-06:00']
    >>> str(quiet_ranges("08:00-22:00 Europe/Berlin")[0].zone)
    'Europe/Berlin'
    >>> quiet_ranges("")
    []
    >>> quiet_ranges("8-22")
    Traceback (most recent call last):
    ValueError: '8-22' names no hours - give such as 08:00-22:00
    >>> quiet_ranges("00:00-12:00,12:00-24:00")
    Traceback (most recent call last):
    ValueError: '00:00-12:00,12:00-24:00' leaves no time at which a request may start
    """
    hours, _, name = (
        words.strip().rpartition(" ") if re.search(r" [^\d,]+$", words.strip()) else (words, "", "")
    )
    zone = _zone(name) if name else BEIJING
    ranges = [_range(part.strip(), zone) for part in hours.split(",") if part.strip()]
    if ranges and _covers_the_day(ranges):
        raise ValueError(f"{words!r} leaves no time at which a request may start")
    return ranges


def next_allowed(at: datetime, ranges: list[QuietRange]) -> datetime:
    """The first moment from ``at`` (aware) on at which a request may start, in the zone of ``at``.

    >>> ranges = quiet_ranges("08:00-22:00")
    >>> next_allowed(datetime.fromisoformat("2026-03-01T09:30:00+08:00"), ranges).isoformat()
    '2026-03-01T22:00:00+08:00'
    >>> next_allowed(datetime.fromisoformat("2026-03-01T22:00:00+08:00"), ranges).isoformat()
    '2026-03-01T22:00:00+08:00'
    >>> next_allowed(datetime.fromisoformat("2026-03-01T07:59:59+08:00"), ranges).isoformat()
    '2026-03-01T07:59:59+08:00'

    Across midnight, one range after the other, and asked in another zone:

    >>> night = quiet_ranges("23:00-06:00,06:00-07:30")
    >>> next_allowed(datetime.fromisoformat("2026-03-01T23:30:00+08:00"), night).isoformat()
    '2026-03-02T07:30:00+08:00'
    >>> next_allowed(datetime.fromisoformat("2026-03-01T17:00:00+00:00"), night).isoformat()
    '2026-03-01T23:30:00+00:00'
    """
    moment = at
    while end := next(filter(None, (_end_of(moment, quiet) for quiet in ranges)), None):
        moment = end.astimezone(at.tzinfo)
    return moment


def _end_of(at: datetime, quiet: QuietRange) -> datetime | None:
    """When the range that ``at`` lies in ends; None where it lies outside."""
    here = at.astimezone(quiet.zone)
    # A range across midnight may have begun yesterday.
    for day in (here.date() - _DAY, here.date()):
        start = datetime.combine(day, quiet.start, quiet.zone)
        last = day if quiet.end > quiet.start else day + _DAY
        end = datetime.combine(last, quiet.end, quiet.zone)
        # By the clock of the world: the wall's clock goes back once a year.
        if start.timestamp() <= at.timestamp() < end.timestamp():
            return end
    return None


def _range(words: str, zone: tzinfo) -> QuietRange:
    match = _RANGE.fullmatch(words)
    hours = [int(number) for number in match.groups()] if match else [99, 0, 99, 0]
    start, end = hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]
    if match is None or start >= 1440 or end > 1440 or max(hours[1], hours[3]) > 59:
        raise ValueError(f"{words!r} names no hours - give such as 08:00-22:00")
    return QuietRange(time(start // 60, start % 60), time(end // 60 % 24, end % 60), zone)


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is no time zone - give such as Asia/Shanghai") from error


def _covers_the_day(ranges: list[QuietRange]) -> bool:
    free = set(range(1440))
    for start, end, _ in ranges:
        first, last = start.hour * 60 + start.minute, end.hour * 60 + end.minute
        free -= set(range(first, last if last > first else last + 1440)) | set(
            range(last if last <= first else 0)
        )
    return not free
