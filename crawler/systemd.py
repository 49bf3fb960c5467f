"""A crawl as two user units of systemd: a service that crawls once, a timer that starts it."""

from __future__ import annotations

import os
import re
from pathlib import Path

from archive.durations import format_duration
from crawler.schedule import Schedule, on_calendar

# What needs no quoting in a command line of systemd.
_PLAIN = re.compile(r"[\w./:=+@,-]+", re.ASCII)
_UNSAFE = re.compile(r"[^A-Za-z0-9_.-]+")

SERVICE = """\
# {title}
# Written by luntan schedule, which writes it anew when it is run again.
[Unit]
Description={description}

[Service]
Type=oneshot
WorkingDirectory={folder}
ExecStart={command}
# A crawl that is asked to end stores what it has and leaves the rest to the next one.
KillMode=mixed
TimeoutStopSec=5min
Nice=10
# What units of a user can be held to.
NoNewPrivileges=yes
LockPersonality=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
"""

TIMER = """\
# {title}
# Written by luntan schedule, which writes it anew when it is run again.
[Unit]
Description={description}, every {every}

[Timer]
{times}
RandomizedDelaySec={jitter}

[Install]
WantedBy=timers.target
"""

ON_CALENDAR = """\
# By the calendar, so that a crawl which the machine slept through is made up for.
OnCalendar={calendar}
Persistent=true"""

ON_ACTIVE = """\
# A calendar can not say this interval: it is counted from one crawl to the next, the first after the start.
OnStartupSec=1min
OnUnitActiveSec={seconds}s"""


class ForeignUnit(Exception):
    """A file of the unit's name was not written by ``luntan schedule``."""


def unit_folder() -> Path:
    """Where the user's units lie (XDG Base Directory)."""
    config = os.environ.get("XDG_CONFIG_HOME", "")
    # A relative one is to be ignored.
    return (Path(config) if os.path.isabs(config) else Path.home() / ".config") / "systemd" / "user"


def unit_name(schedule: Schedule, folder: Path) -> str:
    """The name of both units without their suffix, such as ``luntan-rmlt-archive``.

    A digest stands behind it where the archive's name has other characters than a unit's may have, and where
    another archive of the same name has its units in ``folder`` already.
    """
    stem = schedule.archive.stem
    safe = _UNSAFE.sub("-", stem)[:100].strip("-.")
    plain = f"luntan-{schedule.site}-{safe}" if safe else f"luntan-{schedule.site}"
    if safe == stem and _is_free(folder / f"{plain}.service", schedule):
        return plain
    return f"{plain}-{schedule.digest}"


def _is_free(path: Path, schedule: Schedule) -> bool:
    title = _title(path)
    return title is None or title == schedule.title or not title.startswith("luntan: ")


def _title(path: Path) -> str | None:
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return file.readline().removeprefix("# ").rstrip("\n")
    except FileNotFoundError:
        return None


def units(schedule: Schedule) -> dict[str, str]:
    """The text of both units by their suffix, ``.service`` and ``.timer``."""
    calendar = on_calendar(schedule.every)
    times = (
        ON_CALENDAR.format(calendar=calendar)
        if calendar
        else ON_ACTIVE.format(seconds=round(schedule.every.total_seconds()))
    )
    said = {"title": schedule.title, "description": _specifiers(schedule.title)}
    return {
        ".service": SERVICE.format(
            **said,
            folder=_specifiers(str(schedule.archive.parent)),
            command=" ".join(map(quoted, schedule.command)),
        ),
        ".timer": TIMER.format(
            **said,
            every=format_duration(schedule.every),
            times=times,
            jitter=f"{round(schedule.jitter.total_seconds())}s",
        ),
    }


def write_units(schedule: Schedule, folder: Path) -> tuple[str, dict[Path, bool]]:
    """Write both units into ``folder``; gives their name, and of each file whether it changed.

    Raises `ForeignUnit` for a file that somebody else wrote, before anything is written, and OSError.
    """
    name = unit_name(schedule, folder)
    texts = {folder / f"{name}{suffix}": text for suffix, text in units(schedule).items()}
    for path in texts:
        if _title(path) not in (None, schedule.title):
            raise ForeignUnit(f"{path} was not written by luntan schedule - move it away first")
    folder.mkdir(parents=True, exist_ok=True)
    changed = {}
    for path, text in texts.items():
        changed[path] = not path.exists() or path.read_text(encoding="utf-8") != text
        if changed[path]:
            path.write_text(text, encoding="utf-8")
    return name, changed


def quoted(word: str) -> str:
    r"""A word of a command line, as systemd reads it (systemd.service(5), "Command lines").

    >>> print(quoted("/srv/luntan/archive.db"), quoted("/srv/100% 论坛/$x.db"))
    /srv/luntan/archive.db "/srv/100%% 论坛/$$x.db"
    """
    if _PLAIN.fullmatch(word):
        return word
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("$", "$$")
    return f'"{_specifiers(escaped)}"'


def _specifiers(text: str) -> str:
    """Text in which % stands for itself (systemd.unit(5), "Specifiers")."""
    return text.replace("%", "%%")
