"""`luntan check`: what tools left out of step is mended, what is damaged is told, and somebody is told."""

from __future__ import annotations

import json
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlite_utils import Database

from archive.store import Archive
from crawler.cli import main
from crawler.demo.run import registered
from crawler.demo.server import DemoServer, serve, serving
from crawler.demo.site import demo_sites
from tests.test_crawl import FAST, luntan, query
from tests.test_search import TEXTS, saved


def run(path: Path, *options: str) -> Result:
    return CliRunner().invoke(main, ["check", str(path), *options], catch_exceptions=False)


def check(path: Path) -> str:
    result = run(path)
    assert result.exit_code == 0, result.output
    return result.stdout


def findings(path: Path, *options: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run(path, "--nl", *options).stdout.splitlines()]


def found(path: Path, word: str) -> list[int]:
    sql = "SELECT rowid FROM articles_fts WHERE articles_fts MATCH ?"
    with Database(path).conn as conn:
        return [row[0] for row in conn.execute(sql, (word,))]


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    path = tmp_path / "a.db"
    with Archive.open(path) as archive:
        for number, text in enumerate(TEXTS):
            saved(archive, number, *text)
    return path


def test_what_stock_tools_left_out_of_step_is_mended(texts: Path) -> None:
    assert "5 changed articles indexed" in check(texts)
    assert check(texts) == ""
    db = Database(texts)
    db["articles"].update(2, {"title": "温室"})
    assert "1 changed articles indexed" in check(texts)
    assert found(texts, "温室") == [2]
    db["articles"].transform(column_order=["id", "title"])
    db["articles"].update(2, {"title": "花房"})
    output = check(texts)
    assert "search index: triggers are missing" in output and "changes: triggers are missing" in output
    assert (found(texts, "温室"), found(texts, "花房")) == ([], [2])
    db["articles"].rebuild_fts()
    assert "5 articles have other words in it - mended" in check(texts)
    assert found(texts, "社区") == [1, 2, 3, 5]
    assert check(texts) == ""


def test_an_index_and_a_view_that_a_tool_dropped_are_made_anew(texts: Path) -> None:
    check(texts)
    db = Database(texts)
    before = {row["name"] for row in db.query("SELECT name FROM sqlite_master")}
    db.execute("DROP INDEX idx_articles_text_sha256")
    db["people"].drop()
    output = check(texts)
    assert "index idx_articles_text_sha256 is missing, and was made anew - mended" in output
    assert "view people is missing" in output
    assert {row["name"] for row in db.query("SELECT name FROM sqlite_master")} == before


def test_a_row_taken_out_of_the_index_is_put_back(texts: Path) -> None:
    check(texts)
    Database(texts).execute("DELETE FROM articles_fts_docsize WHERE id = 3")
    assert "1 articles are not in it - mended" in check(texts)
    assert 3 in found(texts, "社区")


def test_a_text_that_a_tool_changed_is_told_by_its_digest(texts: Path) -> None:
    check(texts)
    Database(texts)["articles"].update(2, {"body": "另一段话。"})
    result = run(texts)
    assert result.exit_code == 1
    assert "1 of 5 articles have another digest than their body" in result.stdout
    assert "http://www.example.cn/2024/0101/1.shtml" in result.stdout


def test_rows_that_point_to_nothing_are_told(texts: Path) -> None:
    check(texts)
    with sqlite3.connect(texts) as conn:
        conn.execute("DELETE FROM articles WHERE id = 2")
        conn.execute(
            "INSERT INTO articles SELECT 9, 'http://www.example.cn/9', site, \"column\", series, title,"
            " subtitle, author, editor, source, published_at, body, keywords, script, restored,"
            " original_url, body_sha256, text_sha256, revision, first_seen_at, last_seen_at, gone_at,"
            " provenance FROM articles WHERE id = 1"
        )
    told = {one["field"]: one["what"] for one in findings(texts) if one["kind"] == "references"}
    assert "point to rows of articles that are not there" in told["pages"]
    assert "point to rows of articles" in told["bylines"]
    assert told["articles"] == "1 articles come from no page that the archive knows"


def test_a_damaged_file_is_told_and_not_touched(texts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check(texts)
    with sqlite3.connect(texts) as conn:
        conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        root, size = conn.execute(
            "SELECT rootpage, page_size FROM sqlite_master, pragma_page_size WHERE name = 'articles'"
        ).fetchone()
    data = bytearray(texts.read_bytes())
    data[(root - 1) * size : (root - 1) * size + 40] = bytes(range(40))
    texts.write_bytes(data)
    result = run(texts)
    assert result.exit_code == 1
    assert "error: the file is damaged" in result.stdout and "restore it from a copy" in result.stdout
    assert texts.read_bytes() == data
    monkeypatch.chdir(texts.parent)
    run(texts, "--hook", HOOK)
    assert json.loads((texts.parent / "told").read_text())["kind"] == "integrity"


def test_an_archive_that_can_not_be_opened_is_told_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.db").write_bytes(b"no archive" * 1000)
    result = CliRunner().invoke(main, ["check", "a.db", "--hook", HOOK])
    assert result.exit_code == 1 and "not an SQLite file" in result.output
    told = json.loads((tmp_path / "told").read_text())
    assert told["what"] == "a.db: not an SQLite file"
    assert told["todo"] == "give the path of an archive"


def test_bytes_that_are_no_archive_are_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    path.write_bytes(b"SQLite format 3\0" + bytes(5000))
    result = CliRunner().invoke(main, ["check", str(path)])
    assert result.exit_code == 1 and "Traceback" not in result.output
    assert CliRunner().invoke(main, ["check", str(tmp_path / "none.db")]).exit_code == 1


@pytest.mark.parametrize("since", ["7", "yesterday", "2024-13-01", "-7d"])
def test_a_time_that_is_none_is_wrong_usage(texts: Path, since: str) -> None:
    assert run(texts, f"--since={since}").exit_code == 2


@pytest.mark.parametrize("since", ["7d", "24h", "2w", "2024-01-01"])
def test_a_span_or_a_day_is_a_time(texts: Path, since: str) -> None:
    assert run(texts, f"--since={since}").exit_code == 0


# --- the evidence ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def server() -> Iterator[DemoServer]:
    with serve() as running, registered(demo_sites(running.url)):
        yield running


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory, server: DemoServer) -> Path:
    archive = tmp_path_factory.mktemp("crawled") / "a.db"
    for _ in range(2):
        code, out = luntan(server, "crawl", str(archive), "demo", *FAST)
        assert code == 0, out
    return archive


@pytest.fixture
def archive(crawled: Path, tmp_path: Path) -> Path:
    shutil.copytree(crawled.parent, tmp_path / "copy")
    return tmp_path / "copy" / "a.db"


def largest(archive: Path) -> Path:
    return max(archive.with_suffix(".warc").iterdir(), key=lambda path: path.stat().st_size)


def test_a_whole_archive_with_its_evidence_has_no_finding(archive: Path) -> None:
    assert findings(archive) == []
    assert findings(archive, "--deep") == []


def test_one_byte_of_evidence_is_found_by_reading_it(archive: Path) -> None:
    url, name, offset, length = query(
        archive, "SELECT url, warc_file, warc_offset, warc_length FROM captures WHERE page_url NOT NULL"
    )[5]
    path = archive.with_suffix(".warc") / name
    data = bytearray(path.read_bytes())
    data[offset + length // 2] ^= 0xFF
    path.write_bytes(data)
    assert findings(archive) == []
    (finding,) = findings(archive, "--deep")
    assert (finding["kind"], finding["field"], finding["example"]) == ("record", name, url)
    assert finding["what"].startswith("1 of ")
    assert findings(archive) == [], "not looked for"
    assert query(archive, "SELECT kind FROM alarms") == [("record",)]


def test_a_record_in_another_ones_place_is_found(archive: Path) -> None:
    with sqlite3.connect(archive) as conn:
        conn.execute("UPDATE captures SET payload_sha256 = 'x' WHERE id = 3")
        conn.execute("UPDATE captures SET url = url || '?' WHERE id = 5")
    (finding,) = findings(archive, "--deep")
    assert finding["what"].startswith("2 of ") and "digest" in finding["what"]


def test_a_file_that_is_gone_or_too_short_is_told(archive: Path) -> None:
    path = largest(archive)
    path.write_bytes(path.read_bytes()[:-2000])
    (finding,) = findings(archive)
    assert "lacks the evidence of" in finding["what"] and finding["field"] == path.name
    path.unlink()
    (finding,) = findings(archive)
    assert "is not there" in finding["what"] and finding["example"].startswith("http")


def test_an_archive_copied_without_its_evidence_is_one_finding(archive: Path) -> None:
    shutil.rmtree(archive.with_suffix(".warc"))
    for options in ((), ("--deep",)):
        (finding,) = findings(archive, *options)
        assert "copy the folder beside the archive" in finding["todo"]


def test_a_file_that_no_row_knows_and_a_name_that_climbs_out_are_told(archive: Path) -> None:
    shutil.copy(largest(archive), archive.with_suffix(".warc") / "stray.warc.gz")
    with sqlite3.connect(archive) as conn:
        conn.execute("UPDATE captures SET warc_file = '../a.db' WHERE id = 2")
    told = {one["field"]: one["what"] for one in findings(archive)}
    assert told["stray.warc.gz"] == "no row knows stray.warc.gz"
    assert "../a.db is not there" in told["../a.db"]


def test_articles_whose_evidence_was_taken_out_are_told(archive: Path) -> None:
    ((url,),) = query(archive, "SELECT url FROM pages WHERE state = 'stored' LIMIT 1")
    with sqlite3.connect(archive) as conn:
        conn.execute("UPDATE pages SET capture_id = NULL WHERE url = ?", (url,))
        conn.execute("DELETE FROM captures WHERE page_url = ?", (url,))
        # Two crawls within one second.
        conn.execute("UPDATE runs SET started_at = (SELECT min(started_at) FROM runs)")
        conn.execute("UPDATE runs SET finished_at = (SELECT max(finished_at) FROM runs)")
    (finding,) = findings(archive)
    assert finding["what"].startswith("1 articles have no evidence") and finding["example"] == url


# --- telling somebody --------------------------------------------------------------------------

HOOK = f"{sys.executable} -c \"import sys; open('told', 'a').write(sys.stdin.read())\""


def test_a_hook_is_told_of_what_is_new_once(texts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(texts.parent)
    told = texts.parent / "told"
    assert run(texts, "--hook", HOOK).exit_code == 0
    assert not told.exists(), "nothing to tell"
    Database(texts)["articles"].update(2, {"body": "另一段话。"})
    for _ in range(2):
        assert run(texts, "--hook", HOOK).exit_code == 1
        (line,) = told.read_text().splitlines()
    assert json.loads(line)["kind"] == "digests"
    Database(texts)["alarms"].update(1, {"told_at": "2024-01-01T08:00:00+08:00"})
    run(texts, "--hook", HOOK)
    assert len(told.read_text().splitlines()) == 2, "after a week it reminds"


@pytest.mark.parametrize("hook", ["false", "no-such-command-here", "'", "", f"{sys.executable} -c 1/0"])
def test_a_hook_that_fails_is_one_sentence_and_is_tried_again(texts: Path, hook: str) -> None:
    Database(texts)["articles"].update(2, {"body": "另一段话。"})
    for _ in range(2):
        result = run(texts, f"--hook={hook}")
        assert result.exit_code == 1
        assert ("Error: --hook" in result.stderr) == bool(hook)
    assert query(texts, "SELECT told_at FROM alarms") == [(None,)]


def test_what_is_mended_or_over_is_no_alarm_any_more(texts: Path) -> None:
    body = query(texts, "SELECT body FROM articles WHERE id = 2")[0][0]
    Database(texts)["articles"].update(2, {"body": "另一段话。"})
    (finding,) = [one for one in findings(texts, "--deep") if one["severity"] == "error"]
    assert finding["found_at"]
    Database(texts)["articles"].update(2, {"body": body})
    assert run(texts, "--deep").exit_code == 0
    assert query(texts, "SELECT * FROM alarms") == []


@pytest.fixture
def service() -> Iterator[tuple[str, list[str]]]:
    bodies: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            bodies.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.send_response(403 if "refuse" in self.path else 200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with serving(HTTPServer(("127.0.0.1", 0), Handler)) as server:
        yield f"127.0.0.1:{server.server_port}", bodies


def test_a_service_is_told_and_its_secret_is_not_printed(
    texts: Path, service: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("apprise")
    host, bodies = service
    monkeypatch.setenv("NO_PROXY", "*")
    Database(texts)["articles"].update(2, {"body": "另一段话。"})
    result = run(texts, "--notify", f"json://user:geheim@{host}/refuse", "--notify", "nonsense://geheim")
    assert result.exit_code == 1 and "geheim" not in result.output
    assert "the service of address 1 did not take the message" in result.stderr
    assert "address 2 is none that apprise knows" in result.stderr
    monkeypatch.setenv("LUNTAN_NOTIFY", f"json://{host}/")
    assert "Error" not in run(texts).stderr
    assert len(bodies) == 2 and "another digest" in json.loads(bodies[-1])["message"]
    run(texts)
    assert len(bodies) == 2, "told once"


def test_without_apprise_the_extra_is_named(texts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    Database(texts)["articles"].update(2, {"body": "另一段话。"})
    result = run(texts, "--notify", "json://127.0.0.1/")
    assert result.exit_code == 1 and "pip install 'luntan[notify]'" in result.stderr
