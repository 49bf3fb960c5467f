"""The back-off model and its file: what was put in comes out, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packing import packed

from pipelines.restore.backoff import LOGS, WEIGHTS, Backoff
from pipelines.restore.language import UNSEEN, Language, language
from pipelines.restore.prose import Prose

DATA = Path(__file__).parents[2] / "pipelines/restore/data"


def model_of(runs: dict[str, tuple[float, float]]) -> Language:
    chars = sorted(run for run in runs if len(run) == 1)
    numbered = {tuple(chars.index(char) + 1 for char in run): logs for run, logs in runs.items()}
    return Language(packed("".join(chars).encode("utf-16-le"), numbered))


def test_runs_come_back_with_their_logs() -> None:
    model = model_of({"中": (-5.0, -0.5), "国": (-6.0, 0.0), "中国": (-0.25, 0.0), "。": (-3.0, 0.0)})
    assert model.letter("国") == -6.0
    assert model.score("中国") == -0.25
    assert model.score("中。") == pytest.approx(-3.5)  # backed off
    assert model.score("国。") == -3.0
    assert model.score("中人") == UNSEEN - 0.5
    assert model.score("人中") == -5.0  # behind what is unknown a run begins


def test_a_longer_context_is_left_for_each_shorter_one_in_turn() -> None:
    runs = {"天": (-3.0, -1.0), "下": (-3.0, -2.0), "雨": (-4.0, 0.0), "油": (-4.0, 0.0)}
    model = model_of(
        runs | {"天下": (-1.0, -0.5), "下天": (-2.0, 0.0), "下雨": (-1.5, 0.0), "天下天": (-1.0, 0.0)}
    )
    assert model.score("天下天") == -1.0
    assert model.score("天下雨") == -0.5 - 1.5
    assert model.score("天下油") == -0.5 - 2.0 - 4.0
    assert model.score("雨油天下油") == model.score("油天下油")


def test_followers_come_by_how_likely_they_are() -> None:
    singles = {char: (-3.0, -1.0) for char in "天下雨油"}
    model = model_of(singles | {"天下": (-2.0, 0.0), "天油": (-0.5, 0.0), "天雨": (-1.0, 0.0)})
    assert model.followers("天") == "油雨下"
    assert model.followers("雨") == model.followers("海") == ""


@st.composite
def closed_runs(draw: st.DrawFn) -> dict[tuple[int, ...], tuple[float, float]]:
    """Runs of up to three of some symbols: with each run those that begin and end it."""
    count = draw(st.integers(1, 6))
    some = draw(st.sets(st.lists(st.integers(1, count), min_size=2, max_size=3).map(tuple), max_size=12))
    runs = {(symbol,) for symbol in range(1, count + 1)} | some
    runs |= {part for run in some for part in (run[:2], run[-2:])}
    logs = st.tuples(st.sampled_from(LOGS), st.sampled_from(WEIGHTS))
    return {run: draw(logs) for run in sorted(runs)}


@given(closed_runs())
def test_every_run_has_a_node_and_no_other_has(runs: dict[tuple[int, ...], tuple[float, float]]) -> None:
    model = Backoff(packed(b"names", runs))
    assert model.names == b"names"
    nodes = {(): 0}
    for run in sorted(runs, key=len):
        node = nodes[run] = model.child(nodes[run[:-1]], run[-1])
        assert (LOGS[model.logs[node]], WEIGHTS[model.weights[node]]) == runs[run]
    assert sorted(nodes.values()) == list(range(len(runs) + 1))
    for run, node in nodes.items():
        longer = [nodes[other] for other in sorted(runs) if other[:-1] == run]
        assert list(model.children(node)) == longer
        assert model.begins(node) == bool(longer)
        assert all(not model.child(node, symbol) for symbol in range(8) if (*run, symbol) not in runs)


def test_a_run_must_end_with_a_run() -> None:
    singles = {(1,): (-1.0, 0.0), (2,): (-1.0, 0.0)}
    with pytest.raises(ValueError, match="ends with what is no run"):
        packed(b"", singles | {(1, 2): (-1.0, 0.0), (1, 2, 2): (-1.0, 0.0)})


def test_what_was_never_seen_is_not_found() -> None:
    assert {language().letter(chr(0xAC00 + number)) for number in range(200)} == {UNSEEN}


def test_a_quotation_opens_sooner_behind_what_leads_to_one() -> None:
    prose = Prose(language(), "")
    opening = [prose.step(prose.context_of(before), "“") for before in ("所谓", "写着", "湖边")]
    assert opening == sorted(opening, reverse=True)
    assert opening[0] > opening[1] + 1.0 > opening[2] + 2.0


def test_a_model_forgets_when_it_remembers_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "图书馆每天上午九点开门，下午五点关门，周末整天都开。"
    expected = [language().score(text[max(0, end - 5) : end]) for end in range(1, len(text))]
    monkeypatch.setattr("pipelines.restore.language._REMEMBERED", 3)
    model = Language((DATA / "language.bin").read_bytes())
    assert [model.score(text[max(0, end - 5) : end]) for end in range(1, len(text))] == expected


@pytest.mark.parametrize("size", [0, 7, 8, 12, 1000, -1])
def test_a_broken_file_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match=r"language\.bin.*build_language_model"):
        Language((DATA / "language.bin").read_bytes()[:size])


def test_a_file_of_another_kind_is_refused() -> None:
    with pytest.raises(ValueError, match=r"language\.bin is no language model"):
        Language((DATA / "words.bin").read_bytes())
