"""The command: what it prints, its exit codes, and one clear sentence for every foreseeable mistake."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from crawler.cli import main
from tests.restore.damage import Damage, damage_page

ROOT = Path(__file__).parent.parent
RMLT = Path(__file__).parent / "pages" / "rmlt"

TEXT = """首页 > 阅读论坛 > 正文

【阅读论坛】把书架搬到菜市场旁边

菜市场的东门外，去年秋天多了一排书架。摊主们收摊早，下午两点以后就有了空闲，书架前常常站着三五个人。

书是邻居们捐的，旧杂志最多，连环画最抢手。没有人登记，借了什么自己记得就行，三个月下来只少了两本。

有人问这样的书架能撑多久。答案也许就在那本留言簿里：最新的一页写着，想看种菜的书。（作者：林晓岚）

[责任编辑：周平]
"""


def run(*arguments: str | Path, stdin: bytes | None = None) -> Result:
    result = CliRunner().invoke(main, [str(argument) for argument in arguments], input=stdin)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    page = tmp_path / "saved.txt"
    page.write_text(TEXT, encoding="utf-8")
    path = tmp_path / "a.db"
    assert run("ingest", path, page).exit_code == 0
    return path


def test_a_text_page_is_ingested_with_author_and_editor(archive: Path) -> None:
    (row,) = json.loads(run("list", archive).stdout)
    assert (row["title"], row["author"], row["editor"]) == (
        "【阅读论坛】把书架搬到菜市场旁边",
        "林晓岚",
        "周平",
    )
    article = json.loads(run("show", archive, "1", "--json").stdout)
    assert (article["series"], article["column"]) == ("阅读论坛", "阅读论坛")
    assert article["body"].count("\n") == 2
    assert "林晓岚" not in article["body"] and "周平" not in article["body"]
    assert article["url"].startswith("urn:sha256:")


def test_ingesting_again_changes_nothing(archive: Path, tmp_path: Path) -> None:
    before = run("export", archive).stdout
    result = run("ingest", archive, tmp_path / "saved.txt")
    assert result.exit_code == 0 and "1 unchanged" in result.stderr
    assert run("export", archive).stdout == before


def test_standard_input_is_a_page_too(tmp_path: Path) -> None:
    result = run("ingest", tmp_path / "a.db", "-", stdin=TEXT.encode())
    assert result.exit_code == 0 and "1 new" in result.stderr


def test_a_folder_is_walked_and_each_refusal_named(tmp_path: Path) -> None:
    folder = tmp_path / "saved" / "deep"
    folder.mkdir(parents=True)
    (folder / "good.txt").write_text(TEXT, encoding="utf-8")
    bad = {
        "empty.html": b"",
        "binary.html": bytes(range(256)) * 40,
        "nuls.html": b"\0" * 5000,
        "cut.html": b"<html><head><title>\xe5\x9b",
        "script.html": b"<html><body><div id=app></div><script src=app.js></script></body></html>",
        "large.html": b"<p>" + b"x" * 10_000_001,
    }
    for name, content in bad.items():
        (folder / name).write_bytes(content)
    (folder / "ignored.pdf").write_bytes(b"%PDF")
    result = run("ingest", tmp_path / "a.db", tmp_path / "saved")
    assert result.exit_code == 1
    assert "1 new" in result.stderr
    for name in bad:
        assert name in result.stderr
    assert "ignored.pdf" not in result.stderr and "Traceback" not in result.stderr
    with sqlite3.connect(tmp_path / "a.db") as conn:
        reasons = conn.execute("SELECT reason FROM pages WHERE state = 'refused'").fetchall()
    assert len(reasons) >= 4 and all(":" in reason for (reason,) in reasons)


def test_a_file_that_can_not_be_read_costs_no_other(tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "link.txt").symlink_to(tmp_path / "link.txt")
    result = run("ingest", tmp_path / "a.db", tmp_path / "good.txt")
    assert result.exit_code == 0
    assert run("ingest", tmp_path / "a.db", tmp_path / "missing.txt").exit_code == 2


def test_filters_choose_by_person_column_and_time(archive: Path) -> None:
    def found(*filters: str) -> int:
        return len(json.loads(run("list", archive, *filters).stdout))

    assert found("--author", "林晓岚") == found("--editor", "周平") == found("--column", "阅读论坛") == 1
    assert found("--author", "周平") == found("--editor", "林晓岚") == found("--site", "rmlt") == 0
    assert found("--since", "2019-01-01") == 0


def test_the_day_given_to_until_is_included(tmp_path: Path) -> None:
    page = RMLT / "article" / "page.html"
    path = tmp_path / "a.db"
    assert run("ingest", path, page).exit_code == 0
    (row,) = json.loads(run("list", path).stdout)
    day = row["published_at"][:10]
    assert len(json.loads(run("list", path, "--since", day, "--until", day).stdout)) == 1


def test_every_form_of_output_holds_the_same_row(archive: Path) -> None:
    assert json.loads(run("list", archive, "--nl").stdout)["author"] == "林晓岚"
    assert "林晓岚" in run("list", archive, "--csv").stdout.splitlines()[1]
    assert "林晓岚" in run("list", archive, "--tsv").stdout.splitlines()[1].split("\t")
    assert "林晓岚" in run("list", archive, "-t").stdout
    assert json.loads(run("list", archive, "--author", "无人").stdout) == []


def test_the_export_is_json_lines_that_stock_tools_load(archive: Path, tmp_path: Path) -> None:
    lines = run("export", archive).stdout
    assert "林晓岚" in lines and lines.count("\n") == 1
    row = json.loads(lines)
    assert list(row)[:5] == ["id", "url", "site", "column", "series"] and row["keywords"] == []
    export = tmp_path / "x.jsonl"
    export.write_text(lines, encoding="utf-8")
    stock = ["memory", f"{export}:nl", "select author, editor from x"]
    result = subprocess.run(
        [sys.executable, "-m", "sqlite_utils", *stock], capture_output=True, text=True, check=True
    )
    assert json.loads(result.stdout) == [{"author": "林晓岚", "editor": "周平"}]


@pytest.mark.parametrize(
    "arguments",
    [
        ("rows", "articles"),
        ("query", "select author, editor from articles"),
        ("tables", "--counts"),
        ("schema",),
        ("rows", "bylines"),
        ("rows", "editors_of_authors"),
    ],
)
def test_stock_sqlite_utils_reads_the_archive(archive: Path, arguments: tuple[str, ...]) -> None:
    verb, *rest = arguments
    result = subprocess.run(
        [sys.executable, "-m", "sqlite_utils", verb, str(archive), *rest], capture_output=True, text=True
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip()


def test_extract_prints_one_json_object_and_touches_no_archive(tmp_path: Path) -> None:
    page = RMLT / "article"
    expected = json.loads((page / "expected.json").read_text(encoding="utf-8"))
    url = json.loads((page / "info.json").read_text(encoding="utf-8"))["url"]
    result = run("extract", page / "page.html", "--url", url)
    found = json.loads(result.stdout)
    assert {name: found[name] for name in ("title", "author", "editor", "published_at")} == {
        name: expected[name] for name in ("title", "author", "editor", "published_at")
    }
    assert list(tmp_path.iterdir()) == []


def test_extract_explains_where_each_value_stood(tmp_path: Path) -> None:
    page = tmp_path / "p.txt"
    page.write_text(TEXT, encoding="utf-8")
    result = run("extract", page, "--explain")
    assert result.exit_code == 0
    for words in (
        "title: 【阅读论坛】把书架搬到菜市场旁边",
        "byline author: 林晓岚",
        "作者：林晓岚",
        "line ",
    ):
        assert words in result.stdout


def test_extract_says_why_a_page_is_none(tmp_path: Path) -> None:
    page = tmp_path / "empty.html"
    page.write_bytes(b"")
    result = run("extract", page)
    assert result.exit_code == 1
    assert "Unreadable" in result.stderr and "empty.html" in result.stderr


def test_sites_and_columns_are_listed() -> None:
    assert [row["name"] for row in json.loads(run("sites").stdout)] == ["rmlt"]
    columns = json.loads(run("columns", "rmlt").stdout)
    assert {"slug": "dangjian", "label": "党建", "url": "http://www.rmlt.com.cn/dangjian/"} in columns
    assert len(columns) == len({column["slug"] for column in columns}) == 54


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("crawl", "a.db", "rmtl"), 2, "did you mean rmlt?"),
        (("crawl", "a.db", "rmlt", "--column", "dangjan"), 2, "did you mean dangjian"),
        (("crawl", "a.db", "rmlt", "-s", "NOVALUE"), 2, "NAME=VALUE"),
        (("crawl", "a.db", "rmlt", "--limit", "0"), 2, "--limit"),
        (("columns", "nowhere"), 2, "unknown site"),
        (("list", "missing.db"), 1, "no such archive"),
        (("show", "missing.db", "1"), 1, "no such archive"),
        (("export", "words.db"), 1, "not an SQLite file"),
        (("ingest", "words.db", "words.db"), 1, "not an SQLite file"),
        (("crawl", "words.db", "rmlt"), 1, "not an SQLite file"),
        (("ingest", "a.db"), 2, "PATH"),
        (("nonsense",), 2, "nonsense"),
    ],
)
def test_a_mistake_is_one_sentence_and_an_exit_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], code: int, words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "words.db").write_text("only words, and more of them, and no database at all")
    result = run(*arguments)
    assert result.exit_code == code
    assert words in result.stderr
    assert "Traceback" not in result.output
    assert not os.path.exists("a.db"), "a mistake makes no archive"


def test_an_unknown_article_is_said_to_be_so(archive: Path) -> None:
    result = run("show", archive, "99")
    assert result.exit_code == 1 and "luntan list" in result.stderr


def test_a_reader_that_has_seen_enough_is_no_error(archive: Path) -> None:
    piped = f"{sys.executable} -m crawler list {archive} --nl | true"
    result = subprocess.run(["bash", "-c", piped], capture_output=True, text=True, cwd=ROOT)
    assert "Traceback" not in result.stderr


def test_every_command_has_help_with_an_example() -> None:
    context = click.Context(main)
    for name in main.list_commands(context):
        result = run(name, "--help")
        assert result.exit_code == 0
        assert f"Example: luntan {name}" in " ".join(result.stdout.split()), name


def test_restore_is_a_filter_that_leaves_clean_text_alone(tmp_path: Path) -> None:
    page = tmp_path / "p.txt"
    page.write_text(TEXT, encoding="utf-8")
    assert run("restore", page).stdout == TEXT
    assert run("restore", stdin=TEXT.encode()).stdout == TEXT
    report = json.loads(run("restore", page, "--report", "json").stdout)
    assert report == {"text": TEXT, "repairs": [], "is_mirror": False, "share": 0.0}


def test_restore_gives_back_what_a_mirror_mangled() -> None:
    damaged = damage_page(
        TEXT, Damage(annotated="書區廣樓陽華", spam=("免费电影在线观看,彩票开奖结果,手机游戏大全下载",))
    )
    report = json.loads(run("restore", "--report", "json", stdin=damaged.text.encode()).stdout)
    assert report["is_mirror"] and report["text"].strip() == TEXT.strip()
    assert {"kind", "start", "end", "before", "after", "confidence"} <= set(report["repairs"][0])
