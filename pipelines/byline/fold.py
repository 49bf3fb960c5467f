"""Folding for recognition: one character to one character, so that every position stays what it was.

Full-width forms, the many spaces, bars, dots and brackets become one of a kind; traditional characters become
simplified. The text itself is never changed by this: values are cut out of the line as printed, at the
positions found in the folded one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from pipelines.restore.script import forms
from pipelines.text import strip_controls

_SPACES = (0x09, 0x0A, 0x0D, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000)
_TABLE: dict[int, str] = {
    **{ord(t): s for s, ts in forms().items() for t in ts if t not in forms()},
    **{code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
    **dict.fromkeys(_SPACES, " "),
    **dict.fromkeys(map(ord, "丨｜│︱‖┃∣¦︳"), "|"),
    **dict.fromkeys(map(ord, "•‧・∙⋅˙"), "·"),
    **dict.fromkeys(map(ord, "︰∶﹕"), ":"),
    **dict.fromkeys(map(ord, "∕⁄╱"), "/"),
    **dict.fromkeys(map(ord, "﹙〔〖﹝"), "("),
    **dict.fromkeys(map(ord, "﹚〕〗﹞"), ")"),
    ord("【"): "[",
    ord("】"): "]",
}


def unfolded(folded: str) -> str:
    """All characters that fold to one of these, and these: to look for a few marks spares folding a text.

    >>> unfolded("(")
    '(（﹙〔〖﹝'
    """
    return folded + "".join(chr(code) for code, to in _TABLE.items() if to in folded)


@dataclass(frozen=True, slots=True)
class Folded:
    """A line as printed and the same line folded; positions are common to both."""

    printed: str
    folded: str

    def __getitem__(self, span: slice) -> Folded:
        return Folded(self.printed[span], self.folded[span])


@lru_cache(maxsize=1024)
def fold(line: str) -> Folded:
    """Fold one line; invisible characters leave it altogether.

    The pages of a site print the same lines around every article, so the last ones are remembered.

    >>> fold("責任編輯：張　堯").folded
    '责任编辑:张 尧'
    """
    printed = strip_controls(line)
    return Folded(printed, printed.translate(_TABLE))
