"""The owner's crontab, with our lines in it: read, changed and written back; what others wrote stays."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Sequence

from crawler.schedule import Schedule, crontab_lines


class NoCrontab(Exception):
    """The crontab can not be read or written; the message says why."""


def with_schedule(table: str, schedule: Schedule) -> str:
    """The crontab ``table`` with the lines of ``schedule``, in the place of those it had before.

    Raises `crawler.schedule.NotOnTheCalendar`.
    """
    title, line = crontab_lines(schedule)
    lines = table.removesuffix("\n").split("\n") if table else []
    places = [number for number, known in enumerate(lines) if known.startswith(f"# {schedule.title} every ")]
    if not places:
        return "\n".join([*lines, title, line, ""])
    for number in reversed(places):
        end = number + 2 if _is_ours(lines[number + 1 : number + 2], schedule) else number + 1
        lines[number:end] = [title, line] if number == places[0] else []
    return "\n".join([*lines, ""])


def _is_ours(following: Sequence[str], schedule: Schedule) -> bool:
    path = shlex.quote(str(schedule.archive)).replace("%", "\\%")
    return any(f" crawl {path} " in line for line in following)


def install(schedule: Schedule) -> bool:
    """Write the lines of ``schedule`` into the owner's crontab; gives whether anything changed.

    Raises `NoCrontab` and `crawler.schedule.NotOnTheCalendar`; then nothing is changed.
    """
    before = read()
    after = with_schedule(before, schedule)
    if after == before:
        return False
    result = _crontab("-", table=after)
    if result.returncode:
        raise NoCrontab(f"crontab did not take the lines: {result.stderr.strip()}")
    return True


def read() -> str:
    """The owner's crontab, "" where there is none. Raises `NoCrontab`."""
    result = _crontab("-l")
    if result.returncode == 0:
        return result.stdout
    if "no crontab" in result.stderr.lower():
        return ""
    # Whatever is wrong: what can not be read is not written over.
    raise NoCrontab(f"the crontab can not be read: {result.stderr.strip()}")


def _crontab(argument: str, table: str = "") -> subprocess.CompletedProcess[str]:
    # As bytes: a text stream would change the line ends and the encoding of what others wrote.
    try:
        result = subprocess.run(
            ["crontab", argument],
            input=table.encode("utf-8", "surrogateescape"),
            capture_output=True,
            env={**os.environ, "LC_ALL": "C"},
        )
        out, err = (part.decode("utf-8", "surrogateescape") for part in (result.stdout, result.stderr))
        return subprocess.CompletedProcess(result.args, result.returncode, out, err)
    except OSError as error:
        raise NoCrontab(f"crontab can not be run: {error.strerror}") from error
