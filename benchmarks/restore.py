"""What restoring costs and gives back, beside ftfy and OpenCC on the same damaged pages, in the same run.

    python benchmarks/restore.py

Damages articles of our own writing as the mirrors do, asserts what must come back, and prints for each tool
the speed (megabytes of UTF-8 a second of CPU), the share of characters still wrong and of pages exact.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import ftfy
import opencc

from pipelines.restore import Restored, restore

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests" / "restore"))

from damage import SPAM, Damage, annotated_characters, damage_page  # noqa: E402
from measure import changes, wrong  # noqa: E402

ARTICLES = [
    path.read_text(encoding="utf-8").strip() for path in sorted(ROOT.glob("tests/restore/articles/*.txt"))
]
GENUINE = [
    path.read_text(encoding="utf-8").strip() for path in sorted(ROOT.glob("tests/restore/genuine/*.txt"))
]
WAYS = 6  # that each article is damaged in

Tool = Callable[[str], str]


def timed(tool: Tool, texts: list[str]) -> tuple[list[str], float]:
    """What the tool makes of the texts, and megabytes a second of CPU; each text is seen once."""
    begun = time.process_time()
    made = [tool(text) for text in texts]
    return made, sum(len(text.encode()) for text in texts) / (time.process_time() - begun) / 1e6


def places_right(original: str, restored: Restored) -> Iterator[tuple[float, bool]]:
    """For each repair of torn bytes its confidence, and whether what it gives is what stood there."""
    changed = [(m, max(n, m + 1)) for m, n, _ in changes(restored.text, original)]
    at = received = 0
    for repair in sorted(restored.repairs, key=lambda repair: (repair.start, repair.end)):
        at += repair.start - received
        end = at + len(repair.after)
        if repair.kind == "bytes":
            yield repair.confidence, not any(left < end and at < right for left, right in changed)
        at, received = end, repair.end


def print_reliability(sure: list[tuple[float, bool]]) -> None:
    """What share of the repairs of a confidence is right."""
    print(f"{'confidence':<16}{'repairs':>10}{'mean':>10}{'right':>8}")
    for low, high in pairwise((0.0, 0.6, 0.8, 0.95, 1.0)):
        some = [(confidence, right) for confidence, right in sure if low <= confidence < high]
        if some:
            mean = sum(confidence for confidence, _ in some) / len(some)
            right = sum(right for _, right in some) / len(some)
            print(f"{f'{low:.2f} to {high:.2f}':<16}{len(some):>10}{mean:>10.2f}{right:>8.0%}")


def main() -> None:
    whole = "\n".join(ARTICLES)
    originals = ARTICLES * WAYS
    ways = [
        Damage(annotated_characters(turn, 0.06), fold=turn % 2 == 0, spam=(SPAM,))
        for turn in range(len(originals))
    ]
    damaged = [damage_page(text, way) for text, way in zip(originals, ways, strict=True)]
    received = [page.text for page in damaged]
    to_simplified = opencc.OpenCC("t2s").convert
    tools: dict[str, Tool] = {
        "luntan": lambda text: restore(text).text,
        "OpenCC t2s": to_simplified,
        "ftfy": ftfy.fix_text,
    }
    restore(received[0])  # the model is read once
    characters, places = sum(map(len, originals)), sum(len(page.places) for page in damaged)
    print(f"{len(originals)} pages, {characters} characters, {places} torn places")
    print(f"{'damaged pages':<16}{'MB/s':>10}{'wrong':>10}{'exact':>8}")
    errors: dict[str, float] = {}
    for name, tool in tools.items():
        restored, speed = timed(tool, received)
        errors[name] = sum(map(wrong, map(changes, originals, restored))) / sum(map(len, originals))
        exact = sum(map(str.__eq__, originals, restored)) / len(originals)
        print(f"{name:<16}{speed:>10.2f}{errors[name]:>10.3%}{exact:>8.0%}")
        if name == "luntan":
            assert exact >= 0.75, exact
            assert not any("ǎ" in text or "(wǎng)" in text or SPAM[:8] in text for text in restored)
    assert errors["luntan"] <= 0.001 < errors["OpenCC t2s"] < errors["ftfy"], errors

    results = [(original, restore(text)) for original, text in zip(originals, received, strict=True)]
    print_reliability([place for original, result in results for place in places_right(original, result)])

    clean = [whole * 20]
    print(f"{'clean text':<16}{'MB/s':>10}")
    for name, tool in tools.items():
        _, speed = timed(tool, clean)
        print(f"{name:<16}{speed:>10.1f}")
        assert name != "luntan" or speed >= 50
    assert all(restore(text).text == text for text in [*ARTICLES, *GENUINE])


if __name__ == "__main__":
    main()
