"""How well torn text comes back, on texts of your choice.

    luntan export archive.db -o articles.jsonl
    python benchmarks/restore_quality.py articles.jsonl

Takes JSON lines with a ``body``, as ``luntan export`` writes them, or text files of one article each, intact
and in simplified characters. Damages every text as the mirrors do, ``--ways`` times, asserts that
the intact text is left as it is and that every repair can be undone, and prints for luntan and OpenCC what
share of the torn places and of the texts comes back exact, and of the characters wrong; and how often a
text's other numbers tell the first digit of one, and tell it right.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import opencc

from pipelines.restore import restore, undo
from pipelines.restore.numbers import LIKELY, LONGEST, Numbers
from pipelines.restore.script import is_han

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests" / "restore"))

from damage import any_way, damage_page  # noqa: E402
from measure import count  # noqa: E402

LEAST = 100  # Chinese characters: a shorter text shows too little to be known for a mirror's
_BETWEEN_CHINESE = re.compile("(?<=[\u4e00-\u9fff”》])[,:;!?]|[,:;!?](?=[\u4e00-\u9fff“《])")
_NUMBER = re.compile("(?<=[\u4e00-\u9fff，。、；：“（])[0-9]+")
_BRACKETS = re.compile(r"\(([^()\n]*[\u4e00-\u9fff][^()\n]*)\)")
_WIDE = dict(zip(",:;!?", "，：；！？", strict=True))
_FOLDED = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if chr(code) not in "，：；！？（）"}
_FOLDED[0x3000] = 0x20


def texts_of(path: Path) -> Iterator[tuple[str, str]]:
    """The texts of a file, each with a name.

    Raises ``OSError`` when it can not be read and ``ValueError`` when a line of it is no JSON object.
    """
    with path.open(encoding="utf-8") as content:
        if path.suffix != ".jsonl":
            yield path.name, content.read()
            return
        for number, line in enumerate(content, 1):
            article = json.loads(line)
            if not isinstance(article, dict):
                raise ValueError(f"line {number} is no JSON object")
            yield f"{path.name}:{number}", str(article.get("body") or "")


def knowable(text: str) -> str:
    """The text without what no restoration can know: characters that GBK lacks, and the width of what is
    written in either; by rules of its own, as what is measured is no measure of itself.
    """
    text = text.strip().translate(_FOLDED)
    text = "".join(char for char in text if char == "\n" or char.encode("gbk", "ignore"))
    text = _BETWEEN_CHINESE.sub(lambda found: _WIDE[found.group()], text)
    return _BRACKETS.sub(r"（\1）", text)


def told_digits(text: str) -> Counter[str]:
    """Of how many numbers of a text the first digit is told by the others, and of how many rightly."""
    totals: Counter[str] = Counter()
    for found in _NUMBER.finditer(text):
        start, end = found.span()
        others = Numbers(f"{text[:start]}\n{text[end:]}")
        digit, probability = others.first_digit(text[start - 1], text[start + 1 : start + 1 + LONGEST])
        totals["numbers"] += 1
        if probability >= LIKELY:
            totals["told"] += 1
            totals["right"] += digit == text[start]
    return totals


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--ways", type=int, default=2, help="how often each text is damaged (default: 2)")
    options = parser.parse_args()
    texts: dict[str, str] = {}
    for path in options.files:
        try:
            read = {name: knowable(text) for name, text in texts_of(path)}
        except (OSError, ValueError) as error:
            parser.error(f"can not read {path}: {error}")
        texts |= {name: text for name, text in read.items() if sum(map(is_han, text)) >= LEAST}
    if not texts:
        parser.error(f"no text of {LEAST} Chinese characters in these files")
    to_simplified = opencc.OpenCC("t2s").convert
    totals: dict[str, Counter[str]] = {"luntan": Counter(), "OpenCC t2s": Counter()}
    digits: Counter[str] = Counter()
    for name, text in texts.items():
        assert restore(text).text == text, name
        digits += told_digits(text)
        for way in range(options.ways):
            damaged = damage_page(text, any_way(zlib.crc32(f"{way}/{name}".encode())))
            result = restore(damaged.text)
            assert undo(result.text, result.repairs) == damaged.text, name
            totals["luntan"] += count(text, result.text, damaged.places)
            totals["OpenCC t2s"] += count(text, to_simplified(damaged.text), damaged.places)
    some = totals["luntan"]
    print(f"{some['texts']} damaged texts, {some['characters']} characters, {some['places']} torn places")
    print(f"{'':<12}{'places':>10}{'texts':>10}{'wrong':>10}")
    for tool, total in totals.items():
        right, exact = total["right"] / max(1, total["places"]), total["exact"] / total["texts"]
        print(f"{tool:<12}{right:>10.1%}{exact:>10.1%}{total['wrong'] / total['characters']:>10.3%}")
    print(f"luntan left a figure open in {some['figures']} places")
    told, told_right = digits["told"] / max(1, digits["numbers"]), digits["right"] / max(1, digits["told"])
    print(
        f"of {digits['numbers']} numbers {told:.0%} are told by the others, {told_right:.0%} of these right"
    )
    assert some["wrong"] < totals["OpenCC t2s"]["wrong"]


if __name__ == "__main__":
    main()
