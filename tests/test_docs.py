"""The documents can not rot: their commands run, their tables name what there is."""

from __future__ import annotations

import re
import shlex
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from crawler import settings
from crawler.cli import main

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def block(name: str, text: str = README) -> str:
    """The shell block under the marker ``<!-- name -->``."""
    found = re.search(rf"<!-- {name} -->\n```sh\n(.*?)```", text, re.DOTALL)
    assert found, name
    return found[1]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("demo")
    subprocess.run(
        [sys.executable, "-m", "crawler", "demo", str(folder / "archive.db")], cwd=ROOT, capture_output=True
    )
    yield folder


QUERIES = [line for line in block("queries").splitlines() if line.startswith("sqlite-utils")]


@pytest.mark.parametrize("command", QUERIES)
def test_a_query_of_the_readme_answers(demo: Path, command: str) -> None:
    _, *arguments = shlex.split(command)
    result = subprocess.run(
        [sys.executable, "-m", "sqlite_utils", *arguments], cwd=demo, capture_output=True, text=True
    )
    assert result.returncode == 0, result.stderr
    assert len(result.stdout.splitlines()) > 2, "the sample site gives every question an answer"


def test_every_command_is_in_the_readme() -> None:
    for name in main.list_commands(click.Context(main)):
        assert f"luntan {name}" in README, name


def test_every_table_is_in_the_readme(demo: Path) -> None:
    with sqlite3.connect(demo / "archive.db") as conn:
        tables = [
            name
            for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            if not name.startswith(("sqlite_", "_", "articles_fts_"))
        ]
    assert "articles" in tables
    for table in tables:
        assert f"| `{table}`" in README, table


def test_every_dependency_has_its_reason() -> None:
    contributing = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    declared = re.search(r"^dependencies = \[(.*?)^\]", project, re.DOTALL | re.MULTILINE)
    assert declared
    for name in re.findall(r'"([a-z-]+)', declared[1]):
        assert f"**{name}**" in contributing, name


def test_our_own_settings_are_documented() -> None:
    from scrapy.settings import default_settings

    contributing = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    ours = [name for name in vars(settings) if name.isupper() and not hasattr(default_settings, name)]
    assert "ARCHIVE_PATH" in ours
    for name in ours:
        assert f"`{name}`" in contributing, name


def test_the_chinese_readme_gives_the_same_commands() -> None:
    chinese = (ROOT / "README.zh.md").read_text(encoding="utf-8")
    assert block("main", chinese) == block("main")
    assert block("tests", chinese) == block("tests")
