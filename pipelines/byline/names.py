"""Who may be a person: Chinese, minority, transliterated and Latin names, pen names, staff codes.

A given name is not looked up; refused is what never stands in one. A bare bracket (``sure``) asks more of a
name than 记者 in front of it does, and only a definite label with a colon may name a pen name. All functions
take folded text (``fold.py``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import product

from pipelines.byline.vocabulary import (
    COLUMNS,
    COMMON_SURNAMES,
    DONE_WORDS,
    DOUBLE_SURNAMES,
    FURNITURE_BEGINS,
    FURNITURE_ENDS,
    HEADINGS,
    MAYBE_NAMES,
    MEDIUM_ENDS,
    NAME_PARTS,
    NEVER_IN_A_NAME,
    NEVER_LAST,
    NO_LOGINS,
    NO_NAMES,
    NOBODY,
    OFFICE_ENDS,
    OFFICE_PARTS,
    PHOTO_WORDS,
    PLACES,
    STOP_WORDS,
    SURNAMES,
    TITLES,
)

_LONGEST_OFFICE = 40
_LONGEST_DONE = 8
_HAN = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff〇々]+")
_DOTTED = re.compile("[\u3400-\u9fff]{1,9}(?:·(?:[\u3400-\u9fff]{1,9}|[A-Z])){1,3}")
_LATIN = re.compile(r"[A-Z][a-zA-Z'’]*\.?(?:[ -][A-Z][a-zA-Z'’]*\.?){0,3}")
_STAFF_CODE = re.compile(r"[A-Za-z]{1,5}[_-]?\d{2,7}")
_LOGIN = re.compile(r"[a-z][a-z0-9_.]{1,19}")
_NICKNAME = re.compile("[小阿老][\u3400-\u9fff]{1,2}")


def is_person(word: str, *, sure: bool = False) -> bool:
    """Is this a name by its form? ``sure`` asks for a common surname, as a bare bracket needs.

    >>> [is_person(w) for w in ("李明", "欧阳小兰", "买买提·艾力", "次仁旺堆", "Alice Munro")]
    [True, True, True, True, True]
    >>> [is_person(w) for w in ("文化", "发展和改革局")]
    [False, False]
    """
    if "·" in word:
        parts = word.split("·")
        return bool(_DOTTED.fullmatch(word)) and not any(p in HEADINGS or is_office(p) for p in parts)
    if word[:2] in NAME_PARTS or word[:3] in NAME_PARTS:
        return _is_made_of_parts(word)
    if not _HAN.fullmatch(word):
        return (
            bool(_LATIN.fullmatch(word)) and len(word) > 3 and word.casefold() not in NO_LOGINS and not sure
        )
    if (
        not 2 <= len(word) <= 4
        or word in HEADINGS
        or word in NOBODY
        or word[:2] in PLACES
        or (sure and word in MAYBE_NAMES)
    ):
        return False
    surname = 2 if word[:2] in DOUBLE_SURNAMES else 1
    if surname == 1 and (len(word) == 4 or word[0] not in (COMMON_SURNAMES if sure else SURNAMES)):
        return False
    given = word[surname:]
    return (
        bool(given)
        and not NEVER_IN_A_NAME.intersection(given)
        and given[-1] not in NEVER_LAST
        and not (len(word) > 2 and (word[:2] in HEADINGS or word.endswith(TITLES)))
        and not is_office(word)
    )


def _is_made_of_parts(word: str) -> bool:
    """次仁旺堆, 其其格: one or two of the parts that Tibetan and Mongol names are made of."""
    return word in NAME_PARTS or any(
        word[:size] in NAME_PARTS and word[size:] in NAME_PARTS for size in (2, 3)
    )


def is_double_surnamed(word: str) -> bool:
    """A name of four characters that begins with the surnames of both parents: 梁周敏之."""
    return (
        len(word) == 4
        and word[0] in COMMON_SURNAMES
        and word[1] in COMMON_SURNAMES
        and not NEVER_IN_A_NAME.intersection(word[2:])
        and word[-1] not in NEVER_LAST
        and not any(part in HEADINGS for part in (word[:2], word[1:3], word[2:]))
        and not is_office(word)
    )


def is_nickname(word: str) -> bool:
    """An editor's house name such as 小婷: no surname, yet a person."""
    return (
        bool(_NICKNAME.fullmatch(word))
        and word not in NOBODY
        and not is_office(word)
        and word not in HEADINGS
    )


def is_staff_code(word: str) -> bool:
    """A code that houses print after or instead of an editor's name: HN666, NF4425, PK155."""
    return bool(_STAFF_CODE.fullmatch(word))


def is_login(word: str) -> bool:
    """A Latin account name in an editor's place: lihui, but no admin."""
    return bool(_LOGIN.fullmatch(word)) and word.casefold() not in NO_LOGINS


def is_pen_name(word: str) -> bool:
    """May this stand for a person where a definite label and a colon say so (执笔：胡一刀)?"""
    return (
        1 < len(word) <= 8
        and bool(_HAN.match(word))
        and word not in NOBODY
        and word not in HEADINGS
        and not is_office(word)
        and not word.endswith(TITLES)
    )


def is_furniture(word: str) -> bool:
    """Is this something to press beside an author's name: 查看主页, 全部文章?"""
    return word.startswith(FURNITURE_BEGINS) or word.endswith(FURNITURE_ENDS)


def is_account(word: str) -> bool:
    """May an element that is called the author, or 由 beside a date, name this person or account?

    >>> [is_account(w) for w in ("慢轮子", "李明", "查看主页", "全部文章", "晨光网")]
    [True, True, False, False, False]
    """
    return is_person(word) or (
        is_pen_name(word)
        and not is_furniture(word)
        and not is_medium(word)
        and not NEVER_IN_A_NAME.intersection(word)
    )


def is_office(word: str) -> bool:
    """Is this an office, a medium, a department, a firm or a place by its form?

    >>> [is_office(w) for w in ("城东区图书馆", "晨光日报", "新闻中心", "李明")]
    [True, True, True, False]
    """
    return len(word) <= _LONGEST_OFFICE and (
        word in PLACES or word.endswith(OFFICE_ENDS) or any(part in word for part in OFFICE_PARTS)
    )


def is_medium(word: str) -> bool:
    """Is this a medium by its form, where no label says so? Columns (社会新闻) have the form and are none.

    >>> [is_medium(w) for w in ("晨光晚报", "21世纪经济报道", "社会新闻", "生活方式", "新闻")]
    [True, True, False, False, False]
    """
    return (
        word.endswith(MEDIUM_ENDS)
        and word not in COLUMNS
        and word not in MEDIUM_ENDS
        and not word.startswith(FURNITURE_BEGINS)
    )


def is_name_in_bracket(word: str) -> bool:
    """May this be a name right behind a rank in a bracket, with whatever surname: （记者 从容川）?

    >>> [is_name_in_bracket(w) for w in ("从容川", "言午", "手记", "江城管", "综合")]
    [True, True, False, False, False]
    """
    return is_person(word) or (
        2 <= len(word) <= 3
        and bool(_HAN.fullmatch(word))
        and not any(word[:2] in words for words in (HEADINGS, PLACES, NO_NAMES))
        and word not in NOBODY
        and not (is_done(word) or word in PHOTO_WORDS or word in STOP_WORDS)
        and not NEVER_IN_A_NAME.intersection(word)
        and word[-1] not in NEVER_LAST
        and not word.endswith(TITLES)
        and not is_office(word)
    )


def split_glued(run: str) -> list[str] | None:
    """The names of a run printed without separators, if there is one way and only one to read it.

    >>> split_glued("李明王小红")
    ['李明', '王小红']
    >>> split_glued("张明和李红")
    ['张明', '李红']
    >>> split_glued("了解到") is None
    True
    """
    if is_person(run):
        return [run]
    if "·" in run or len(run) > 16:
        return None
    parts = re.split("[和与及]", run)
    if len(parts) > 1:
        return parts if all(map(is_person, parts)) else None
    if len(run) > 9:
        return None
    readings = [
        names
        for count in (2, 3, 4)
        for sizes in product((2, 3), repeat=count)
        if sum(sizes) == len(run) and _are_names(names := _cut(run, sizes))
    ]
    return readings[0] if len(readings) == 1 else None


def _are_names(names: Sequence[str]) -> bool:
    """Are all of these names? Inside a run only a common surname tells where the next one begins."""
    return all(map(is_person, names)) and all(
        name[0] in COMMON_SURNAMES or name[:2] in DOUBLE_SURNAMES for name in names[1:]
    )


def _cut(run: str, sizes: tuple[int, ...]) -> list[str]:
    starts = [sum(sizes[:i]) for i in range(len(sizes))]
    return [run[start : start + size] for start, size in zip(starts, sizes, strict=True)]


def split_title(run: str) -> tuple[str, str] | None:
    """An office and title with the name behind it: the place where the name begins.

    >>> split_title("某大学教授李明")
    ('某大学教授', '李明')
    """
    for size in (3, 2, 4):
        head, name = run[:-size], run[-size:]
        if head.endswith(TITLES) and is_person(name):
            return head, name
    return None


def split_being(run: str) -> tuple[str, str] | None:
    """A name with what the person is behind it.

    >>> split_being("李明系某馆馆员")
    ('李明', '某馆馆员')
    """
    for size in (3, 2, 4):
        name, rest = run[:size], run[size:]
        if rest[:1] in ("系", "为", "是") and len(rest) > 2 and is_person(name):
            return name, rest[1:]
    return None


def split_done(run: str) -> tuple[str, str] | None:
    """Names with what they did behind them.

    >>> split_done("李明整理")
    ('李明', '整理')
    """
    for size in range(1, min(_LONGEST_DONE, len(run) - 2) + 1):
        names, word = run[:-size], run[-size:]
        if (is_done(word) or word in PHOTO_WORDS) and split_glued(names):
            return names, word
    return None


def is_done(word: str) -> bool:
    """Does this say what someone did for a text: 报道, 整理, 发自某地, 某地报道?"""
    return word in DONE_WORDS or (
        len(word) <= _LONGEST_DONE and (word.startswith("发自") or word.endswith(("报道", "报导", "专电")))
    )
