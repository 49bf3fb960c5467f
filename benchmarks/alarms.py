"""How often `luntan check` cries wolf in a year of varied columns, and how soon it tells a real defect.

    python benchmarks/alarms.py [--columns 40] [--years 2] [--seed 1]

Columns of all rhythms (several a day, working days, a certain day of the week or month, bursts, now and then)
with holidays, authors and editors named by habit and by week, bodies of any length, refused and vanished
pages are written day by day into an archive, as crawls four times a day would find them. The check is asked
every day from the first one on. Asserted: no more than one false alarm for ten columns and a year. Then each
defect is planted in columns that print nearly daily, and the days until the check tells of it are counted.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent.parent))

from sqlite_utils import Database

from archive.check.columns import column_findings
from archive.check.crawls import gone_findings, page_findings, run_findings
from archive.check.finding import Finding
from archive.migrations import migrations
from archive.rows import BEIJING, Rows

SITE = "site"
FIRST_DAY = date(2022, 3, 1)
# False alarms, of all kinds, for a column and a year.
MOST_ALARMS = 0.1

Rhythm = Callable[[date, random.Random], float]
HOLIDAYS = [(1, 1, 3), (2, 5, 8), (5, 1, 5), (10, 1, 7)]


def is_holiday(day: date) -> bool:
    """Whether nearly nobody works."""
    return any(day.month == month and first <= day.day < first + days for month, first, days in HOLIDAYS)


@dataclass(frozen=True)
class Habits:
    """How a column prints: articles a day, the shares that name people, usual length, what goes wrong."""

    slug: str
    rhythm: Rhythm
    author: float
    editor: float
    characters: int
    by_layout: float = 1.0
    refused: float = 0.02


def columns(count: int, rng: random.Random) -> Iterator[Habits]:
    """So many columns of all kinds."""
    for number in range(count):
        rate = rng.uniform(1, 5)
        weekday, day_of_month, phase = rng.randrange(5), rng.randrange(1, 29), rng.randrange(60)
        rhythms: list[Rhythm] = [
            lambda day, rng, rate=rate: rate,
            lambda day, rng, rate=rate: rate if day.weekday() < 5 else 0.1,
            lambda day, rng, weekday=weekday: 2.5 if day.weekday() == weekday else 0.02,
            lambda day, rng, one=day_of_month: 3.0 if day.day == one else 0.01,
            lambda day, rng, phase=phase: 1.5 if (day.toordinal() + phase) // 40 % 2 else 0.1,
            lambda day, rng, rate=rate: rate / 15,
        ]
        share = rng.choice((0.05, 0.3, 0.7, 0.95, 1.0))
        yield Habits(
            f"column-{number}",
            rhythms[number % len(rhythms)],
            share,
            rng.choice((0.5, 0.97, 1.0)),
            rng.choice((300, 1200, 2500)),
        )


class Simulation:
    """An archive in memory that is filled day by day."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.conn = sqlite3.connect(":memory:", isolation_level=None)
        migrations.apply(Database(self.conn, execute_plugins=False))
        self.conn.execute("DROP TRIGGER articles_search_insert")
        self.rows = Rows(self.conn)
        self.number = 0

    def live(self, day: date, habits: list[Habits]) -> None:
        """What one day's crawls find."""
        self.conn.execute("BEGIN")
        for hour in (2, 8, 14, 20):
            at = datetime(day.year, day.month, day.day, hour, self.rng.randrange(20), tzinfo=BEIJING)
            run = {"command": "crawl", "site": SITE, "started_at": at.isoformat(), "outcome": "finished"}
            slugs = ", ".join(f'"{column.slug}"' for column in habits)
            self.rows.insert("runs", run | {"arguments": f'{{"columns": [{slugs}]}}'})
        for column in habits:
            rate = column.rhythm(day, self.rng) * (0.1 if is_holiday(day) else 1)
            for _ in range(poisson(rate, self.rng)):
                self.page(day, column)
        if self.rng.random() < 0.3 and self.number > 100:
            gone = self.rng.randrange(1, self.number)
            self.conn.execute("UPDATE articles SET gone_at = ? WHERE id = ?", (_at(day, 12), gone))
        self.conn.execute("COMMIT")

    def page(self, day: date, column: Habits) -> None:
        """One page of a column, with its article unless it is refused."""
        self.number += 1
        url = f"http://www.example.cn/{day.isoformat()}/{self.number}.shtml"
        page = {"url": url, "kind": "article", "site": SITE, "column": column.slug, "status": 200}
        page |= {"found_at": _at(day, 14), "fetched_at": _at(day, 14), "tries": 1}
        if self.rng.random() < column.refused:
            self.rows.insert("pages", page | {"state": "refused", "reason": "NoBody: no text"})
            return
        # Habits of people go by the week: one writes, another only reprints.
        week = random.Random(f"{column.slug} {day.isocalendar()[:2]}").uniform(-0.15, 0.15)
        article = {
            "id": self.number,
            "url": url,
            "site": SITE,
            "column": column.slug,
            "title": "题",
            "author": "林晓" if self.rng.random() < column.author + week * (column.author < 0.9) else None,
            "editor": "周平" if self.rng.random() < column.editor else None,
            "source": "本地日报",
            "published_at": _at(day, self.rng.randrange(7, 14)),
            "body": "字" * max(20, int(self.rng.lognormvariate(0, 0.5) * column.characters)),
            "body_sha256": "",
            "text_sha256": "",
            "first_seen_at": _at(day, 14),
            "last_seen_at": _at(day, 14),
            "provenance": '{"title": {"rule": "layout now"}}'
            if self.rng.random() < column.by_layout
            else '{"title": {"rule": "the heading above the body"}}',
        }
        self.rows.insert("articles", article)
        self.rows.insert("pages", page | {"state": "stored", "article_id": self.number})

    def findings(self, day: date) -> list[Finding]:
        """What the check says at the end of a day."""
        since, now = _at(day - timedelta(7), 23), _at(day, 23)
        return [
            *column_findings(self.conn, since),
            *page_findings(self.conn, since),
            *run_findings(self.conn, since, now, lambda site: False),
            *gone_findings(self.conn, since, now),
        ]


def poisson(rate: float, rng: random.Random) -> int:
    """A number of events that come by themselves."""
    count, left = 0, rng.expovariate(1)
    while left < rate:
        count, left = count + 1, left + rng.expovariate(1)
    return count


def _at(day: date, hour: int) -> str:
    return f"{day.isoformat()}T{hour:02}:00:00+08:00"


def false_alarms(simulation: Simulation, habits: list[Habits], days: int, every: int = 1) -> Counter[str]:
    """Live so many days and count the findings that were not there the time before, by kind."""
    alarms: Counter[str] = Counter()
    before: set[tuple[str | None, ...]] = set()
    for number in range(days):
        day = FIRST_DAY + timedelta(number)
        simulation.live(day, habits)
        if number % every == 0:
            found = {(one.kind, one.column, one.field) for one in simulation.findings(day)}
            alarms.update(str(kind) for kind, _, _ in found - before)
            before = found
    return alarms


DEFECTS: dict[str, Callable[[Habits], Habits]] = {
    "silent": lambda column: replace(column, rhythm=lambda day, rng: 0.0),
    "coverage": lambda column: replace(column, editor=0.0),
    "length": lambda column: replace(column, characters=column.characters // 12),
    "layout": lambda column: replace(column, by_layout=0.0),
    "refusals": lambda column: replace(column, refused=0.9),
}


def delay(kind: str, habits: list[Habits], begin: int, column: int | None, seed: int, most: int = 120) -> int:
    """Days until a defect of one column (None: of all) is told; ``most`` where it is not."""
    simulation = Simulation(seed)
    for number in range(begin):
        simulation.live(FIRST_DAY + timedelta(number), habits)
    defect = DEFECTS[kind]
    broken = [defect(one) if column in (None, number) else one for number, one in enumerate(habits)]
    for number in range(most):
        day = FIRST_DAY + timedelta(begin + number)
        simulation.live(day, broken)
        if any(one.kind == kind for one in simulation.findings(day)):
            return number + 1
    return most


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--columns", type=int, default=40)
    parser.add_argument("--years", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)
    habits = list(columns(arguments.columns, rng))
    alarms = false_alarms(Simulation(arguments.seed), habits, 365 * arguments.years)
    rate = sum(alarms.values()) / arguments.columns / arguments.years
    told = dict(alarms) or "none"
    print(f"{arguments.columns} columns in {arguments.years} years: {told}, {rate:.3f} a column and year")
    assert rate <= MOST_ALARMS, f"more than {MOST_ALARMS}"
    for kind in DEFECTS:
        frequent = [number for number in range(len(habits)) if number % 6 in (0, 1)][:5]
        # A rise of refusals is judged by the site.
        chosen = [None] if kind == "refusals" else frequent
        delays = [delay(kind, habits, 200, number, arguments.seed) for number in chosen]
        print(f"{kind}: told after {median(delays):.0f} days ({', '.join(map(str, delays))})")
        assert max(delays) < 120, kind


if __name__ == "__main__":
    main()
