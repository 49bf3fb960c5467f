"""Simplified and traditional characters: the mirrors' map, its inverse, and which script a text is written
in.
"""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import Literal

_DATA = resources.files("pipelines.restore").joinpath("data")


def is_han(char: str) -> bool:
    """Is it a Chinese character?"""
    return "\u4e00" <= char <= "\u9fff"


@cache
def forms() -> dict[str, str]:
    """A simplified character → the traditional forms that a conversion may give it, the mirrors' own
    first.
    """
    rows = _DATA.joinpath("script.txt").read_text(encoding="utf-8").splitlines()
    return dict(row.split("\t") for row in rows)


@cache
def readings() -> dict[str, str]:
    """A traditional character → its default reading with tone marks, as machine-made notes give it."""
    rows = _DATA.joinpath("readings.txt").read_text(encoding="utf-8").splitlines()
    return {char: reading for reading, chars in (row.split("\t") for row in rows) for char in chars}


def mirror_form(char: str) -> str:
    """What the mirrors' map makes of a simplified character.

    >>> mirror_form("为"), mirror_form("着"), mirror_form("后")
    ('為', '著', '后')
    """
    return forms().get(char, char)[0]


@cache
def _inverse() -> dict[str, str]:
    """A traditional form → the simplified characters it may stand for, the common ones and the map's own
    first.
    """
    inverse: dict[str, list[tuple[bool, bool, str]]] = {}
    for char, options in forms().items():
        for form in options:
            is_map = form == options[0]
            if form != char and (is_map or not _in_simplified_text(form)):
                inverse.setdefault(form, []).append((not _in_simplified_text(char), not is_map, char))
    return {form: "".join(char for _, _, char in sorted(chars)) for form, chars in inverse.items()}


def _in_simplified_text(char: str) -> bool:
    """GB 2312 lists the characters that a text in simplified characters uses."""
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def in_traditional_text(char: str) -> bool:
    """Big5 lists the characters that a text in traditional characters uses."""
    try:
        char.encode("big5")
    except UnicodeEncodeError:
        return False
    return True


@cache
def simplified_forms(char: str) -> str:
    """The simplified characters that a character of a converted text may stand for, the likeliest first.

    >>> simplified_forms("為"), simplified_forms("著"), simplified_forms("后"), simplified_forms("山")
    ('为', '着著', '后', '山')
    """
    found = _inverse().get(char, "")
    return found if found and not _in_simplified_text(char) else found + char


@cache
def simplifying() -> dict[int, str]:
    """What ``str.translate`` needs to make a text simplified."""
    return {ord(form): chars[0] for form, chars in _inverse().items() if form != "著"}


@cache
def only_traditional() -> re.Pattern[str]:
    """A character that only traditional text uses."""
    return re.compile("[" + "".join(map(chr, simplifying())) + "]")


@cache
def only_simplified() -> re.Pattern[str]:
    """A character that only simplified text uses."""
    return re.compile("[" + "".join(char for char, options in forms().items() if char not in options) + "]")


def to_simplified(text: str) -> str:
    """The text in simplified characters; one without traditional characters comes back as it is.

    >>> to_simplified("鄭業奇")
    '郑业奇'
    """
    return text.translate(simplifying()) if only_traditional().search(text) else text


def script_of(text: str) -> Literal["hans", "hant"] | None:
    """The script a text is written in; ``None`` when no character of it tells.

    >>> script_of("汉字"), script_of("漢字"), script_of("山水")
    ('hans', 'hant', None)
    """
    if not only_traditional().search(text):
        return "hans" if only_simplified().search(text) else None
    hant, hans = (len(some().findall(text)) for some in (only_traditional, only_simplified))
    return "hant" if hant > hans else "hans"
