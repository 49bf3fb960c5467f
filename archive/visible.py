"""What a text from the net may do to a terminal, made visible: escapes, controls, marks that turn the line.

A title may hold characters that move the cursor, change a window's name, or show words in another order than
they stand in. The archive keeps them as they came; where people look, they are shown and not obeyed.
"""

from __future__ import annotations

# C0, DEL, C1 (one of them begins escapes too), what ends a line or turns its direction in Unicode
# (https://www.unicode.org/reports/tr9/), and halves of characters, which can not be written at all.
_STEERING = (
    *range(0x20),
    *range(0x7F, 0xA0),
    *(0x061C, 0x200E, 0x200F),
    *range(0x2028, 0x202F),
    *range(0x2066, 0x206A),
    *range(0xD800, 0xE000),
)
_IN_LINE = {code: repr(chr(code))[1:-1] for code in _STEERING}
_IN_TEXT = {code: words for code, words in _IN_LINE.items() if code not in (0x09, 0x0A)}
_IN_JSON = {code: f"\\u{code:04x}" for code in _STEERING if code >= 0x7F}


def visible(text: str) -> str:
    r"""A text for people, with what would steer a terminal in the form of its escapes.

    >>> visible("标题\x1b[2J\u202etxt")
    '标题\\x1b[2J\\u202etxt'
    """
    return text if text.isprintable() else text.translate(_IN_TEXT)


def visible_line(text: str) -> str:
    r"""The same of a text that is to stay one line.

    >>> print(visible_line("第一行\n第二行\x1b[2J"))
    第一行\n第二行\x1b[2J
    """
    return text if text.isprintable() else text.translate(_IN_LINE)


def visible_json(text: str) -> str:
    r"""A JSON text with the same values, and no character that would steer a terminal.

    JSON escapes the controls of ASCII by itself, and no others.

    >>> visible_json('"\x9b31m"')
    '"\\u009b31m"'
    """
    return text if text.isascii() and "\x7f" not in text else text.translate(_IN_JSON)
