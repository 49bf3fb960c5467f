"""``luntan schedule``: units that systemd takes, a crontab that keeps what others wrote, clear refusals."""

from __future__ import annotations

import itertools
import os
import re
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from crawler.crontab import with_schedule
from crawler.schedule import (
    CALENDAR,
    HOUR,
    MINUTE,
    WEEK,
    NotOnTheCalendar,
    Schedule,
    cron_offset,
    cron_times,
    crontab_lines,
    luntan_program,
    on_calendar,
)
from crawler.systemd import unit_name, units
from tests.test_cli import run

# A folder whose name is everything that a shell, systemd or cron might take for something else.
STRANGE = "100% 论坛 $HOME 'a' \"b\" \\x41;&|`date`"

FAKE_CRONTAB = """#!{python}
import pathlib, sys
table = pathlib.Path({table!r})
if sys.argv[1] == "-l":
    if not table.exists():
        sys.exit("no crontab for owner")
    if table.read_bytes() == b"secret":
        sys.exit("you are not allowed to use this program (crontab)")
    sys.stdout.buffer.write(table.read_bytes())
else:
    table.write_bytes(sys.stdin.buffer.read())
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return tmp_path


@pytest.fixture
def crontab(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A crontab program as the system's, whose table is the file given."""
    table, program = home / "table", home / "bin" / "crontab"
    program.parent.mkdir()
    program.write_text(FAKE_CRONTAB.format(python=sys.executable, table=str(table)))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    return table


def plan(archive: Path, **changed: object) -> Schedule:
    values = {"every": 6 * HOUR, "jitter": 10 * MINUTE, "program": luntan_program()} | changed
    return Schedule(archive, "rmlt", **values)  # type: ignore[arg-type]


def test_systemd_gets_a_service_and_a_timer_and_the_owner_the_next_command(home: Path) -> None:
    arguments = ("schedule", home / "archive.db", "rmlt", "--every", "6h", "--jitter", "15m", "--systemd")
    result = run(*arguments)
    folder = home / ".config/systemd/user"
    service = (folder / "luntan-rmlt-archive.service").read_text()
    timer = (folder / "luntan-rmlt-archive.timer").read_text()
    assert result.exit_code == 0
    assert f"WorkingDirectory={home}\n" in service and "Type=oneshot" in service
    assert f"ExecStart={luntan_program()[0]} crawl {home}/archive.db rmlt --busy skip\n" in service
    for line in ("OnCalendar=*-*-* 00/6:00:00", "Persistent=true", "RandomizedDelaySec=900s"):
        assert line in timer.splitlines()
    assert "systemctl --user enable --now luntan-rmlt-archive.timer" in result.stdout
    assert "enable-linger" in result.stdout
    times = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    again = run(*arguments)
    assert again.exit_code == 0 and again.stdout.count("unchanged: ") == 2
    assert {path: path.stat().st_mtime_ns for path in folder.iterdir()} == times
    assert run(*arguments, "--column", "党建").stdout.count("wrote ") == 1
    assert " --column dangjian " in (folder / "luntan-rmlt-archive.service").read_text()


def test_print_writes_nothing_and_shows_both(home: Path, crontab: Path) -> None:
    result = run("schedule", home / "a.db", "rmlt", "--every", "30m", "--print")
    assert result.exit_code == 0
    for words in (
        "OnCalendar=*-*-* *:00/30:00",
        "WantedBy=timers.target",
        "# --- crontab\n# luntan: crawl rmlt",
    ):
        assert words in result.stdout
    only = run("schedule", home / "a.db", "rmlt", "--every", "7h", "--print").stdout
    assert "cron can not say every 7h" in only and "OnUnitActiveSec=25200s" in only
    assert (
        "[Timer]" not in run("schedule", home / "a.db", "rmlt", "--every", "1h", "--cron", "--print").stdout
    )
    assert sorted(path.name for path in home.iterdir()) == ["bin"]


def test_the_config_folder_of_the_user_is_obeyed(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "cfg"))
    run("schedule", home / "a.db", "rmlt", "--every", "1d", "--systemd")
    assert (home / "cfg/systemd/user/luntan-rmlt-a.timer").exists()
    monkeypatch.setenv("XDG_CONFIG_HOME", "relative")
    run("schedule", home / "a.db", "rmlt", "--every", "1d", "--systemd")
    assert (home / ".config/systemd/user/luntan-rmlt-a.timer").exists()


def test_unit_names_are_safe_and_no_archive_takes_anothers(home: Path) -> None:
    names = set()
    for name in ("a/archive.db", "b/archive.db", "a/档案 1.db", "a/档案 2.db", "a/x@y:z.db", "a/../-.db"):
        archive = home / name
        archive.parent.mkdir(exist_ok=True)
        result = run("schedule", archive, "rmlt", "--every", "1d", "--systemd")
        assert result.exit_code == 0, result.stderr
        again = run("schedule", archive, "rmlt", "--every", "1d", "--systemd")
        assert again.stdout.count("unchanged: ") == 2
        names |= set(re.findall(r"enable --now (\S+)\.timer", result.stdout))
    assert len(names) == 6 and "luntan-rmlt-archive" in names
    assert all(re.fullmatch(r"[A-Za-z0-9_.-]+", name) for name in names)


def test_a_file_that_somebody_else_wrote_is_left_alone(home: Path) -> None:
    folder = home / ".config/systemd/user"
    folder.mkdir(parents=True)
    (folder / "luntan-rmlt-a.timer").write_text("[Timer]\nOnCalendar=daily\n")
    result = run("schedule", home / "a.db", "rmlt", "--every", "6h", "--systemd")
    assert result.exit_code == 1 and "was not written by luntan" in result.stderr
    assert [path.name for path in folder.iterdir()] == ["luntan-rmlt-a.timer"]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
@pytest.mark.parametrize("every", [30 * MINUTE, 6 * HOUR, 7 * HOUR, WEEK], ids=str)
@pytest.mark.parametrize("folder", ["plain", STRANGE.replace("\\", "")])
def test_systemd_takes_the_units(tmp_path: Path, every: timedelta, folder: str) -> None:
    (tmp_path / folder).mkdir()
    schedule = plan(tmp_path / folder / "档案.db", every=every)
    name = unit_name(schedule, tmp_path)
    files = []
    for suffix, text in units(schedule).items():
        files.append(tmp_path / f"{name}{suffix}")
        files[-1].write_text(text)
    result = subprocess.run(
        ["systemd-analyze", "verify", "--user", *files],
        capture_output=True,
        text=True,
        env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)},
    )
    assert (result.returncode, result.stderr) == (0, "")
    # It does look: an exaggeration is told.
    files[1].write_text(files[1].read_text().replace("[Timer]", "[Timer]\nOnCalendar=sometimes"))
    result = subprocess.run(
        ["systemd-analyze", "verify", "--user", *files],
        capture_output=True,
        text=True,
        env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)},
    )
    assert "sometimes" in result.stderr


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
def test_systemd_reads_every_calendar_as_often_as_it_should() -> None:
    for every in CALENDAR:
        expression = on_calendar(every)
        assert expression is not None
        result = subprocess.run(
            ["systemd-analyze", "calendar", "--iterations=3", expression],
            capture_output=True,
            text=True,
            env={**os.environ, "TZ": "UTC", "LC_ALL": "C"},
        )
        hours = [
            timedelta(hours=int(hour), minutes=int(minute))
            for hour, minute in re.findall(r"(\d\d):(\d\d):00 UTC", result.stdout)
        ]
        assert len(hours) == 3, result.stdout
        gaps = {(later - earlier) % timedelta(days=1) for earlier, later in itertools.pairwise(hours)}
        assert gaps == {every % timedelta(days=1)}, expression


def fires(times: str) -> list[int]:
    """The minutes of a week (from Sunday) at which five crontab fields fire."""
    minute, hour, _, _, weekday = times.split()

    def numbers(field: str, end: int) -> set[int]:
        found: set[int] = set()
        for part in field.split(","):
            span, _, step = part.partition("/")
            first, _, last = ("0", "-", str(end - 1)) if span == "*" else span.partition("-")
            found |= set(range(int(first), int(last or first) + 1, int(step or 1)))
        return found

    minutes, hours, days = numbers(minute, 60), numbers(hour, 24), numbers(weekday, 7)
    return [
        day * 1440 + an_hour * 60 + a_minute for day in sorted(days) for an_hour in sorted(hours)
        for a_minute in sorted(minutes)
    ]  # fmt: skip


@pytest.mark.parametrize("every", CALENDAR, ids=str)
def test_cron_fires_as_often_as_it_should_wherever_it_begins(every: timedelta) -> None:
    within = min(every // MINUTE, 1440)
    for offset in {0, within // 3, within // 2, within - 1}:
        moments = fires(cron_times(every, offset * MINUTE))
        assert moments[0] % within == offset
        gaps = {later - earlier for earlier, later in itertools.pairwise([*moments, moments[0] + 7 * 1440])}
        assert gaps == {every // MINUTE}


@pytest.mark.parametrize(("words", "near"), [("7h", "6h or 8h"), ("90m", "1h or 2h"), ("2d", "1d or 7d")])
def test_what_cron_can_not_say_is_refused_with_what_it_can(
    home: Path, crontab: Path, words: str, near: str
) -> None:
    result = run("schedule", home / "a.db", "rmlt", "--every", words, "--cron")
    assert result.exit_code == 2 and near in result.stderr and "--systemd" in result.stderr
    assert not crontab.exists()
    with pytest.raises(NotOnTheCalendar):
        cron_times(8 * timedelta(days=1), MINUTE)


def test_a_crontab_is_written_once_and_what_others_wrote_stays(home: Path, crontab: Path) -> None:
    others = "MAILTO=owner\n# luntan: crawl rmlt into /elsewhere/a.db every 1h\n5 4 * * *  backup\n"
    crontab.write_text(others)
    arguments = ("schedule", home / "a.db", "rmlt", "--every", "6h", "--cron")
    result = run(*arguments)
    assert result.exit_code == 0 and "crontab: written" in result.stdout
    first = crontab.read_text()
    assert first.startswith(others) and first.count("\n") == others.count("\n") + 2
    assert run(*arguments).stdout.startswith("crontab: unchanged")
    assert crontab.read_text() == first
    # Another interval takes the place of the first; a line of the owner's own that follows stays.
    crontab.write_text(first + "0 0 * * *  mine\n")
    assert run("schedule", home / "a.db", "rmlt", "--every", "1d", "--cron").exit_code == 0
    changed = crontab.read_text()
    assert changed.startswith(others) and changed.endswith("0 0 * * *  mine\n")
    assert (
        "every 1d" in changed and "every 6h" not in changed and changed.count("\n") == first.count("\n") + 1
    )


def test_every_byte_that_others_wrote_stays(home: Path, crontab: Path) -> None:
    others = "1 2 * * *  a\x0cb \u2028 c\r\n# \udcff\n\n".encode("utf-8", "surrogateescape")
    crontab.write_bytes(others)
    assert run("schedule", home / "a.db", "rmlt", "--every", "6h", "--cron").exit_code == 0
    assert crontab.read_bytes().startswith(others)


def test_a_crontab_that_can_not_be_read_is_not_written_over(
    home: Path, crontab: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    crontab.write_text("secret")
    result = run("schedule", home / "a.db", "rmlt", "--every", "6h", "--cron")
    assert result.exit_code == 1 and "not allowed" in result.stderr and " crawl " in result.stderr
    assert crontab.read_text() == "secret"
    monkeypatch.setenv("PATH", str(home))
    result = run("schedule", home / "a.db", "rmlt", "--every", "6h", "--cron")
    assert result.exit_code == 1 and "crontab -e" in result.stderr and "Traceback" not in result.output


def test_a_title_whose_line_the_owner_changed_costs_no_line_of_the_owner(tmp_path: Path) -> None:
    schedule = plan(tmp_path / "a.db")
    title, line = crontab_lines(schedule)
    assert with_schedule(f"{title}\n0 0 * * *  mine\n", schedule) == f"{title}\n{line}\n0 0 * * *  mine\n"
    assert with_schedule(f"{title}\n{line}\n{title}\n{line}\n", schedule) == f"{title}\n{line}\n"
    assert with_schedule("", schedule) == f"{title}\n{line}\n"


def test_cron_runs_the_command_as_meant_whatever_the_path(tmp_path: Path) -> None:
    (tmp_path / STRANGE).mkdir()
    said = tmp_path / "said"
    program = (sys.executable, "-c", f"import sys; open({str(said)!r}, 'w').write(repr(sys.argv[1:])); "
               "print('went wrong'); sys.exit(1)")  # fmt: skip
    schedule = plan(tmp_path / STRANGE / "a.db", program=program)
    _, line = crontab_lines(schedule)
    command = line.split(None, 5)[5]
    assert re.search(r"(?<!\\)%", command) is None, "cron ends the command at a bare %"
    result = subprocess.run(["/bin/sh", "-c", command.replace("\\%", "%")], capture_output=True, text=True)
    assert eval(said.read_text()) == schedule.command[3:]
    # What cron sends by mail is the end of the log; all of it stays in the file.
    assert result.stdout == "went wrong\n"
    assert (tmp_path / STRANGE / "a.db-rmlt.log").read_text() == "went wrong\n"


def test_crawls_of_many_do_not_begin_in_the_same_minute(tmp_path: Path) -> None:
    offsets = {cron_offset(plan(tmp_path / f"{number}.db", jitter=30 * MINUTE)) for number in range(200)}
    assert len(offsets) > 20 and max(offsets) <= 30 * MINUTE
    assert cron_offset(plan(tmp_path / "a.db")) == cron_offset(plan(tmp_path / "a.db"))
    assert cron_offset(plan(tmp_path / "a.db", jitter=timedelta(seconds=30))) == timedelta(0)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("a.db", "rmtl", "--every", "6h", "--print"), "did you mean rmlt?"),
        (("a.db", "rmlt", "--every", "6h", "--column", "dangjan", "--print"), "did you mean dangjian"),
        (("a.db", "rmlt", "--every", "6", "--print"), "no length of time"),
        (("a.db", "rmlt", "--every", "90s", "--print"), "whole minutes"),
        (("a.db", "rmlt", "--every", "1h", "--jitter", "1h", "--print"), "less than --every 1h"),
        (("a.db", "rmlt", "--every", "1h"), "--systemd or --cron"),
        (("a.db", "rmlt", "--print"), "--every"),
        (("nowhere/a.db", "rmlt", "--every", "1h", "--print"), "no folder"),
        (("a\nb.db", "rmlt", "--every", "1h", "--print"), "can not stand"),
        (("a.db\\", "rmlt", "--every", "1h", "--print"), "can not stand"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_sentence(
    home: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], words: str
) -> None:
    monkeypatch.chdir(home)
    result = run("schedule", *arguments)
    assert result.exit_code == 2 and words in result.stderr
    assert list(home.iterdir()) == []
