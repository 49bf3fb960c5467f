"""Is a page a damaged mirror? Decided once for the whole page, before anything is touched."""

from __future__ import annotations

import re
from functools import cache

from pipelines.restore.notes import Notes
from pipelines.restore.script import only_simplified, only_traditional

# Words as the mirrors' map writes them, against the way that writers of traditional characters do.
_MAPPED = (
    "以后 之后 然后 最后 今后 后來 后續 后果 對于 由于 關于 在于 屬于 用于 于是 等于 位于 基于 終于 至于 處于 有利于 這里 那里 哪里 "
    "里面 心里 城里 什么 怎么 那么 這么 多么 干部 骨干 能干 實干 范圍 規范 示范 制造 制作 系統 關系 聯系 體系 并且 并不 合并 愿意 "
    "意愿 志愿 建筑 構筑 斗爭 奮斗 委托 旅游 游客 上游 采取 采用 采訪 象征 特征 征求 云計算 云端 一只 兩只 臺灣 方面 "
    "出臺 準備 沖突 萬"
).split()
_MAPPED = [word for word in _MAPPED if word not in ("系統", "體系", "方面", "臺灣", "出臺", "準備", "萬")]
_GENUINE = "後於裡裏隻麼製範並願築鬥遊採徵係繫幹籲鬱併讚迴佈佔"

_AGAINST = re.compile(f"[{_GENUINE}]")


@cache
def _mapped() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, _MAPPED)))


def is_mirror(text: str, notes: Notes | None = None) -> bool:
    """Mostly the map's traditional characters, and either machine-made notes or the map's own spellings.

    >>> is_mirror("社區(qū)里的網(wǎng)絡(luò)以后會(huì)更好，這里的干部什么都知道")
    True
    >>> is_mirror("圖書館裡的書以後會更多"), is_mirror("图书馆里的书"), is_mirror("郴(chēn)州在湖南")
    (False, False, False)
    """
    traditional = len(only_traditional().findall(text))
    if not traditional or traditional < 0.04 * len(text):
        return False
    simplified = len(only_simplified().findall(text))
    if traditional < 4 * simplified:
        return False
    notes = notes or Notes.of(text)
    against = len(_AGAINST.findall(text))
    mapped = len(_mapped().findall(text))
    machine = sum(notes.annotated.values())
    kept = sum(notes.plain[char] for char in notes.annotated)
    if len(notes.annotated) >= 3 and notes.others <= 0.1 * machine and kept <= 0.25 * machine and against <= 2 + mapped:
        return True
    if notes.torn >= 1 and machine >= 1 and against <= mapped:
        return True
    return mapped >= 3 and against * 4 <= mapped
