"""``luntan runs``: what each run did; one that was killed is told from one that is still at work."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from archive.connect import open_readonly
from archive.durations import parse_duration
from archive.lock import is_held
from archive.runs import list_runs
from archive.store import Archive
from tests.test_cli import TEXT, run

# A process that begins a run, says so, and is at work until it is killed.
AT_WORK = """
import sys, time
from archive.store import Archive
archive = Archive.open(sys.argv[1])
archive.begin_run(sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else None, {})
archive.save_page(dict.fromkeys(("reason", "column", "found_on", "etag", "last_modified", "payload_sha256",
    "next_page")) | {"url": "http://example.org/", "kind": "list", "state": "fetched", "site": None,
    "fetched_at": "2026-01-01T08:00:00+08:00", "status": 200, "links": ()})
archive.flush()
print("at work", flush=True)
time.sleep(60)
"""


def at_work(archive: Path, *arguments: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", AT_WORK, str(archive), *arguments], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None and process.stdout.readline() == "at work\n"
    return process


def kill(process: subprocess.Popen[str]) -> None:
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()


def rows(archive: Path, *options: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run("runs", archive, "--nl", *options).stdout.splitlines()]


@pytest.mark.parametrize(("arguments", "lock"), [(("crawl", "rmlt"), "rmlt"), (("ingest",), "ingest-1")])
def test_a_killed_run_is_shown_as_such_and_nothing_is_written(
    tmp_path: Path, arguments: tuple[str, ...], lock: str
) -> None:
    archive = tmp_path / "a.db"
    process = at_work(archive, *arguments)
    (row,) = rows(archive)
    assert (row["outcome"], row["pages"], is_held(archive, lock)) == ("running", 1, True)
    assert row["finished_at"] is None and row["seconds"] >= 0
    kill(process)
    before = archive.read_bytes()
    (row,) = rows(archive)
    # What it had done before it was killed is known.
    assert (row["outcome"], row["pages"], row["seconds"]) == ("killed", 1, None)
    assert archive.read_bytes() == before and not is_held(archive, lock)


def test_of_the_crawls_of_a_site_only_the_latest_can_be_at_work(tmp_path: Path) -> None:
    archive = tmp_path / "a.db"
    kill(at_work(archive, "crawl", "rmlt"))
    process = at_work(archive, "crawl", "rmlt")
    assert [row["outcome"] for row in rows(archive)] == ["running", "killed"]
    assert [row["outcome"] for row in rows(archive, "-n", "1")] == ["running"]
    kill(process)


def test_a_later_ingest_records_that_an_earlier_one_was_killed(tmp_path: Path) -> None:
    archive = tmp_path / "a.db"
    kill(at_work(archive, "ingest"))
    living = at_work(archive, "ingest")
    (tmp_path / "saved.txt").write_text(TEXT, encoding="utf-8")
    assert run("ingest", archive, tmp_path / "saved.txt").exit_code == 0
    with Archive.open(archive) as opened:
        outcomes = [row["outcome"] for row in opened.db["runs"].rows]
    assert outcomes == ["killed", "running", "finished"]
    kill(living)
    assert [path.name for path in tmp_path.glob("*.lock")] == ["a.db-ingest-2.lock"]


def test_a_look_at_a_lock_keeps_no_crawl_away(tmp_path: Path) -> None:
    archive = tmp_path / "a.db"
    kill(at_work(archive, "crawl", "rmlt"))
    looking = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, time; from pathlib import Path; from archive.lock import is_held\n"
            "print('looking', flush=True)\n"
            "while True: is_held(Path(sys.argv[1]), 'rmlt'); time.sleep(0.002)",
            str(archive),
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert looking.stdout is not None and looking.stdout.readline() == "looking\n"
    try:
        with Archive.open(archive) as opened:
            for _ in range(50):
                opened.check_free("rmlt")
    finally:
        looking.kill()
        looking.communicate()


def test_runs_are_chosen_by_site_time_and_number(tmp_path: Path) -> None:
    archive = tmp_path / "a.db"
    for site, started_at, finished_at in (
        ("rmlt", "2024-05-01T08:00:00+08:00", "2024-05-01T09:02:03+08:00"),
        ("other", "2024-05-02T08:00:00+08:00", "2024-05-02T08:00:05+08:00"),
    ):
        with Archive.open(archive) as opened:
            run_id = opened.begin_run("crawl", site, {})
            opened.end_run(run_id, "finished")
            times = {"started_at": started_at, "finished_at": finished_at}
            opened.db["runs"].update(run_id, times)
    assert [(row["site"], row["seconds"]) for row in rows(archive)] == [("other", 5), ("rmlt", 3723)]
    assert [row["site"] for row in rows(archive, "--site", "rmlt")] == ["rmlt"]
    assert [row["site"] for row in rows(archive, "--since", "2024-05-02")] == ["other"]
    assert rows(archive, "--since", "7d") == []
    assert len(rows(archive, "--since", "36500d")) == 2
    assert len(rows(archive, "-n", "1")) == 1
    table = run("runs", archive, "-t").stdout
    assert "1h2m3s" in table and "took" in table and "finished_at" not in table
    for bad in ("yesterday", "7", "2024-13-01", "0d"):
        result = run("runs", archive, "--since", bad)
        assert result.exit_code == 2 and bad in result.stderr


def test_runs_taken_over_from_another_archive_stand_in_their_time_and_hide_none_at_work(
    tmp_path: Path,
) -> None:
    ours, theirs = tmp_path / "a.db", tmp_path / "b.db"
    for site in ("rmlt", "other"):
        with Archive.open(theirs) as archive:
            run_id = archive.begin_run("crawl", site, {})
            archive.end_run(run_id, "finished")
            archive.db["runs"].update(run_id, {"started_at": "2024-05-01T08:00:00+08:00"})
    process = at_work(ours, "crawl", "rmlt")
    assert run("merge", ours, theirs).exit_code == 0
    assert [(row["site"], row["outcome"]) for row in rows(ours)] == [
        ("rmlt", "running"),
        ("other", "finished"),
        ("rmlt", "finished"),
    ]
    kill(process)


def test_an_archive_of_an_earlier_luntan_is_read_as_it_is(tmp_path: Path) -> None:
    archive = tmp_path / "a.db"
    with Archive.open(archive) as opened:
        opened.end_run(opened.begin_run("ingest", None, {}), "finished")
        opened.db.execute("ALTER TABLE runs DROP COLUMN gone")
    db = open_readonly(archive)
    assert [row["gone"] for row in list_runs(db, archive)] == [None]


def test_no_archive_is_one_sentence(tmp_path: Path) -> None:
    result = run("runs", tmp_path / "missing.db")
    assert result.exit_code == 1 and "no such archive" in result.stderr


@pytest.mark.parametrize("words", ["", "6", "h", "-1h", "1.5h", "6 h", "六h", "0s", "99999w", "6h\n"])
def test_what_is_no_length_of_time_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match="length of time"):
        parse_duration(words)


def test_lengths_of_time_add_up() -> None:
    assert parse_duration("1w2d3h4m5s") == timedelta(weeks=1, days=2, hours=3, minutes=4, seconds=5)
    assert datetime(2024, 5, 1) + parse_duration("1d") == datetime(2024, 5, 2)
