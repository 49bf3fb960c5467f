"""Names from the net stay names: no WARC file, no address and no title becomes a path."""

from __future__ import annotations

import re
from pathlib import Path

from answers import list_page, story, whole
from child import crawl
from click.testing import CliRunner
from server import Answer, serving

from crawler.cli import main
from tests.test_crawl import query
from tests.test_warc_ingest import article, record

OUR_NAME = re.compile(r"-\d{8}T\d{6}-\d{6}-\d{5}\.warc\.gz$")
NAMES = ("../../outside", "/etc/passwd", "..\\..\\outside", "a\x00b", "~/outside", "C:\\outside", "x" * 300)


def test_no_name_of_a_warc_file_or_an_address_becomes_a_path(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "deeper"
    folder.mkdir(parents=True)
    parts = [
        record(
            f"http://www.rmlt.com.cn/2024/0501/70000{number}.shtml?{name}",
            article(number),
            f"WARC-Filename: {name}",
            head=f'Content-Disposition: attachment; filename="{name}"\r\n',
        )
        for number, name in enumerate(NAMES)
    ]
    (folder / "foreign.warc").write_bytes(b"".join(parts))
    result = CliRunner().invoke(main, ["ingest", str(folder / "a.db"), str(folder / "foreign.warc")])
    assert result.exit_code == 0, result.output
    assert query(folder / "a.db", "SELECT count(*) FROM pages WHERE state = 'stored'") == [(len(NAMES),)]
    assert _files(tmp_path) == {"deep/deeper/a.db", "deep/deeper/a.warc/ingest", "deep/deeper/foreign.warc"}

    links = [f"/2024/0101/{number}.shtml?file={name}" for number, name in enumerate(NAMES)]

    def routes(path: str) -> Answer:
        if path == "/good/":
            return whole(list_page([(link, link) for link in links]))
        if path.endswith(".shtml"):
            return whole(story(path), Content_Disposition=f'attachment; filename="{NAMES[0]}"')
        return whole("", "404 Not Found")

    with serving(routes) as server:
        crawled = crawl(folder / "b.db", server.url(), "good")
    assert len(crawled.stored()) == len(NAMES), crawled.out
    made = {"deep/deeper/b.db", "deep/deeper/b.out", "deep/deeper/b.warc/hostile"}
    assert {path for path in _files(tmp_path) if "/b." in path} == made


def _files(folder: Path) -> set[str]:
    """The files below ``folder``, evidence without time and number.

    What SQLite and the lock may leave beside an archive is left out.
    """
    return {
        OUR_NAME.sub("", path.relative_to(folder).as_posix())
        for path in folder.rglob("*")
        if path.is_file() and path.suffix not in (".db-wal", ".db-shm", ".lock")
    }
