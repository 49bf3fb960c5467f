"""Make ``pipelines/restore/data/language.bin`` from the word trigram model of libime (lm_sc.arpa).

The word model becomes a model of characters: every word, pair and triple of words lends its probability to
the runs of characters in it, as if a text of that model had been counted; the runs that tell most are kept.

    python tools/build_language_model.py lm_sc.arpa pipelines/restore/data/language.bin

``lm_sc.arpa`` is in Debian's source package ``libime`` (``data/lm_sc.arpa-20220810.tar.xz``).
"""

from __future__ import annotations

import argparse
import math
import sys
from array import array
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from pipelines.restore.language import BOUNDARY, ORDER, Header, key_of, pack_cell

Runs = dict[str, float]

# A boundary (punctuation, line start) before one word in ten: the share in Chinese prose.
BOUNDARY_SHARE = 0.1
SMALLEST_PAIR = 1e-9
SMALLEST_TRIPLE = 5e-9
DISCOUNT = 3e-10


def gbk_han(word: str) -> bool:
    """Is the word of Han characters that GBK has? Others never reach a damaged page."""
    try:
        return len(word.encode("gbk")) == 2 * len(word) and all("\u4e00" <= c <= "\u9fff" for c in word)
    except UnicodeEncodeError:
        return False


def sections(path: Path) -> Iterator[tuple[int, list[str], float, float]]:
    """(order, words, log10 probability, log10 back-off weight) of each line of an ARPA file."""
    order = 0
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("\\") and line.rstrip().endswith("-grams:"):
                order = int(line[1])
            elif order and "\t" in line:
                probability, words, *weight = line.rstrip("\n").split("\t")
                yield order, words.split(" "), float(probability), float(weight[0]) if weight else 0.0


def count_runs(path: Path) -> list[Runs]:
    """The expected share of each run of 1 … ORDER characters in a text of the word model."""
    word: dict[str, float] = {}
    followers: dict[str, list[tuple[float, str]]] = defaultdict(list)
    runs: list[Runs] = [defaultdict(float) for _ in range(ORDER + 1)]
    triples: dict[tuple[str, str], float] = {}
    for order, words, log_probability, _weight in sections(path):
        probability = 10**log_probability
        if order == 1:
            if gbk_han(words[0]):
                word[words[0]] = probability
        elif all(w in word for w in words):
            if order == 2:
                followers[words[0]].append((probability, words[1]))
                triples[words[0], words[1]] = word[words[0]] * probability
            else:
                add_triple(
                    runs, words[0], words[1], words[2], triples.get((words[0], words[1]), 0.0) * probability
                )
    for text, share in word.items():
        add_inside(runs, text, share)
        add_opening(runs, text, share * BOUNDARY_SHARE)
        add_across(runs, text, BOUNDARY, share * BOUNDARY_SHARE)
        runs[1][BOUNDARY] += share * BOUNDARY_SHARE
    for left, rest in followers.items():
        for probability, right in rest:
            share = word[left] * probability
            if share >= SMALLEST_PAIR:
                add_across(runs, left, right, share)
                if len(right) < ORDER - 1:
                    add_triple(runs, left, right, BOUNDARY, share * BOUNDARY_SHARE)
    for rest in followers.values():
        rest.sort(reverse=True)
    for (left, middle), share in triples.items():
        if len(middle) > ORDER - 2:
            continue
        for probability, right in followers.get(middle, ()):
            if share * probability < SMALLEST_TRIPLE:
                break
            add_triple(runs, left, middle, right, share * probability / 2)
    return runs


def add_inside(runs: list[Runs], text: str, share: float) -> None:
    for size in range(1, min(ORDER, len(text)) + 1):
        for start in range(len(text) - size + 1):
            runs[size][text[start : start + size]] += share


def add_opening(runs: list[Runs], text: str, share: float) -> None:
    for size in range(1, min(ORDER - 1, len(text)) + 1):
        runs[size + 1][BOUNDARY + text[:size]] += share


def add_across(runs: list[Runs], left: str, right: str, share: float) -> None:
    for before in range(1, min(ORDER - 1, len(left)) + 1):
        for after in range(1, min(ORDER - before, len(right)) + 1):
            runs[before + after][left[-before:] + right[:after]] += share


def add_triple(runs: list[Runs], left: str, middle: str, right: str, share: float) -> None:
    room = ORDER - len(middle)
    for before in range(1, min(room - 1, len(left)) + 1):
        for after in range(1, min(room - before, len(right)) + 1):
            runs[before + len(middle) + after][left[-before:] + middle + right[:after]] += share


class Pruned:
    """A back-off model of the runs that tell most; with a run stay those that begin and end it."""

    def __init__(self, runs: list[Runs], budget: int) -> None:
        self.logs: dict[str, float] = {}
        self.weights: dict[str, float] = {}
        total = sum(runs[1].values())
        full: dict[str, float] = {run: math.log(share / total) for run, share in runs[1].items()}
        for size in range(2, ORDER + 1):
            following: Runs = defaultdict(float)
            for run, share in runs[size].items():
                following[run[:-1]] += share
            for run, share in runs[size].items():
                if share > DISCOUNT and run[1:] in full and run[:-1] in full:
                    base = max(runs[size - 1].get(run[:-1], 0.0), following[run[:-1]])
                    full[run] = math.log((share - DISCOUNT) / base)
        self._keep(runs, full, budget)
        for size in range(2, ORDER + 1):
            self._weigh([run for run in self.logs if len(run) == size])

    def _keep(self, runs: list[Runs], full: dict[str, float], budget: int) -> None:
        gains = [
            (runs[len(run)][run] * abs(log - full[run[1:]]), run) for run, log in full.items() if len(run) > 1
        ]
        gains.sort(reverse=True)
        self.logs = {run: full[run] for run in runs[1]}
        for _gain, run in gains:
            if len(self.logs) >= budget:
                break
            for size in range(2, len(run) + 1):
                for start in range(len(run) - size + 1):
                    part = run[start : start + size]
                    if part in full:
                        self.logs[part] = full[part]

    def _weigh(self, runs: list[str]) -> None:
        """The back-off weights of the contexts of these runs (all of one size), shorter ones being done."""
        seen: dict[str, float] = defaultdict(float)
        lower: dict[str, float] = defaultdict(float)
        for run in runs:
            seen[run[:-1]] += math.exp(self.logs[run])
            lower[run[:-1]] += math.exp(self.log_probability(run[1:]))
        for context, share in seen.items():
            rest, below = max(1.0 - share, 0.02), max(1.0 - lower[context], 0.02)
            self.weights[context] = math.log(rest / below)
        if runs:
            print(f"order {len(runs[0])}: {len(runs)} kept", file=sys.stderr)

    def log_probability(self, run: str) -> float:
        """log P(last character | the ones before)."""
        cost = 0.0
        while run not in self.logs and len(run) > 1:
            cost += self.weights.get(run[:-1], 0.0)
            run = run[1:]
        return cost + self.logs.get(run, -18.0)


def write(model: Pruned, path: Path) -> None:
    """Lay the runs out as an open hash table of 32-bit cells (the layout is told in language.py)."""
    runs = set(model.logs) | {c for c in model.weights if c in model.logs}
    cells = int(len(runs) / 0.8) | 1
    table = array("I", bytes(4 * cells))
    for run in sorted(runs, key=lambda r: (len(r), r)):
        slot, mark = key_of(run, cells)
        while table[slot]:
            slot = (slot + 1) % cells
        table[slot] = pack_cell(mark, model.logs[run], model.weights.get(run, 0.0))
    if sys.byteorder == "big":
        table.byteswap()
    path.write_bytes(Header(cells).to_bytes() + table.tobytes())
    print(f"{len(runs)} runs, {path.stat().st_size} bytes", file=sys.stderr)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("arpa", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--runs", type=int, default=1_200_000, help="how many runs of characters to keep")
    options = parser.parse_args()
    write(Pruned(count_runs(options.arpa), options.runs), options.output)


if __name__ == "__main__":
    main()
