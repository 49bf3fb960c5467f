"""Each column against its own past: has it gone silent, do its articles still say what they used to say?"""

from __future__ import annotations

import json
import sqlite3
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby, pairwise
from statistics import median

from archive.check.chance import has_fallen, has_shrunk, longest_usual_gap
from archive.check.finding import Finding

# No holiday of the Chinese calendar keeps an office closed for so many days.
SHORTEST_SILENCE = 10
# A rhythm shows only in time: a column known for less has not had its quiet months yet.
SHORTEST_HISTORY = 90
# So many days on which a column printed make its rhythm, so many articles its usual state.
DAYS = 400
EARLIER = 200
# A column that prints rarely is judged by so many of its latest articles, if one of them is new.
FEWEST = 8
# What is found long after it was printed comes from old list pages and says nothing about today.
OLD_DAYS = 60

# What an article may lack.
COVERAGE = ("author", "editor", "source", "published_at")
_BY_LAYOUT = "coalesce(json_extract(provenance, '$.title.rule') LIKE 'layout %', FALSE)"
_LOOK = "look at the example: if the page prints it, the site needs a new layout (CONTRIBUTING.md)"


@dataclass(slots=True)
class History:
    """A column's days with articles in their order, and the ids of its latest articles, the newest last."""

    site: str
    column: str
    days: deque[str] = field(default_factory=lambda: deque(maxlen=DAYS))
    earlier: deque[int] = field(default_factory=lambda: deque(maxlen=EARLIER))
    recent: deque[int] = field(default_factory=lambda: deque(maxlen=EARLIER))

    def halves(self) -> tuple[list[int], list[int]]:
        """The articles to compare: of before, and of now (none where nothing is new)."""
        if not self.recent:
            return list(self.earlier), []
        both = [*self.earlier, *self.recent]
        border = len(both) - max(len(self.recent), FEWEST)
        return both[: max(border, 0)], both[max(border, 0) :]


def column_findings(conn: sqlite3.Connection, since: str) -> Iterator[Finding]:
    """Columns that are silent for longer than their history says, fields that their newest articles lack.

    ``since``, a time as the archive writes it, is where "now" begins. Too little data is no finding.
    """
    crawled = last_crawls(conn)
    for history in histories(conn, since):
        if at := crawled.get((history.site, history.column)):
            yield from silence(history, date.fromisoformat(at[:10]))
        yield from _coverage(conn, history)


def histories(conn: sqlite3.Connection, since: str) -> Iterator[History]:
    """The history of every column that was crawled, from one pass over the pages."""
    border = (date.fromisoformat(since[:10]) - timedelta(OLD_DAYS)).isoformat()
    rows = conn.execute(
        'SELECT pages.site, pages."column", pages.found_at >= ?, articles.id, articles.url = pages.url,'
        " coalesce(articles.published_at, articles.first_seen_at) AS printed_at"
        " FROM pages CROSS JOIN articles ON articles.id = pages.article_id"
        " WHERE pages.kind = 'article' AND pages.site NOT NULL AND pages.\"column\" NOT NULL"
        ' ORDER BY pages.site, pages."column", printed_at',
        (since,),
    )
    for (site, column), group in groupby(rows, key=lambda row: row[:2]):
        history = History(site, column)
        for _, _, is_new, article_id, is_own, printed_at in group:
            day = printed_at[:10]
            if len(day) == 10 and (not history.days or history.days[-1] != day):
                history.days.append(day)
            if not is_own:
                continue
            if not is_new:
                history.earlier.append(article_id)
            elif printed_at >= border:
                history.recent.append(article_id)
        yield history


def last_crawls(conn: sqlite3.Connection) -> dict[tuple[str, str], str]:
    """When each column was last crawled to the end: (site, column) to the time the run began."""
    found: dict[tuple[str, str], str] = {}
    rows = conn.execute(
        "SELECT site, arguments, started_at FROM runs"
        " WHERE command = 'crawl' AND outcome = 'finished' ORDER BY id DESC LIMIT 1000"
    )
    for site, arguments, started_at in rows:
        for column in json.loads(arguments).get("columns") or ():
            found.setdefault((site, column), started_at)
    return found


def silence(history: History, until: date) -> Iterator[Finding]:
    """A finding where, up to its last crawl, a column gave nothing for longer than its rhythm allows."""
    days = [day for text in history.days if (day := _day(text)) is not None and day <= until]
    gaps = [(later - earlier).days for earlier, later in pairwise(days)]
    usual = longest_usual_gap(gaps)
    if usual is None or (days[-1] - days[0]).days < SHORTEST_HISTORY:
        return
    silent = (until - days[-1]).days
    if silent > max(usual, SHORTEST_SILENCE):
        what = f"nothing new since {days[-1]}: {silent} days, and never more than {max(gaps)} before"
        todo = "open its list page: has the column ended, moved, or another layout?"
        yield Finding("silent", "warning", what, todo, history.site, history.column)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@dataclass(slots=True)
class _Sample:
    """What some articles have: the numbers that have each field, the lengths of their bodies."""

    urls: list[str]
    has: dict[str, list[bool]]
    lengths: list[int]


def _sample(conn: sqlite3.Connection, ids: Iterable[int]) -> _Sample:
    names = [*COVERAGE, "layout"]
    columns = ", ".join((*(f"{name} NOT NULL" for name in COVERAGE), _BY_LAYOUT))
    marks = ",".join(map(str, ids))
    rows = conn.execute(f"SELECT url, length(body), {columns} FROM articles WHERE id IN ({marks})").fetchall()
    has = {name: [bool(row[number]) for row in rows] for number, name in enumerate(names, 2)}
    return _Sample([row[0] for row in rows], has, [row[1] for row in rows])


def _coverage(conn: sqlite3.Connection, history: History) -> Iterator[Finding]:
    earlier, recent = history.halves()
    if not earlier or not recent:
        return
    before, after = _sample(conn, earlier), _sample(conn, recent)
    for name, has in after.has.items():
        had = before.has[name]
        if not has_fallen((sum(had), len(had)), (sum(has), len(has))):
            continue
        shares = f"{sum(has)} of the {len(has)} newest articles, {sum(had)} of the {len(had)} before"
        example = after.urls[has.index(False)]
        where = (history.site, history.column)
        if name == "layout":
            what = f"the site's layouts fit {shares}: the others are read as pages of unknown layout"
            yield Finding("layout", "error", what, _LOOK, *where, None, example)
        else:
            what = f"{name} is read on {shares}"
            yield Finding("coverage", "error", what, _LOOK, *where, name, example)
    if has_shrunk(before.lengths, after.lengths):
        what = (
            f"half of the {len(after.lengths)} newest articles have no more than {median(after.lengths):.0f}"
            f" characters; of the {len(before.lengths)} before {median(before.lengths):.0f}"
        )
        example = after.urls[after.lengths.index(min(after.lengths))]
        yield Finding("length", "error", what, _LOOK, history.site, history.column, "body", example)
