"""``luntan watch``: one process that crawls again and again, for a container or a terminal.

Each crawl is a process of its own (Scrapy can not crawl twice in one) and leaves nothing behind in this one.
"""

from __future__ import annotations

import logging
import random
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from types import FrameType

from archive.connect import open_readonly
from archive.rows import BEIJING
from archive.runs import list_runs
from crawler.logs import Voice, tell
from crawler.schedule import Schedule

# A crawl that ended so left work undone: the next one begins at once.
UNDONE = ("killed", "running", "shutdown")
WRONG_USAGE = 2


def next_start(last: datetime | None, now: datetime, every: timedelta, jitter: timedelta) -> datetime:
    """When a crawl begins whose last one began at ``last`` (None: there was none, or it left work undone).

    >>> at = datetime.fromisoformat
    >>> last, now, hour = at("2026-03-01T08:00+08:00"), at("2026-03-01T09:30+08:00"), timedelta(hours=1)
    >>> next_start(last, now, 6 * hour, hour / 6).isoformat()
    '2026-03-01T14:10:00+08:00'
    >>> next_start(last, now, hour, hour / 6) == next_start(None, now, hour, hour) == now
    True

    A clock that goes back keeps no crawl away for longer than usual:

    >>> next_start(now, last, hour / 2, hour / 6).isoformat()
    '2026-03-01T08:40:00+08:00'
    """
    return now if last is None else max(now, min(last, now) + every + jitter)


def last_start(archive: Path, site: str) -> datetime | None:
    """When the last crawl of ``site`` began that did all its work; None where the latest did not.

    Raises the errors of `archive.connect.open_readonly`.
    """
    if not archive.exists() or not archive.stat().st_size:
        return None
    with closing(open_readonly(archive)) as db:
        for run in list_runs(db, archive, site=site):
            if run["command"] == "crawl":
                return None if run["outcome"] in UNDONE else datetime.fromisoformat(run["started_at"])
    return None


class Watch:
    """Runs each of ``schedules`` when it is due, one after the other, until it is asked to stop."""

    def __init__(self, schedules: Sequence[Schedule], options: Sequence[str], how: Voice) -> None:
        """``options`` are given to every ``luntan crawl``."""
        self.schedules = schedules
        self.options = options
        self.how = how
        self._stop = threading.Event()
        self._crawl: subprocess.Popen[bytes] | None = None

    def run(self) -> int:
        """Crawl until a signal asks to stop; a crawl at work is ended in order first. Gives the exit code.

        A crawl that fails is told and the next one goes on, but for wrong usage, which no time heals.
        """
        for name in ("SIGTERM", "SIGINT", "SIGHUP"):
            if number := getattr(signal, name, None):
                signal.signal(number, self._asked_to_stop)
        due = [(self._first_start(schedule), schedule) for schedule in self.schedules]
        while not self._stop.is_set():
            at, schedule = due.pop(due.index(min(due, key=lambda entry: entry[0])))
            if self._stop.wait(max(0.0, at - time.monotonic())):
                break
            began = time.monotonic()
            if self._crawl_once(schedule) == WRONG_USAGE:
                return WRONG_USAGE
            seconds = schedule.every.total_seconds() + _chance(schedule).total_seconds()
            due.append((began + seconds, schedule))
            if not self._stop.is_set():
                self._announce(schedule, began + seconds)
        tell(self.how, logging.INFO, "stopped: the crawls begin again with the next luntan watch")
        return 0

    def _first_start(self, schedule: Schedule) -> float:
        now = datetime.now(BEIJING)
        start = next_start(
            last_start(schedule.archive, schedule.site), now, schedule.every, _chance(schedule)
        )
        at = time.monotonic() + (start - now).total_seconds()
        self._announce(schedule, at)
        return at

    def _announce(self, schedule: Schedule, at: float) -> None:
        start = datetime.now(BEIJING) + timedelta(seconds=max(0.0, at - time.monotonic()))
        words = f"{schedule.site}: the next crawl begins at {start.isoformat(timespec='seconds')}"
        tell(self.how, logging.INFO, words)

    def _crawl_once(self, schedule: Schedule) -> int:
        command = [*schedule.command, *self.options]
        try:
            # In a session of its own: Ctrl-C reaches this process alone, which passes it on once.
            self._crawl = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
        except OSError as error:
            tell(self.how, logging.ERROR, f"{schedule.site}: {command[0]} can not be run: {error.strerror}")
            return 1
        if self._stop.is_set():
            self._crawl.terminate()
        code = self._crawl.wait()
        self._crawl = None
        if code and not self._stop.is_set():
            end = f"was killed by signal {-code}" if code < 0 else f"ended with exit code {code}"
            tell(self.how, logging.ERROR, f"{schedule.site}: the crawl {end}; what it said stands above")
        return code

    def _asked_to_stop(self, number: int, frame: FrameType | None) -> None:
        self._stop.set()
        if self._crawl:
            self._crawl.terminate()


def _chance(schedule: Schedule) -> timedelta:
    return schedule.jitter * random.random()
