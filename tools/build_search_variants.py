"""Make ``archive/data/variants.txt`` from OpenCC's tables: the traditional forms of simplified characters.

    python tools/build_search_variants.py archive/data/variants.txt

Left out are characters that simplified prose uses too (``archive.fold.PAIRS`` has them), and those beyond the
basic plane, which no commentary prints.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path

import opencc

from archive.fold import PAIRS

HAN = (range(0x3400, 0x4DC0), range(0x4E00, 0xA000), range(0xF900, 0xFB00))
CONVERTERS = tuple(opencc.OpenCC(name) for name in ("t2s", "tw2s", "hk2s"))
# Rare words of simplified prose in their own right (幺麽, 薹草, 醣类): OpenCC's words for them are others.
RARE = frozenset("么榘薹醣麴吒袷")


def simplified(character: str) -> str:
    """The simplified form of a character, the character itself where it has none."""
    forms = (converter.convert(character) for converter in CONVERTERS)
    return next((form for form in forms if form != character and len(form) == 1), character)


def main() -> None:
    own = RARE | {traditional for _, traditional in PAIRS}
    simple = {chr(code): simplified(chr(code)) for block in HAN for code in block if chr(code) not in own}
    forms: dict[str, str] = defaultdict(str)
    for character, form in simple.items():
        # Two steps where the first form is itself a variant: one look-up must be enough.
        form = simple.get(form, form)
        if form != character and ord(form) < 0x10000:
            forms[form] += character
    lines = [f"{form}{forms[form]}\n" for form in sorted(forms)]
    Path(sys.argv[1]).write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
