"""What an ingest receives is kept as received, pages of one article are joined, nothing is there twice."""

from __future__ import annotations

import gzip
import itertools
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from fastwarc.warc import ArchiveIterator, WarcRecordType

from archive.store import Archive
from crawler.cli import main
from tests.test_crawl import ROOT, query
from tests.test_warc_ingest import PAGE, URL, article, gz, ingest, record

SECOND, THIRD = (URL.format(f"700000_{number}") for number in (2, 3))
TEXT = "首页 > 社区观察 > 正文\n把书送到家门口\n" + "流动图书车开进了小区，老人和孩子围了上来。\n" * 8


def page(number: int, links_to: str | None = None) -> bytes:
    """A page of an article whose pages are told apart by their numbers."""
    link = f'<div class="page"><a href="{links_to}">下一页</a></div></body>' if links_to else "</body>"
    return article(number).replace(b"</body>", link.encode())


def several(at: Sequence[str] = ("2024-06-01T00:00:00Z",) * 3) -> list[bytes]:
    """The records of an article of three pages."""
    pages = (page(1, "700000_2.shtml"), page(2, "700000_3.shtml"), page(3))
    urls = (URL.format(700000), SECOND, THIRD)
    return [record(url, body, at=time) for url, body, time in zip(urls, pages, at, strict=True)]


def run(*arguments: str | Path) -> str:
    result = CliRunner().invoke(main, [*map(str, arguments)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def exported(archive: Path) -> list[dict[str, Any]]:
    return [
        json.loads(line) for line in run("export", archive, "--include", "bylines,revisions").splitlines()
    ]


def kinds(archive: Path) -> list[WarcRecordType]:
    found = []
    for path in sorted(archive.with_suffix(".warc").iterdir()):
        with path.open("rb") as file:
            found += [record.record_type for record in ArchiveIterator(file, parse_http=False)]
    return found


def holds(archive: Path) -> None:
    """All evidence is in its place and right, and read again it says the same."""
    assert run("check", archive, "--deep") == ""
    before = exported(archive)
    run("replay", archive)
    assert exported(archive) == before
    assert not query(archive, "SELECT url FROM pages WHERE state = 'stored' AND capture_id IS NULL")


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "page.html").write_bytes(PAGE.read_bytes())
    (folder / "text.txt").write_text(TEXT, encoding="gb18030")
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(article(5)), article(5))
    packed = gzip.compress(article(6))
    wet = record(
        URL.format(7), (TEXT + "责任编辑：王红").encode(), "Content-Type: text/plain", kind="conversion"
    )
    others = [
        record(URL.format(700004), article(4)),
        record(URL.format(700005), chunked, head="Transfer-Encoding: chunked\r\n"),
        record(URL.format(700006), packed, head="Content-Encoding: gzip\r\n"),
        wet,
    ]
    (folder / "others.warc.gz").write_bytes(gz(others))
    return folder


def test_files_and_records_are_kept_as_received_and_read_again_by_replay(tmp_path: Path, files: Path) -> None:
    archive = tmp_path / "a.db"
    result = ingest(archive, files)
    assert result.exit_code == 0, result.output
    assert query(archive, "SELECT count(*) FROM pages WHERE state = 'stored'") == [(6,)]
    found = kinds(archive)
    assert found.count(WarcRecordType.resource) == 2
    assert found.count(WarcRecordType.response) == 3
    assert found.count(WarcRecordType.conversion) == 1
    holds(archive)
    kept = {path.read_bytes() for path in files.iterdir()}
    for path in archive.with_suffix(".warc").iterdir():
        with path.open("rb") as file:
            for one in ArchiveIterator(file, parse_http=False):
                block = one.reader.read()
                if one.record_type == WarcRecordType.resource:
                    assert block in kept
                if one.record_type == WarcRecordType.response:
                    assert one.record_date.isoformat() == "2024-06-01T00:00:00+00:00"


def test_what_is_read_better_reaches_ingested_pages_too(tmp_path: Path, files: Path) -> None:
    archive = tmp_path / "a.db"
    ingest(archive, files)
    before = exported(archive)
    with Archive.open(archive) as opened:
        opened.db.execute("UPDATE articles SET editor = '读错了', title = 'x'")
    run("replay", archive)
    assert exported(archive) == before


def test_the_same_files_again_write_nothing(tmp_path: Path, files: Path) -> None:
    archive = tmp_path / "a.db"
    (files / "several.warc").write_bytes(b"".join(several()))
    ingest(archive, files)
    # How often a page was read is a record of the runs.
    tables = (
        "articles",
        "(SELECT url, state, fetched_at, payload_sha256, capture_id, article_id FROM pages)",
    )
    tables += ("captures", "revisions")
    before = [query(archive, f"SELECT * FROM {table}") for table in tables]
    evidence = {path.name for path in archive.with_suffix(".warc").iterdir()}
    for path in (files, files, archive.with_suffix(".warc")):
        result = ingest(archive, path)
        assert result.exit_code == 0, result.output
        assert [query(archive, f"SELECT * FROM {table}") for table in tables] == before
        assert {path.name for path in archive.with_suffix(".warc").iterdir()} == evidence


def test_no_warc_keeps_nothing(tmp_path: Path, files: Path) -> None:
    archive = tmp_path / "a.db"
    assert ingest(archive, files, "--no-warc").exit_code == 0
    assert not archive.with_suffix(".warc").exists()
    assert query(archive, "SELECT count(*) FROM captures") == [(0,)]
    assert query(archive, "SELECT count(*) FROM articles")[0][0] > 0
    assert ingest(archive, files).exit_code == 0
    holds(archive)


ORDERS = list(itertools.permutations(range(3)))


@pytest.mark.parametrize("order", ORDERS, ids=map(str, ORDERS))
@pytest.mark.parametrize("evidence", [(), ("--no-warc",)], ids=["evidence", "no-warc"])
def test_pages_in_any_order_and_any_files_make_one_article(
    tmp_path: Path, order: tuple[int, ...], evidence: tuple[str, ...]
) -> None:
    archive = tmp_path / "a.db"
    parts = several()
    paths = [tmp_path / f"{number}.warc.gz" for number in range(2)]
    paths[0].write_bytes(gz([parts[order[0]], record(URL.format(700009), article(9))]))
    paths[1].write_bytes(gz([parts[order[1]], parts[order[2]]]))
    result = ingest(archive, *paths, *evidence)
    assert result.exit_code == 0, result.output
    found = {one["url"]: one for one in exported(archive)}
    assert set(found) == {URL.format(700000), URL.format(700009)}
    body = found[URL.format(700000)]["body"]
    assert body.index("第1次") < body.index("第2次") < body.index("第3次")
    if not evidence:
        assert query(archive, "SELECT part FROM captures WHERE page_url LIKE '%700000%' ORDER BY id") == [
            (1,),
            (2,),
            (3,),
        ]
        holds(archive)


def test_of_several_captures_the_nearest_in_time_is_joined(tmp_path: Path) -> None:
    archive, path = tmp_path / "a.db", tmp_path / "in.warc"
    first, second, third = several()
    older = record(SECOND, page(8, "700000_3.shtml"), at="2020-01-01T00:00:00Z")
    path.write_bytes(older + first + third + second)
    assert ingest(archive, path).exit_code == 0
    (found,) = exported(archive)
    assert "第2次" in found["body"] and "第8次" not in found["body"]


def test_a_page_that_is_not_in_the_files_is_told_and_joined_when_it_comes(tmp_path: Path) -> None:
    archive = tmp_path / "a.db"
    parts = several()
    for name, chosen, words in (
        ("one", [parts[0]], f"page 2 of the article, {SECOND}, is not in the files"),
        ("orphan", [parts[1]], f"the first page before {SECOND} is not in the files"),
    ):
        path = tmp_path / f"{name}.warc"
        path.write_bytes(b"".join(chosen))
        result = ingest(archive, path)
        assert result.exit_code == 1 and words in result.output
        assert ("1 incomplete" in result.output) == (name == "one")
        assert query(archive, "SELECT count(*) FROM articles") == [(1,)]
    path.write_bytes(b"".join(parts))
    assert ingest(archive, path).exit_code == 0
    (found,) = exported(archive)
    assert "第3次" in found["body"]
    assert WarcRecordType.revisit in kinds(archive), "what was kept already is not kept twice"
    holds(archive)


def test_an_article_whose_first_page_has_a_number_too_is_joined(tmp_path: Path) -> None:
    archive, path = tmp_path / "a.db", tmp_path / "in.warc"
    urls = [f"http://www.example.cn/c_{number}.html" for number in (2, 1)]
    path.write_bytes(record(urls[0], page(2)) + record(urls[1], page(1, "c_2.html")))
    assert ingest(archive, path, "--any-site").exit_code == 0
    (found,) = exported(archive)
    assert found["url"] == urls[1] and "第2次" in found["body"]
    holds(archive)


def test_pages_that_name_each_other_as_the_next_end(tmp_path: Path) -> None:
    archive, path = tmp_path / "a.db", tmp_path / "in.warc"
    path.write_bytes(
        record(URL.format(700000), page(1, "700000_2.shtml")) + record(SECOND, page(2, "700000_2.shtml"))
    )
    assert ingest(archive, path).exit_code == 0
    (found,) = exported(archive)
    assert found["body"].count("第2次") == article(2).count("第2次".encode())
    holds(archive)


def test_an_older_capture_is_kept_and_the_page_stands_on_the_newer(tmp_path: Path) -> None:
    archive, path = tmp_path / "a.db", tmp_path / "in.warc"
    path.write_bytes(
        record(URL.format(1), article(1)) + record(URL.format(1), article(2), at="2020-01-01T00:00:00Z")
    )
    assert ingest(archive, path).exit_code == 0
    assert query(archive, "SELECT page_url IS NULL, fetched_at FROM captures ORDER BY id") == [
        (0, "2024-06-01T08:00:00+08:00"),
        (1, "2020-01-01T08:00:00+08:00"),
    ]
    holds(archive)


def test_a_text_that_comes_back_stands_on_its_own_evidence(tmp_path: Path) -> None:
    archive, path = tmp_path / "a.db", tmp_path / "in.warc"
    times = ("2024-06-01T00:00:00Z", "2024-06-02T00:00:00Z", "2024-06-03T00:00:00Z")
    bodies = (article(1), article(2), article(1))
    path.write_bytes(
        b"".join(record(URL.format(1), one, at=at) for one, at in zip(bodies, times, strict=True))
    )
    assert ingest(archive, path).exit_code == 0
    (found,) = exported(archive)
    assert "（1）" in found["title"] and len(found["revisions"]) == 2
    holds(archive)


def test_a_page_that_is_refused_is_kept_for_a_better_reader(tmp_path: Path) -> None:
    archive, path = tmp_path / "a.db", tmp_path / "in.warc"
    path.write_bytes(record(URL.format(1), "<title>页</title><p>短".encode()))
    ingest(archive, path)
    assert query(archive, "SELECT state, capture_id NOT NULL FROM pages") == [("refused", 1)]


def test_what_a_killed_ingest_left_half_written_is_mended(tmp_path: Path, files: Path) -> None:
    archive = tmp_path / "a.db"
    ingest(archive, files)
    (path,) = archive.with_suffix(".warc").iterdir()
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:200])
    with Archive.open(archive) as opened:
        opened.db.execute("UPDATE runs SET outcome = 'running', finished_at = NULL")
    assert ingest(archive, files).exit_code == 0
    assert path.read_bytes() == whole
    assert query(archive, "SELECT outcome FROM runs ORDER BY id") == [("killed",), ("finished",)]


def test_a_record_of_two_gigabytes_is_told_and_passed_over(tmp_path: Path) -> None:
    archive, path = tmp_path / "a.db", tmp_path / "in.warc"
    large = record(URL.format(1), b"").replace(b"Content-Length: ", b"Content-Length: 2147483648\r\nX-Was: ")
    with path.open("wb") as file:
        file.write(large.removesuffix(b"\r\n\r\n"))
        # A hole: it takes no place on the disk.
        file.seek(file.tell() + (1 << 31) - (len(large) - large.index(b"\r\n\r\n") - 8))
        file.write(b"\r\n\r\n" + record(URL.format(2), article(2)))
    result = ingest(archive, path)
    assert result.exit_code == 1 and "a record of 2147483648 bytes" in result.output
    assert query(archive, "SELECT url FROM articles") == [(URL.format(2),)]


@pytest.mark.parametrize(
    "url",
    [
        "file://../../etc/passwd",
        "file:///etc/passwd",
        "http:///../../x",
        "http://[::1",
        "../../a.html",
        "http://www.rmlt.com.cn/../../../etc/passwd",
        "http://www.rmlt.com.cn/%2e%2e/%2e%2e/x",
    ],
)
def test_an_address_that_climbs_out_reaches_no_file(tmp_path: Path, url: str) -> None:
    folder = tmp_path / "in" / "deep"
    folder.mkdir(parents=True)
    path = folder / "in.warc"
    path.write_bytes(record(url, article(1)))
    for options in ((), ("--any-site",)):
        assert "Traceback" not in ingest(folder / "a.db", path, *options).output
    written = [one for one in tmp_path.rglob("*") if one.is_file()]
    assert {one.parent for one in written} <= {folder, folder / "a.warc"}


LIMITED = """
import resource, signal, sys
from crawler.cli import main
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
main(sys.argv[2:], prog_name="luntan")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no such limit")
def test_a_full_disk_ends_an_ingest_with_a_sentence_and_the_next_one_does_all(tmp_path: Path) -> None:
    archive, path = tmp_path / "a.db", tmp_path / "other.warc"
    run("ingest", archive, PAGE)
    path.write_bytes(b"".join(record(URL.format(600000 + number), article(number)) for number in range(800)))
    limit = archive.stat().st_size + 600_000
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(limit), "ingest", str(archive), str(path)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=120,
    )
    assert done.returncode == 1 and "full" in done.stderr and "Traceback" not in done.stderr, done.stderr
    assert query(archive, "PRAGMA integrity_check") == [("ok",)]
    assert ingest(archive, path).exit_code == 0
    holds(archive)
