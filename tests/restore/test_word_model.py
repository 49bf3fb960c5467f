"""The word model: what it prefers, that it sums over all ways to part a run, and that the tool that makes it
lays down the probabilities it should.
"""

from __future__ import annotations

import itertools
import math
from pathlib import Path

import pytest
from packing import packed

from pipelines.restore.backoff import LOGS, WEIGHTS
from pipelines.restore.language import language
from pipelines.restore.words import LONGEST, UNKNOWN, Words, words

ROOT = Path(__file__).parents[2]


def model_of(table: dict[str, tuple[float, float]]) -> Words:
    """A model of words and, parted by blanks, of pairs and triples, with their logs and weights."""
    spelled = sorted(run for run in table if " " not in run)
    number = {word: index for index, word in enumerate(spelled, 1)}
    runs = {tuple(number[word] for word in run.split(" ")): logs for run, logs in table.items()}
    return Words(packed(" ".join(spelled).encode("gbk"), runs))


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("店里热情周到的服务", "店里热情受到的服务"),
        ("昨天晚上屋顶漏水了", "昨天晚上屋顶漏术了"),
        ("老人坐在树下乘凉", "老人坐在树下乘京"),
        ("图书馆每天上午九点开门", "图书馆每天上午九点开们"),
        ("他把自行车停在门口。", "他把自行车停在门品。"),
    ],
)
def test_a_reading_of_real_words_is_likelier(right: str, wrong: str) -> None:
    assert words().score(right) > words().score(wrong) + 1.0


def test_the_sum_is_over_all_ways_to_part_a_run() -> None:
    model = model_of(
        {"中": (-3.0, 0.0), "国": (-4.0, 0.0), "人": (-2.0, 0.0), "中国": (-5.0, 0.0), "国人": (-5.5, 0.0)}
    )
    ways = [-3.0 - 4.0 - 2.0, -5.0 - 2.0, -3.0 - 5.5]
    assert model.score("中国人") == pytest.approx(math.log(sum(map(math.exp, ways))), abs=1e-9)


def test_pairs_and_triples_decide_and_back_off() -> None:
    model = model_of(
        {
            "天": (-3.0, -0.5),
            "下": (-3.0, -1.0),
            "雨": (-4.0, 0.0),
            "油": (-4.0, 0.0),
            "天 下": (-1.0, -1.5),
            "下 雨": (-2.0, 0.0),
            "天 下 雨": (-0.5, 0.0),
        }
    )
    assert model.score("天下雨") == pytest.approx(-3.0 - 1.0 - 0.5)
    assert model.score("下雨") == pytest.approx(-3.0 - 2.0)
    assert model.score("天下油") == pytest.approx(-3.0 - 1.0 + (-1.5 - 1.0 - 4.0))
    assert model.score("雨天") == pytest.approx(-4.0 - 3.0)


def log_of(model: Words, run: list[str]) -> float:
    """log P of the last of (at most three) words after the others, each run looked up anew."""
    log = 0.0
    for start in range(len(run)):
        if node := node_of(model, run[start:]):
            return log + LOGS[model._model.logs[node]]
        if context := node_of(model, run[start:-1]):
            log += WEIGHTS[model._model.weights[context]]
    raise AssertionError(run)


def node_of(model: Words, run: list[str]) -> int:
    node = 0
    for word in run:
        node = model._model.child(node, model._numbers[word])
        if not node:
            break
    return node


def best_single_way(model: Words, run: str) -> float:
    """The likeliest way to part a short run, by trying all."""
    best = -math.inf
    for cuts in itertools.product([False, True], repeat=len(run) - 1):
        parts, start = [], 0
        for end in [*(at for at, cut in enumerate(cuts, 1) if cut), len(run)]:
            parts.append(run[start:end])
            start = end
        if all(part in model._numbers for part in parts):
            best = max(best, sum(log_of(model, parts[max(0, at - 2) : at + 1]) for at in range(len(parts))))
    return best


@pytest.mark.parametrize("run", ["店里热情周到的服务", "研究生命的起源", "从小学到中学", "南京市长江大桥"])
def test_the_sum_is_no_less_than_its_best_part(run: str) -> None:
    best = best_single_way(words(), run)
    assert best - 0.02 <= words().score(run) < best + 3.0


def test_a_sentence_begins_anew_behind_a_mark() -> None:
    score = words().score
    assert score("我们去公园，孩子们很高兴。") == pytest.approx(
        score("我们去公园，") + score("孩子们很高兴。")
    )
    assert score("") == 0.0


def test_what_was_asked_before_changes_nothing() -> None:
    runs = ["图书馆的阅览室", "图书馆的", "图书馆的阅览证。", "图书馆"]
    fresh = [Words(file()).score(run) for run in runs]
    model = Words(file())
    assert [model.score(run) for run in runs] == fresh
    assert [model.score(run) for run in reversed(runs)] == fresh[::-1]


def test_unknown_characters_and_long_runs_are_borne() -> None:
    assert words().score("가나다") == pytest.approx(3 * UNKNOWN)
    hangul = "가" * 10_000
    assert words().score(hangul) == pytest.approx(10_000 * UNKNOWN)
    assert math.isfinite(words().score("的" * 10_000))


def test_the_model_knows_words_and_marks() -> None:
    kept = list(words()._numbers)
    assert len(kept) == len(set(kept)) > 50_000
    assert max(map(len, kept)) == LONGEST
    assert set("。，、：；？！") < set(kept)


@pytest.mark.parametrize("size", [0, 7, 15, 16, 1000, -1])
def test_a_broken_file_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match=r"words\.bin.*build_word_model"):
        Words(file()[:size])


def test_a_file_of_another_kind_is_refused() -> None:
    with pytest.raises(ValueError, match=r"words\.bin"):
        Words((ROOT / "pipelines/restore/data/language.bin").read_bytes())
    assert language().letter("的") < 0


def file() -> bytes:
    return (ROOT / "pipelines/restore/data/words.bin").read_bytes()


class TestTool:
    """tools/build_word_model.py on a model of a few words."""

    @pytest.fixture(autouse=True)
    def _path(self, monkeypatch: pytest.MonkeyPatch) -> None:
        pytest.importorskip("numpy")
        monkeypatch.syspath_prepend(str(ROOT / "tools"))

    def test_hand_counted_probabilities(self) -> None:
        import build_word_model
        import numpy as np
        from kenlm_trie import WordModel

        spelled = ["天", "下", "雨", "天下", "。", "foreign"]
        share = np.array([0.3, 0.2, 0.2, 0.1, 0.1, 0.1])
        model = WordModel(
            spelled,
            share,
            np.array([0.5, 0.5, 1.0, 1.0, 1.0, 1.0]),
            (np.array([0, 1, 5]), np.array([1, 2, 1])),  # 天下, 下雨, foreign 下
            np.array([0.6, 0.6, 0.9]),
            np.array([0.4, 1.0, 1.0]),
            (np.array([0]), np.array([1]), np.array([2])),  # 天下雨
            np.array([0.8]),
        )
        made = Words(build_word_model.build(model, words=5, runs=100))
        assert set(made._numbers) == {"天", "下", "雨", "天下", "。"}
        # A triple's share stays as it is; the file is exact to a sixteenth.
        assert log_of(made, ["天", "下", "雨"]) == pytest.approx(math.log(0.8), abs=1 / 16)
        # Each context's words add up to one.
        for context in ([], ["天"], ["下"], ["雨"]):
            total = sum(math.exp(log_of(made, [*context, word])) for word in made._numbers)
            assert total == pytest.approx(1.0, abs=0.1), context
