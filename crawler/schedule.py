"""A crawl that comes back: what is run, how often, and how cron and systemd say so."""

from __future__ import annotations

import hashlib
import shlex
import shutil
import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from archive.durations import format_duration

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)
# Without --jitter: a tenth of the interval, but no more than this.
MOST_JITTER = timedelta(minutes=10)
# What a calendar can say: whole parts of an hour, of a day, a day, a week.
CALENDAR = (
    *(MINUTE * number for number in range(1, 60) if 60 % number == 0),
    *(HOUR * number for number in range(1, 25) if 24 % number == 0),
    WEEK,
)


class NotOnTheCalendar(ValueError):
    """A calendar can not say this interval."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """Crawl ``site`` into ``archive`` (an absolute path) every ``every``, up to ``jitter`` later.

    ``program`` is the command line of luntan itself.
    """

    archive: Path
    site: str
    every: timedelta
    jitter: timedelta
    columns: tuple[str, ...] = ()
    program: tuple[str, ...] = ("luntan",)

    @property
    def command(self) -> list[str]:
        """The command line that crawls once: one that overlaps with another leaves it the work."""
        columns = [word for column in self.columns for word in ("--column", column)]
        return [*self.program, "crawl", str(self.archive), self.site, *columns, "--busy", "skip"]

    @property
    def title(self) -> str:
        """What is done, in words, the same however often."""
        return f"luntan: crawl {self.site} into {self.archive}"

    @property
    def digest(self) -> str:
        """Eight hexadecimal digits that stand for the archive and the site."""
        return hashlib.sha256(f"{self.archive}\n{self.site}".encode()).hexdigest()[:8]


def usual_jitter(every: timedelta) -> timedelta:
    """How much later a crawl may begin where nothing was said, in whole minutes.

    >>> format_duration(usual_jitter(HOUR)), format_duration(usual_jitter(DAY))
    ('6m', '10m')
    """
    return min(every / 10, MOST_JITTER) // MINUTE * MINUTE


def luntan_program() -> tuple[str, ...]:
    """The luntan that is running, by absolute paths: its command beside this Python, else Python itself."""
    found = shutil.which("luntan", path=str(Path(sys.executable).absolute().parent))
    return (found,) if found else (str(Path(sys.executable).absolute()), "-m", "crawler")


def on_calendar(every: timedelta) -> str | None:
    """systemd's calendar expression; None: a calendar can not say it.

    >>> [on_calendar(every) for every in (30 * MINUTE, HOUR, 6 * HOUR, DAY)]
    ['*-*-* *:00/30:00', '*-*-* *:00:00', '*-*-* 00/6:00:00', '*-*-* 00:00:00']
    >>> on_calendar(WEEK), on_calendar(7 * HOUR)
    ('Mon *-*-* 00:00:00', None)
    """
    if every not in CALENDAR:
        return None
    if every == WEEK:
        return "Mon *-*-* 00:00:00"
    if every == DAY:
        return "*-*-* 00:00:00"
    if every > HOUR:
        return f"*-*-* 00/{every // HOUR}:00:00"
    return "*-*-* *:00:00" if every == HOUR else f"*-*-* *:00/{every // MINUTE}:00"


def cron_times(every: timedelta, offset: timedelta) -> str:
    """The five fields of a crontab line, ``offset`` (less than ``every``) after the full hour or day.

    >>> cron_times(6 * HOUR, 73 * MINUTE), cron_times(30 * MINUTE, 7 * MINUTE), cron_times(WEEK, HOUR)
    ('13 1,7,13,19 * * *', '7,37 * * * *', '0 1 * * 1')
    >>> cron_times(5 * MINUTE, 3 * MINUTE), cron_times(HOUR, 0 * MINUTE), cron_times(DAY, 9 * MINUTE)
    ('3-59/5 * * * *', '0 * * * *', '9 0 * * *')
    >>> cron_times(7 * HOUR, 0 * MINUTE)
    Traceback (most recent call last):
    crawler.schedule.NotOnTheCalendar: cron can not say every 7h - take 6h or 8h
    """
    if every not in CALENDAR:
        shorter = max((known for known in CALENDAR if known < every), default=None)
        longer = min((known for known in CALENDAR if known > every), default=None)
        near = " or ".join(format_duration(known) for known in (shorter, longer) if known)
        raise NotOnTheCalendar(f"cron can not say every {format_duration(every)} - take {near}")
    hour, minute = divmod(offset // MINUTE, 60)
    if every < HOUR:
        return f"{_field(minute, every // MINUTE, 60)} * * * *"
    hours = _field(hour, min(every, DAY) // HOUR, 24)
    return f"{minute} {hours} * * {'1' if every == WEEK else '*'}"


def _field(first: int, step: int, end: int) -> str:
    numbers = range(first, end, step)
    if step == 1:
        return "*"
    if first == 0 and len(numbers) > 1:
        return f"*/{step}"
    return ",".join(map(str, numbers)) if len(numbers) <= 4 else f"{first}-{end - 1}/{step}"


def cron_offset(schedule: Schedule) -> timedelta:
    """How much later than the full hour this crawl begins: always as much, and another one's another time.

    cron knows no chance; without an offset all crawls of the world would begin in the same minute.
    """
    return MINUTE * (int(schedule.digest, 16) % (schedule.jitter // MINUTE + 1))


def crontab_lines(schedule: Schedule) -> list[str]:
    """The lines of a crontab: what is done, and the line that does it.

    What the crawl says goes to a file beside the archive. One that fails also prints the end of it: what a
    line of a crontab prints, cron sends by mail. Raises `NotOnTheCalendar`.
    """
    times = cron_times(schedule.every, cron_offset(schedule))
    log = shlex.quote(f"{schedule.archive}-{schedule.site}.log")
    line = f"{shlex.join(schedule.command)} >> {log} 2>&1 || tail -n 20 {log}"
    # To cron a bare % ends the line (crontab(5)).
    return [
        f"# {schedule.title} every {format_duration(schedule.every)}",
        f"{times}  {line}".replace("%", "\\%"),
    ]
