"""Ingesting WARC and WET files of others: whole ones of any packing, and everything that can be wrong."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from fastwarc.stream_io import Lz4Writer, WarcWriter, ZstdWriter
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.cli import main
from crawler.evidence.foreign import Damage, ForeignPage, foreign_pages
from tests.test_crawl import query

PAGE = Path(__file__).parent / "pages" / "rmlt" / "article" / "page.html"
URL = "http://www.rmlt.com.cn/2024/0501/{}.shtml"
CAPTURED = "2024-06-01T00:00:00Z"


def record(
    url: str, body: bytes, *extra: str, kind: str = "response", head: str = "", at: str = CAPTURED
) -> bytes:
    if kind == "response":
        body = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n{head}\r\n".encode() + body
        extra = (*extra, "Content-Type: application/http; msgtype=response")
    lines = (
        "WARC/1.0",
        f"WARC-Type: {kind}",
        "WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000000>",
        f"WARC-Date: {at}",
        f"WARC-Target-URI: {url}",
        *extra,
        f"Content-Length: {len(body)}",
    )
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body + b"\r\n\r\n"


def article(number: int) -> bytes:
    return (
        PAGE.read_bytes()
        .replace(b"</h1>", f"（{number}）</h1>".encode())
        .replace("。".encode(), f"，第{number}次。".encode(), 3)
    )


def records(count: int) -> list[bytes]:
    return [record(URL.format(700000 + number), article(number)) for number in range(count)]


def zstd(parts: list[bytes]) -> bytes:
    return b"".join(framed(ZstdWriter, part) for part in parts)


def lz4(parts: list[bytes]) -> bytes:
    return b"".join(framed(Lz4Writer, part) for part in parts)


def framed(kind: Callable[[BytesIO], WarcWriter], part: bytes) -> bytes:
    out = BytesIO()
    writer = kind(out)
    writer.write(part)
    writer.finish()
    writer.flush()
    return out.getvalue()


def gz(parts: list[bytes]) -> bytes:
    return b"".join(gzip.compress(part) for part in parts)


def ingest(archive: Path, *paths: Path | str) -> Result:
    return CliRunner().invoke(main, ["ingest", str(archive), *map(str, paths)])


PACKINGS = {"": b"".join, ".gz": gz, ".zst": zstd, ".lz4": lz4}


@pytest.mark.parametrize("suffix", PACKINGS)
def test_a_warc_of_any_packing_is_read_with_the_times_of_its_records(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"crawl.warc{suffix}"
    path.write_bytes(PACKINGS[suffix](records(3)))
    archive = tmp_path / "a.db"
    result = ingest(archive, path)
    assert result.exit_code == 0, result.output
    assert query(archive, "SELECT url, site, fetched_at FROM pages WHERE state = 'stored' ORDER BY id") == [
        (URL.format(700000 + number), "rmlt", "2024-06-01T08:00:00+08:00") for number in range(3)
    ]
    before = query(archive, "SELECT * FROM articles")
    assert ingest(archive, tmp_path).exit_code == 0
    assert query(archive, "SELECT * FROM articles") == before


def test_only_articles_of_known_sites_are_taken_unless_all_are_wanted(tmp_path: Path) -> None:
    path = tmp_path / "crawl.warc.gz"
    other = "http://www.example.cn/news/1.html"
    path.write_bytes(
        gz([*records(1), record(other, article(7)), record("http://www.rmlt.com.cn/original/", b"<ul></ul>")])
    )
    known, all_of_it = tmp_path / "known.db", tmp_path / "all.db"
    assert ingest(known, path).exit_code == 0
    assert query(known, "SELECT url FROM pages") == [(URL.format(700000),)]
    assert ingest(all_of_it, path, "--any-site").exit_code == 0
    assert {url for (url,) in query(all_of_it, "SELECT url FROM pages WHERE state = 'stored'")} == {
        URL.format(700000),
        other,
    }


def test_plain_text_of_a_wet_file_is_read(tmp_path: Path) -> None:
    text = (
        "首页 > 社区观察 > 正文\n把书送到家门口\n"
        + "流动图书车开进了小区，老人和孩子围了上来。\n" * 8
        + "责任编辑：王红\n"
    )
    path = tmp_path / "crawl.wet.gz"
    path.write_bytes(
        gz([record(URL.format(1), text.encode(), "Content-Type: text/plain", kind="conversion")])
    )
    archive = tmp_path / "a.db"
    result = ingest(archive, path)
    assert result.exit_code == 0, result.output
    assert query(archive, "SELECT title, editor FROM articles") == [("把书送到家门口", "王红")]


def test_an_older_capture_does_not_take_the_place_of_a_newer_text(tmp_path: Path) -> None:
    archive = tmp_path / "a.db"
    for name, number, at in (("new", 1, "2024-06-01T00:00:00Z"), ("old", 2, "2020-01-01T00:00:00Z")):
        path = tmp_path / f"{name}.warc"
        path.write_bytes(record(URL.format(1), article(number), at=at))
        result = ingest(archive, path)
        assert result.exit_code == 0
    assert "1 older" in result.output
    assert query(archive, "SELECT title LIKE '%1%', revision FROM articles") == [(1, 1)]
    assert query(archive, "SELECT count(*) FROM revisions") == [(0,)]


def found(path: Path) -> tuple[int, list[str]]:
    pages = list(foreign_pages(path, lambda url: True))
    return (
        sum(isinstance(page, ForeignPage) for page in pages),
        [page.reason for page in pages if isinstance(page, Damage)],
    )


def test_damage_in_the_middle_costs_the_records_it_lies_in(tmp_path: Path) -> None:
    for suffix, pack in (("", b"".join), (".gz", gz)):
        path = tmp_path / f"crawl.warc{suffix}"
        parts = [pack([part]) for part in records(5)]
        damaged = bytearray(b"".join(parts))
        begin = len(parts[0]) + (3 if suffix == "" else 300)
        damaged[begin : begin + 40] = bytes(40)
        path.write_bytes(damaged)
        pages, reasons = found(path)
        assert pages == 4 and reasons, suffix


@given(cut=st.integers(1, 12_000))
@settings(max_examples=30)
def test_a_cut_file_gives_its_whole_records_and_says_where_it_ends(
    tmp_path_factory: pytest.TempPathFactory, cut: int
) -> None:
    path = tmp_path_factory.mktemp("cut") / "crawl.warc.gz"
    parts = [gz([part]) for part in records(3)]
    whole = b"".join(parts)
    path.write_bytes(whole[: max(0, len(whole) - cut)])
    ends = [sum(map(len, parts[: number + 1])) for number in range(3)]
    complete = sum(end <= path.stat().st_size for end in ends)
    pages, _ = found(path)
    # The last bytes of a member are its checksum: what stands before them may already be whole.
    assert complete <= pages <= complete + 1


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"no WARC at all" * 100, "no WARC record"),
        (b"\x1f\x8b\x08" * 5000, "no WARC record"),
        (b"", "no WARC record"),
        (record(URL.format(1), b"<p>", "WARC-Payload-Digest: sha1:" + "A" * 32), "WARC-Payload-Digest"),
        (record(URL.format(1), b"<p>", "WARC-Block-Digest: sha256:" + "0" * 64), "WARC-Block-Digest"),
        (record(URL.format(1), b"<p>", head="Content-Encoding: gzip\r\n"), "not gzip"),
        (record(URL.format(1), b"<p>", head="Content-Encoding: x-own\r\n"), "unknown content encoding"),
        (record(URL.format(1), b"<p>").replace(b"HTTP/1.1 200 OK", b"FTP answered so"), "no HTTP response"),
        (
            record(URL.format(1), b"<p>").replace(b"Content-Length: 6", b"Content-Length: 2147483648"),
            "more than",
        ),
    ],
    ids=["garbage", "magic", "empty", "digest", "block", "encoding", "unknown", "no-http", "2-GB"],
)
def test_what_is_wrong_is_told_and_harms_nothing(tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "crawl.warc.gz"
    path.write_bytes(data)
    pages, reasons = found(path)
    assert pages == 0
    assert any(words in reason for reason in reasons), reasons
    result = ingest(tmp_path / "a.db", path, "--any-site")
    assert result.exit_code == 1
    assert words in result.output and "Traceback" not in result.output


def test_requests_revisits_errors_and_other_hosts_are_no_pages(tmp_path: Path) -> None:
    path = tmp_path / "crawl.warc"
    path.write_bytes(
        record(URL.format(1), b"GET / HTTP/1.1\r\n\r\n", kind="request")
        + record(URL.format(1), b"HTTP/1.1 200 OK\r\n\r\n", kind="revisit")
        + record(URL.format(1), b"<p>").replace(b"200 OK", b"404 No")
        + record("ftp://www.example.cn/1", b"<p>")
        + record("file:///etc/passwd", b"<p>")
    )
    assert found(path) == (0, [])


@given(st.binary(max_size=2000))
@settings(max_examples=60)
def test_any_bytes_are_pages_or_damage(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("any") / "crawl.warc"
    for start in (b"", b"WARC/1.0\r\n", gzip.compress(data)[:-4], records(1)[0][:-500]):
        path.write_bytes(start + data)
        found(path)
