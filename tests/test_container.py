"""The container file can not rot: what it copies is there and enough, what it runs are our commands."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from pathlib import Path

import click
import pytest

from crawler.cli import main

ROOT = Path(__file__).parent.parent
# One instruction a line; comments and blank lines apart.
INSTRUCTIONS = [
    tuple(line.split(None, 1))
    for line in (ROOT / "Containerfile").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]
KNOWN = (
    "FROM",
    "WORKDIR",
    "COPY",
    "RUN",
    "ENV",
    "USER",
    "VOLUME",
    "HEALTHCHECK",
    "STOPSIGNAL",
    "ENTRYPOINT",
    "CMD",
)


def all_of(name: str) -> list[str]:
    return [words for instruction, words in INSTRUCTIONS if instruction == name]


def copied() -> set[str]:
    """What is copied from the project."""
    return {
        name
        for words in all_of("COPY")
        if not words.startswith("--from=")
        for name in shlex.split(words)[:-1]
    }


def command(words: str) -> list[str]:
    found = json.loads(words)
    assert isinstance(found, list) and all(isinstance(word, str) for word in found)
    return found


def test_every_line_is_an_instruction_that_we_mean() -> None:
    assert INSTRUCTIONS and {name for name, _ in INSTRUCTIONS} == set(KNOWN)
    stages = [words.split(" AS ") for words in all_of("FROM")]
    assert [len(stage) for stage in stages] == [2, 1] and stages[0][0] == stages[1][0]
    for words in all_of("COPY"):
        if words.startswith("--from="):
            assert words.split()[0] == f"--from={stages[0][1]}"


def test_the_image_has_a_python_that_luntan_runs_on() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    version = re.search(r"python:(3\.\d+)-slim", all_of("FROM")[0])
    assert version and f"Programming Language :: Python :: {version[1]}" in project["classifiers"]


def test_what_is_copied_is_there_and_enough_to_build_from() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    needed = {"pyproject.toml", project["project"]["readme"]}
    needed |= {Path(name).parts[0] for name in project["project"]["license-files"]}
    needed |= set(project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"])
    assert copied() == needed
    assert all((ROOT / name).exists() for name in copied())


def test_the_builder_is_sent_what_is_copied_and_nothing_else() -> None:
    lines = (ROOT / ".containerignore").read_text(encoding="utf-8").splitlines()
    rules = [line for line in lines if not line.startswith("#")]
    assert rules[0] == "*"
    assert {rule[1:] for rule in rules if rule.startswith("!")} == copied()


@pytest.mark.parametrize("words", [all_of("CMD")[0], all_of("HEALTHCHECK")[0].partition(" CMD ")[2]])
def test_what_it_runs_is_a_command_of_ours(words: str) -> None:
    arguments = command(words)
    if arguments[0] == "luntan":
        arguments = arguments[1:]
    assert command(all_of("ENTRYPOINT")[0]) == ["luntan"]
    verb = main.get_command(click.Context(main), arguments[0])
    assert verb is not None
    # All that the verb itself would check before it begins.
    context = verb.make_context(arguments[0], arguments[1:])
    assert context.params["archive"].is_relative_to(all_of("VOLUME")[0])


def test_nothing_in_it_is_root_and_its_data_outlive_it() -> None:
    names = [name for name, _ in INSTRUCTIONS]
    assert all_of("USER") == ["luntan"] and names.index("USER") < names.index("ENTRYPOINT")
    assert "RUN" not in names[names.index("USER") :], "what is run as luntan needs no more rights"
    assert all_of("VOLUME") == ["/data"] == all_of("WORKDIR")[-1:]
    assert any("useradd" in words and "-o luntan" in words for words in all_of("RUN"))


def test_the_readme_builds_and_runs_it() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "podman build -t luntan ." in readme and "/data" in readme
