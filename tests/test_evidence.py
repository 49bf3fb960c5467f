"""Evidence: what is written can be read by others, is mended after a crash, and rows never point past it."""

from __future__ import annotations

import gzip
import shutil
import sqlite3
import subprocess
import sys
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from fastwarc.warc import ArchiveIterator, WarcRecordType, has_valid_payload_digest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import ArchiveUnusable
from archive.store import Archive
from crawler.demo.server import DemoServer
from crawler.evidence.http import BadCapture, parse_response
from crawler.evidence.mend import mend
from crawler.evidence.reader import Place, read_place
from crawler.evidence.records import Earlier, Exchange, members_of
from crawler.evidence.writer import EvidenceWriter
from tests.test_crawl import FAST, luntan, query

URL = "http://www.example.cn/2024/0501/1.shtml"
BODY = "清晨的图书馆已经坐满了人。".encode() * 50
AT = "2026-01-01T08:00:00+08:00"


def exchange(payload: bytes = BODY, status: int = 200, earlier: Earlier | None = None) -> Exchange:
    headers = [(b"Content-Type", b"text/html"), (b"Transfer-Encoding", b"chunked")]
    asked = [(b"User-Agent", b"luntan")]
    about = [("via", "http://www.example.cn/")]
    return Exchange(URL, AT, "GET", asked, status, headers, payload, "HTTP/1.1", "127.0.0.1", about, earlier)


def records(data: bytes) -> list[tuple[WarcRecordType, dict[str, str], bytes]]:
    return [
        (record.record_type, record.headers.to_dict(), record.reader.read())
        for record in ArchiveIterator(BytesIO(data), parse_http=False)
    ]


def write(folder: Path, count: int, **values: Any) -> list[dict[str, Any]]:
    writer = EvidenceWriter(folder, "demo-1", [("software", "luntan")], **values)
    captures: list[dict[str, Any]] = [{} for _ in range(count)]
    for number, capture in enumerate(captures):
        writer.add(exchange(BODY + str(number).encode()), capture)
    writer.sync()
    writer.close()
    return captures


def test_an_exchange_is_a_response_a_request_and_what_was_known_of_it() -> None:
    members = members_of(exchange())
    response, request, metadata = records(members.response + members.others)
    assert response[0] == WarcRecordType.response
    assert response[1]["WARC-Date"] == "2026-01-01T00:00:00Z"
    assert (response[1]["WARC-IP-Address"], response[1]["WARC-Protocol"]) == ("127.0.0.1", "http/1.1")
    assert response[2].endswith(b"\r\n\r\n" + BODY)
    assert b"\r\nTransfer-Encoding" not in response[2]
    assert (
        request[2] == b"GET /2024/0501/1.shtml HTTP/1.1\r\nHost: www.example.cn\r\nUser-Agent: luntan\r\n\r\n"
    )
    assert metadata[2] == b"via: http://www.example.cn/\r\n"
    for other in (request, metadata):
        assert other[1]["WARC-Concurrent-To"] == response[1]["WARC-Record-ID"]
    for record in ArchiveIterator(BytesIO(members.response)):
        assert has_valid_payload_digest(record)


@pytest.mark.parametrize("status", [200, 304])
def test_what_is_kept_already_is_a_revisit(status: int) -> None:
    first = members_of(exchange())
    earlier = Earlier(7, first.payload_sha256, AT)
    again = members_of(exchange(BODY if status == 200 else b"", status, earlier))
    assert again.is_revisit and again.payload_sha256 == first.payload_sha256
    ((kind, headers, block),) = records(again.response)
    assert kind == WarcRecordType.revisit
    assert headers["WARC-Refers-To-Target-URI"] == URL
    assert headers["WARC-Refers-To-Date"] == "2026-01-01T00:00:00Z"
    assert BODY not in block
    assert not members_of(exchange(BODY + b"!", 200, earlier)).is_revisit


def test_every_record_lies_where_its_row_says_in_files_of_a_size(tmp_path: Path) -> None:
    captures = write(tmp_path, 30, max_bytes=4_000)
    assert len({capture["warc_file"] for capture in captures}) > 2
    for number, capture in enumerate(captures):
        place = Place(capture["warc_file"], capture["warc_offset"], capture["warc_length"])
        assert read_place(tmp_path, place).payload == BODY + str(number).encode()


@given(cut=st.integers(1, 3_000), known=st.booleans())
def test_a_file_cut_anywhere_keeps_all_its_whole_records(
    tmp_path_factory: pytest.TempPathFactory, cut: int, known: bool
) -> None:
    folder = tmp_path_factory.mktemp("cut")
    captures = write(folder, 5)
    path = folder / captures[0]["warc_file"]
    whole = path.read_bytes()
    ends = [0]
    for record in ArchiveIterator(BytesIO(whole), parse_http=False):
        ends.append(record.stream_pos)
    ends.append(len(whole))
    kept = max(len(whole) - cut, 0)
    path.write_bytes(whole[:kept])
    begin = captures[0]["warc_offset"] if known and kept > captures[0]["warc_offset"] else 0
    expected = max(end for end in ends if end <= kept)
    assert mend(path, begin) == kept - expected
    assert path.exists() == bool(expected)
    if expected:
        assert path.read_bytes() == whole[:expected]
        assert mend(path) == 0


def test_a_write_that_fails_leaves_no_half_record_and_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = EvidenceWriter(tmp_path, "demo-1", [])
    first: dict[str, Any] = {}
    writer.add(exchange(), first)
    writer.sync()
    real = EvidenceWriter._write

    def fill(self: EvidenceWriter, file: Any, data: bytes) -> None:
        class Full:
            def __getattr__(self, name: str) -> Any:
                return getattr(file, name)

            def write(self, part: bytes) -> int:
                if len(part) < len(data):
                    raise OSError(28, "No space left on device")
                return int(file.write(part[:100]))

        real(self, Full(), data)  # type: ignore[arg-type]

    monkeypatch.setattr(EvidenceWriter, "_write", fill)
    writer.add(exchange(), {})
    with pytest.raises(ArchiveUnusable, match="the disk is full"):
        writer.sync()
    writer.close()
    path = tmp_path / first["warc_file"]
    assert mend(path) == 0, "nothing half written stays"
    assert len(records(path.read_bytes())) == 4


def test_no_row_is_committed_when_its_evidence_can_not_be_written(tmp_path: Path) -> None:
    class Broken:
        def sync(self) -> None:
            raise ArchiveUnusable("the disk is full")

        def close(self) -> None:
            pass

    archive = Archive.open(tmp_path / "a.db")
    archive.evidence = Broken()
    archive.save_capture({})
    with pytest.raises(ArchiveUnusable):
        archive.close()
    with sqlite3.connect(tmp_path / "a.db") as conn:
        assert conn.execute("SELECT count(*) FROM captures").fetchone() == (0,)


@pytest.mark.parametrize(
    "place",
    [
        Place("../outside.warc.gz", 0, 100),
        Place("/etc/passwd", 0, 100),
        Place("gone.warc.gz", 0, 100),
        Place("a.warc.gz", 100_000, 100),
        Place("a.warc.gz", -1, 100),
        Place("a.warc.gz", 0, 1 << 40),
        Place("a.warc.gz", 0, 20),
        Place("a.warc.gz", 3, 200),
    ],
)
def test_a_place_that_holds_no_record_is_a_typed_refusal(tmp_path: Path, place: Place) -> None:
    (tmp_path / "a.warc.gz").write_bytes(members_of(exchange()).response)
    with pytest.raises(BadCapture):
        read_place(tmp_path, place)


def test_a_bomb_is_no_payload() -> None:
    packed = gzip.compress(b"0" * 50_000_000)
    with pytest.raises(BadCapture, match="more than"):
        parse_response(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + packed)


@given(st.binary(max_size=400))
def test_any_block_is_a_response_or_a_typed_refusal(block: bytes) -> None:
    for head in (b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\n\r\n"):
        with suppress(BadCapture):
            parse_response(head + block)


def test_a_crawl_keeps_every_response_and_every_page_stands_on_one(
    tmp_path: Path, server: DemoServer
) -> None:
    archive, folder = tmp_path / "a.db", tmp_path / "a.warc"
    server.requested.clear()
    code, out = luntan(server, "crawl", str(archive), "demo", *FAST)
    assert code == 0, out
    captures = query(archive, "SELECT url, status, warc_file, warc_offset, warc_length FROM captures")
    assert sorted(row[0] for row in captures) == sorted(server.requested)
    for _, status, *place in captures:
        assert read_place(folder, Place(*place)).status == status
    assert {301, 404} <= {row[1] for row in captures}
    assert not query(archive, "SELECT url FROM pages WHERE state = 'stored' AND capture_id IS NULL")
    parts = query(archive, "SELECT max(part) FROM captures GROUP BY page_url ORDER BY 1 DESC")
    assert parts[0][0] > 1, "the sample site has an article of several pages"

    code, out = luntan(server, "crawl", str(archive), "demo", *FAST)
    assert code == 0, out
    again = query(archive, "SELECT status, refers_to FROM captures ORDER BY id")[len(captures) :]
    assert again and all(refers_to is not None for _, refers_to in again)
    assert len(list(folder.iterdir())) == 2, "one file a run"


def test_a_crawl_of_an_archive_without_its_evidence_says_so_and_refers_to_nothing_lost(
    tmp_path: Path, server: DemoServer
) -> None:
    archive, folder = tmp_path / "a.db", tmp_path / "a.warc"
    crawl = ("crawl", str(archive), "demo", "--column", "yuedu", *FAST)
    luntan(server, *crawl)
    (last,) = query(archive, "SELECT max(id) FROM captures")[0]
    shutil.rmtree(folder)
    code, out = luntan(server, *crawl)
    assert code == 0 and f"{folder}: the evidence of earlier runs is not there" in out
    new = query(
        archive, f"SELECT warc_file, warc_offset, warc_length, refers_to FROM captures WHERE id > {last}"
    )
    assert new and not [row for row in new if row[3]]
    for *place, _ in new:
        read_place(folder, Place(*place))


def test_no_warc_keeps_no_evidence(tmp_path: Path, server: DemoServer) -> None:
    archive = tmp_path / "a.db"
    code, out = luntan(server, "crawl", str(archive), "demo", "--no-warc", "--column", "yuedu", *FAST)
    assert code == 0, out
    assert not (tmp_path / "a.warc").exists()
    assert query(archive, "SELECT count(*) FROM captures") == [(0,)]


def test_full_evidence_disk_stops_the_crawl_with_a_sentence(tmp_path: Path, server: DemoServer) -> None:
    archive = tmp_path / "a.db"
    (tmp_path / "a.warc").write_text("a file where the folder should be")
    code, out = luntan(server, "crawl", str(archive), "demo", *FAST)
    assert code == 1
    assert "the evidence can not be written" in out and "Traceback" not in out
    assert query(archive, "SELECT count(*) FROM articles") == [(0,)]


def test_a_second_crawl_of_the_same_site_says_who_is_at_work(tmp_path: Path, server: DemoServer) -> None:
    archive = tmp_path / "a.db"
    holder = Archive.open(archive)
    holder.begin_run("crawl", "demo", {})
    code, out = luntan(server, "crawl", str(archive), "demo", *FAST)
    assert code == 1
    assert "demo is being crawled already by process" in out and "Traceback" not in out
    holder.close()
    assert not list(tmp_path.glob("*.lock"))
    code, out = luntan(server, "crawl", str(archive), "demo", *FAST)
    assert code == 0, out


def test_a_holder_that_dies_lets_the_site_go(tmp_path: Path) -> None:
    program = (
        "import os, sys; from archive.store import Archive;"
        f"Archive.open({str(tmp_path / 'a.db')!r}).begin_run('crawl', 'demo', {{}}); os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", program], cwd=Path(__file__).parent.parent)
    with Archive.open(tmp_path / "a.db") as archive:
        run_id = archive.begin_run("crawl", "demo", {})
        assert archive.abandoned_runs("demo") == [run_id - 1]
