"""Pure functions on the text of an article: white space, width, boilerplate, series labels."""

from __future__ import annotations

import re

# What no reader sees: zero-width marks, directional marks, soft hyphen, byte-order mark, variation selectors.
_INVISIBLE = (
    0xAD,
    0x34F,
    0x61C,
    *range(0x200B, 0x2010),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2070),
    0xFEFF,
)
_NOT_A_CHARACTER = (*range(0xD800, 0xE000), *range(0xFDD0, 0xFDF0), 0xFFFE, 0xFFFF)
_LINE_ENDS = dict.fromkeys((0x0B, 0x0C, 0x85, 0x2028, 0x2029), "\n")
_DROP = dict.fromkeys(
    (*range(0x00, 0x09), *range(0x0E, 0x20), *range(0x7F, 0xA0), *_INVISIBLE, *_NOT_A_CHARACTER),
)
_SPACES = re.compile("[\t \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")

# Full-width letters and digits; the marks (，！？（） …) are the article's own and stay.
_WIDTH = {
    code: chr(code - 0xFEE0)
    for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
}


def strip_controls(text: str) -> str:
    """Remove what has no printed form: controls, NULs, zero-width and directional marks, lone surrogates.

    Tabs and line feeds stay.

    >>> strip_controls("公\\x00园\\u200b里")
    '公园里'
    """
    return text.translate(_DROP_KEEPING_ENDS)


_DROP_KEEPING_ENDS: dict[int, str | None] = {**_DROP, **_LINE_ENDS}


def normalise_space(text: str) -> str:
    """One paragraph a line: no indent, no empty line, one space for a run of any white space.

    >>> normalise_space("　　图书馆\\u00a0\\u00a0开门了。\\r\\n\\r\\n\\t读者  很多。 ")
    '图书馆 开门了。\\n读者 很多。'
    """
    lines = (
        _SPACES.sub(" ", line).strip(" ") for line in strip_controls(text.replace("\r", "\n")).split("\n")
    )
    return "\n".join(line for line in lines if line)


def fold_width(text: str) -> str:
    """Full-width letters and digits become half-width; marks stay as the article has them.

    >>> fold_width("２０１９年，ＡＢＣ公园（东门）")
    '2019年，ABC公园（东门）'
    """
    return text.translate(_WIDTH)
