"""Opening: what is not an archive is said to be so, and never written to."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from archive.connect import open_readonly
from archive.errors import ArchiveUnusable, NoArchive, NotAnArchive, SchemaTooNew
from archive.migrations import names
from archive.store import Archive


def test_a_new_archive_has_the_whole_schema(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "a.db") as archive:
        tables = set(archive.db.table_names())
        assert tables >= {"articles", "bylines", "images", "revisions", "copies", "repairs", "pages", "runs"}
        views = {"people", "editors_of_authors", "columns_by_month", "reprints", "edits", "gone", "listing"}
        assert set(archive.db.view_names()) == views
        assert archive.db.journal_mode == "wal"
        assert [row["name"] for row in archive.db["_sqlite_migrations"].rows] == names()


def test_opening_again_keeps_every_row(tmp_path: Path) -> None:
    with Archive.open(tmp_path / "a.db") as archive:
        archive.begin_run("crawl", "rmlt", {})
    with Archive.open(tmp_path / "a.db") as archive:
        assert archive.db["runs"].count == 1


@pytest.mark.parametrize(
    "content", [b"no database at all, only words", b"\0" * 4096, b"SQLite format 3\0" * 99]
)
def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.db"
    path.write_bytes(content)
    for opened in (Archive.open, open_readonly):
        with pytest.raises((NotAnArchive, ArchiveUnusable), match=r"a\.db"):
            opened(path)
    assert path.read_bytes() == content


def test_the_database_of_another_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as conn:
        conn.execute("CREATE TABLE bookmarks (id)")
    before = path.read_bytes()
    for opened in (Archive.open, open_readonly):
        with pytest.raises(NotAnArchive, match="not written by luntan"):
            opened(path)
    assert path.read_bytes() == before


def test_a_schema_newer_than_the_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with Archive.open(path) as archive:
        archive.db["_sqlite_migrations"].insert(
            {"migration_set": "luntan", "name": "m999_future", "applied_at": "2031"}
        )
    for opened in (Archive.open, open_readonly):
        with pytest.raises(SchemaTooNew, match="m999_future"):
            opened(path)


def test_a_missing_archive_is_not_made_by_reading(tmp_path: Path) -> None:
    path = tmp_path / "missing.db"
    with pytest.raises(NoArchive, match="luntan crawl"):
        open_readonly(path)
    assert not path.exists()


def test_a_folder_in_the_way_is_said_to_be_so(tmp_path: Path) -> None:
    with pytest.raises(ArchiveUnusable, match="unable to open"):
        Archive.open(tmp_path)


def test_reading_can_not_write(tmp_path: Path) -> None:
    Archive.open(tmp_path / "a.db").close()
    db = open_readonly(tmp_path / "a.db")
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        db.conn.execute("DELETE FROM runs")


def test_many_processes_may_make_the_same_archive_at_once(tmp_path: Path) -> None:
    program = "import sys; from archive.store import Archive; Archive.open(sys.argv[1]).close()"
    started = [subprocess.Popen([sys.executable, "-c", program, str(tmp_path / "a.db")]) for _ in range(4)]
    assert [process.wait(60) for process in started] == [0, 0, 0, 0]
