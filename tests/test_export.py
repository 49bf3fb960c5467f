"""What an export gives, in every form; that a file is whole or not there; that a state loses nothing."""

from __future__ import annotations

import csv
import gzip
import io
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlite_utils import Database

from archive.changes import changes_problems, mend_changes
from archive.fields import FIELDS, PARTS, schema
from archive.store import Archive
from crawler.cli import main
from tests.test_search import TEXTS, saved


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with Archive.open(tmp_path / "a.db") as archive:
        archive.begin_run("ingest", None, {})
        for number, text in enumerate(TEXTS):
            saved(archive, number, *text)
        archive.flush()
        copy = {
            "article_id": 1,
            "url": "http://mirror.example/1",
            "kind": "mirror",
            "title": "社区",
            "body_sha256": "",
        }
        times = {"first_seen_at": "2026-01-02", "last_seen_at": "2026-01-03"}
        archive.db["copies"].insert({**copy, **times, "differs": '["title"]', "similarity": 0.9})
        earlier = {
            "article_id": 1,
            "revision": 1,
            "url": "x",
            "title": "旧题",
            "body": "旧文。",
            "body_sha256": "",
        }
        archive.db["revisions"].insert({**earlier, "seen_at": "2026-01-01", "replaced_at": "2026-01-02"})
        archive.db["images"].insert({"article_id": 1, "position": 1, "url": "http://www.example.cn/1.jpg"})
        archive.db["articles"].update(1, {"keywords": '["图书馆", "清晨"]'})
    return tmp_path / "a.db"


def export(*arguments: str | Path, code: int = 0) -> Result:
    result = CliRunner().invoke(main, ["export", *map(str, arguments)])
    assert result.exit_code == code, result.output
    return result


def lines(text: str | bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def problems(value: Any, rule: dict[str, Any]) -> list[str]:
    """How a value breaks the part of JSON Schema that ours uses."""
    kinds = {
        "integer": int,
        "number": (int, float),
        "string": str,
        "null": type(None),
        "array": list,
        "object": dict,
    }
    allowed = rule["type"] if isinstance(rule["type"], list) else [rule["type"]]
    if not any(isinstance(value, kinds[kind]) for kind in allowed):  # type: ignore[arg-type]
        return [f"{value!r} is no {allowed}"]
    if isinstance(value, list):
        return [problem for item in value for problem in problems(item, rule["items"])]
    if isinstance(value, dict):
        found = [] if list(value) == rule["required"] == list(rule["properties"]) else [f"keys {list(value)}"]
        return found + [
            problem for name in value for problem in problems(value[name], rule["properties"][name])
        ]
    return []


def test_lines_hold_to_the_schema_that_is_printed(path: Path) -> None:
    everything = ["--include", ",".join(PARTS)]
    printed = json.loads(export("--schema", *everything).stdout)
    assert printed == schema(FIELDS, PARTS)
    rows = lines(export(path, *everything).stdout)
    assert len(rows) == len(TEXTS)
    assert [problems(row, printed) for row in rows] == [[]] * len(TEXTS)
    assert rows[0]["keywords"] == ["图书馆", "清晨"]
    assert [byline["name"] for byline in rows[4]["bylines"]] == ["王建国", "林晓", "周远"]
    assert rows[0]["copies"][0]["differs"] == ["title"]
    assert (rows[0]["revisions"][0]["title"], rows[0]["images"][0]["caption"]) == ("旧题", None)
    assert problems({**rows[0], "title": None}, printed)


def test_the_schema_names_every_column_of_the_tables(path: Path) -> None:
    db = Database(path)
    internal = {"provenance", "text_sha256"}
    assert set(FIELDS) == set(db["articles"].columns_dict) - internal
    for part, fields in PARTS.items():
        assert set(fields) <= set(db[part].columns_dict)


def test_fields_and_filters(path: Path) -> None:
    rows = lines(export(path, "--fields", "title, author", "--author", "林晓", "--since", "2023").stdout)
    assert rows == [{"title": "社区图书馆的清晨", "author": "林晓"}, {"title": "老街早市", "author": "林晓"}]
    assert "did you mean title" in export(path, "--fields", "titel", code=2).output
    assert "known are bylines" in export(path, "--include", "all", code=2).output
    assert "Missing argument" in export(code=2).output


def test_csv(path: Path) -> None:
    rows = list(csv.reader(io.StringIO(export(path, "--csv", "--fields", "id,title,body").stdout)))
    assert rows[0] == ["id", "title", "body"]
    assert rows[1] == ["1", TEXTS[0][0], TEXTS[0][1]]
    assert "--include needs" in export(path, "--csv", "--include", "images", code=2).output


@pytest.mark.parametrize("suffix", ["jsonl", "jsonl.gz", "jsonl.zst", "csv", "csv.gz", "parquet"])
def test_a_file_has_the_form_of_its_name_and_is_the_same_every_time(
    path: Path, tmp_path: Path, suffix: str
) -> None:
    if suffix == "parquet":
        pytest.importorskip("pyarrow")
    first, second = tmp_path / f"1.{suffix}", tmp_path / f"2.{suffix}"
    export(path, "-o", first)
    export(path, "-o", second)
    assert first.read_bytes() == second.read_bytes()
    assert [row["title"] for row in read_back(first)] == [text[0] for text in TEXTS]
    assert sorted(child.name for child in tmp_path.iterdir() if child.name.startswith(".")) == []


def read_back(path: Path) -> list[dict[str, Any]]:
    if path.suffix == ".parquet":
        import pyarrow.parquet  # type: ignore[import-untyped,unused-ignore]

        rows: list[dict[str, Any]] = pyarrow.parquet.read_table(path).to_pylist()
        return rows
    data = path.read_bytes()
    if path.suffix == ".gz":
        data = gzip.decompress(data)
    if path.suffix == ".zst":
        from archive.export_file import _zstd

        with _zstd().open(path, "rb") as packed:
            data = packed.read()
    if ".csv" in path.name:
        return list(csv.DictReader(io.StringIO(data.decode())))
    return lines(data)


def test_parquet_keeps_parts_as_nested_columns(path: Path, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    export(path, "--include", "bylines,copies", "-o", tmp_path / "x.parquet")
    rows = read_back(tmp_path / "x.parquet")
    assert rows == lines(export(path, "--include", "bylines,copies").stdout)


def test_an_export_that_fails_leaves_the_earlier_file(path: Path, tmp_path: Path) -> None:
    out = tmp_path / "x.jsonl"
    out.write_text("as it was")
    with Database(path).conn as conn:
        conn.execute("UPDATE articles SET body = x'ff' WHERE id = 3")
    assert "Error: " in export(path, "-o", out, code=1).output
    assert out.read_text() == "as it was"
    assert not (tmp_path / ".x.jsonl.part").exists()
    assert "give another place" in export(path, "-o", tmp_path / "nosuch" / "x.jsonl", code=1).output


def test_a_state_gives_what_is_new_or_changed(path: Path, tmp_path: Path) -> None:
    state, out = tmp_path / "state.json", tmp_path / "x.jsonl"

    def again() -> list[int]:
        out.unlink(missing_ok=True)
        result = export(path, "--state", state, "-o", out)
        assert out.exists() or "nothing new" in result.output
        return [row["id"] for row in lines(out.read_bytes())] if out.exists() else []

    assert again() == [1, 2, 3, 4, 5]
    assert again() == []
    db = Database(path)
    db["articles"].update(2, {"last_seen_at": "2027-01-01"})
    assert again() == []
    db["articles"].update(5, {"gone_at": "2027-01-01"})
    db["bylines"].delete_where("article_id = 3 AND role = 'editor'")
    assert again() == [3, 5]
    # The latest change of all, changed once more.
    db["articles"].update(5, {"gone_at": None})
    assert again() == [5]
    db["articles"].update(5, {"gone_at": "2027-01-02"})
    assert again() == [5]
    row = next(db.query("SELECT * FROM articles WHERE id = 1"))
    db["articles"].insert({**row, "title": "温室"}, replace=True)
    db["articles"].insert({**row, "id": 77, "url": "new"})
    db["articles"].delete(77)
    assert again() == [1]


def test_a_state_is_only_brought_forward_by_a_whole_file(path: Path, tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    export(path, "--state", state, "-o", tmp_path / "nosuch" / "x.jsonl", code=1)
    assert not state.exists()
    assert len(lines(export(path, "--state", state).stdout)) == len(TEXTS)
    assert export(path, "--state", state).stdout == ""
    assert "other articles or fields" in export(path, "--state", state, "--author", "林晓", code=1).output
    state.write_text(state.read_text().replace('"change": ', '"change": 9'))
    assert "another archive" in export(path, "--state", state, code=1).output
    state.write_text("{}")
    assert "not the state" in export(path, "--state", state, code=1).output


def test_since_a_run(path: Path) -> None:
    assert len(lines(export(path, "--since-run", "1").stdout)) == len(TEXTS)
    db = Database(path)
    db["runs"].insert({"command": "crawl", "started_at": "2999-01-01T00:00:00+08:00", "outcome": "finished"})
    assert export(path, "--since-run", "2").stdout == ""
    assert "there is no run 9" in export(path, "--since-run", "9", code=2).output


def test_lost_triggers_are_found_and_everything_counts_as_changed(path: Path, tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    export(path, "--state", state)
    db = Database(path)
    assert changes_problems(db.conn) == []
    db["articles"].transform(column_order=["id", "title"])
    assert "triggers are missing" in changes_problems(db.conn)[0]
    db.conn.isolation_level = None
    mend_changes(db.conn)
    assert changes_problems(db.conn) == []
    db.conn.close()
    assert len(lines(export(path, "--state", state).stdout)) == len(TEXTS)


def test_the_export_loads_in_sqlite_utils_as_it_is(path: Path, tmp_path: Path) -> None:
    export(path, "--include", ",".join(PARTS), "-o", tmp_path / "x.jsonl")
    command = [sys.executable, "-m", "sqlite_utils", "insert", "new.db", "articles", "x.jsonl", "--nl"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    loaded = [
        {name: json.loads(value) if name in ("keywords", *PARTS) else value for name, value in row.items()}
        for row in Database(tmp_path / "new.db")["articles"].rows
    ]
    assert loaded == lines((tmp_path / "x.jsonl").read_bytes())


@pytest.mark.skipif(not shutil.which("jq"), reason="needs jq")
def test_the_export_loads_in_jq_as_it_is(path: Path, tmp_path: Path) -> None:
    export(path, "--include", ",".join(PARTS), "-o", tmp_path / "x.jsonl")
    again = subprocess.run(["jq", "-c", ".", "x.jsonl"], cwd=tmp_path, check=True, capture_output=True)
    assert lines(again.stdout) == lines((tmp_path / "x.jsonl").read_bytes())
