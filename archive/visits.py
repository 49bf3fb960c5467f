"""Looking at a page again: when it is due, and what a visit without a new text means for its article."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from archive.rows import Row, Rows, now

# An article is looked at again so many days after it was found.
RECHECK_DAYS = (1, 3, 7, 30, 180)
# A look that got no answer is taken again after so many days.
UNANSWERED_DAYS = 1
CHUNK = 500
# Where an address may stand as an article's: its own, or that of a copy.
TABLES = ("articles", "copies")


class Kept(NamedTuple):
    """What the archive keeps of an address that is looked at again."""

    url: str
    column: str
    found_on: str | None
    etag: str | None
    last_modified: str | None
    payload_sha256: str | None


def recheck_days(words: Iterable[object]) -> list[int]:
    """A schedule from words or numbers. Raises ValueError.

    >>> recheck_days(["7", "1"])
    [1, 7]
    """
    try:
        days = sorted({int(str(word)) for word in words})
    except ValueError as error:
        raise ValueError(f"{error} - give whole days, such as 1,3,7,30,180") from error
    if days and not 1 <= days[0] <= days[-1] <= 36_500:
        raise ValueError("give days from 1 to 36500, such as 1,3,7,30,180")
    return days


def next_look(found_at: str, at: str, days: Sequence[int] = RECHECK_DAYS) -> str | None:
    """When an article found at ``found_at`` and seen at ``at`` is due again; None: never.

    A crawl that comes late makes up for all the looks that it missed with one.

    >>> next_look("2024-05-01T08:00:00+08:00", "2024-05-01T08:00:00+08:00")
    '2024-05-02T08:00:00+08:00'
    >>> next_look("2024-05-01T08:00:00+08:00", "2024-05-10T09:00:00+08:00")
    '2024-05-31T08:00:00+08:00'
    >>> next_look("2024-05-01T08:00:00+08:00", "2026-05-01T08:00:00+08:00") is None
    True
    """
    marks = (later(found_at, day) for day in days)
    return next((mark for mark in marks if mark > at), None)


def later(at: str, days: float) -> str:
    """So many days after ``at``.

    >>> later("2024-12-31T08:00:00+08:00", 1)
    '2025-01-01T08:00:00+08:00'
    """
    return (datetime.fromisoformat(at) + timedelta(days=days)).isoformat(timespec="seconds")


def due(rows: Rows, site: str, columns: Sequence[str]) -> Iterator[Kept]:
    """The articles of a site's columns that are due to be looked at again, in the order they were met.

    So are those fetched later than now: the clock went wrong then, and so did all that was reckoned by it.
    """
    marks = ",".join("?" * len(columns))
    last = 0
    while True:
        moment = now()
        found = rows.conn.execute(
            'SELECT id, url, "column", found_on, etag, last_modified, payload_sha256 FROM pages'
            f' WHERE site = ? AND "column" IN ({marks}) AND id > ? AND article_id IS NOT NULL'
            " AND state IN ('stored', 'gone', 'refused') AND next_at IS NOT NULL"
            " AND (next_at <= ? OR fetched_at > ?) ORDER BY id LIMIT ?",
            (site, *columns, last, moment, moment, CHUNK),
        ).fetchall()
        yield from (Kept(*kept) for _, *kept in found)
        if len(found) < CHUNK:
            return
        last = found[-1][0]


def seen_again(rows: Rows, page: Row) -> None:
    """Record that an article stands unchanged at the address of ``page``."""
    for table in TABLES:
        rows.conn.execute(
            f"UPDATE {table} SET last_seen_at = max(last_seen_at, ?), gone_at = NULL WHERE url = ?",
            (page["fetched_at"], page["url"]),
        )


def gone(rows: Rows, page: Row) -> None:
    """Record that the article of ``page`` has disappeared; its last text stays."""
    for table in TABLES:
        rows.conn.execute(
            f"UPDATE {table} SET gone_at = coalesce(gone_at, ?) WHERE url = ?",
            (page["fetched_at"], page["url"]),
        )


def gone_since(rows: Rows, url: str) -> str | None:
    """Since when the article at ``url`` is known to be gone; None: it is not."""
    found = rows.one(
        " UNION ALL ".join(
            f"SELECT gone_at FROM {table} WHERE url = ?1 AND gone_at NOT NULL" for table in TABLES
        ),
        url,
    )
    return found["gone_at"] if found else None
