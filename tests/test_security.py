"""SECURITY.md promises nothing that no test holds."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in TEXT.partition("## What is promised")[2].partition("\n## ")[0].splitlines()
    if line.startswith("| ") and not line.startswith("| promise")
]


def test_there_are_promises() -> None:
    assert len(ROWS) > 15 and all(len(row) == 2 for row in ROWS)


@pytest.mark.parametrize(("promise", "tests"), ROWS, ids=[row[0][:40] for row in ROWS])
def test_a_test_stands_for_each_promise(promise: str, tests: str) -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", tests)
    assert promise and named and tests.count("`") == 2 * len(named)
    for file, name in named:
        functions = ast.walk(ast.parse((ROOT / file).read_text(encoding="utf-8")))
        assert any(isinstance(one, ast.FunctionDef) and one.name == name for one in functions), (file, name)


def test_every_test_of_the_hostile_site_holds_a_promise() -> None:
    """What is tried in tests/hostile is worth saying, but for what every crawl must do anyway."""
    said = set(re.findall(r"::(test_\w+)`", TEXT))
    tried = {
        name
        for file in (ROOT / "tests" / "hostile").glob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", file.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert tried - said <= {
        "test_a_list_page_that_leads_away_says_where",
        "test_the_evidence_lies_where_we_say_and_holds_what_was_answered",
        "test_words_that_try_everything_are_words",
    }
