"""Is a page a damaged mirror's? Decided once for the whole page, before anything is touched."""

from __future__ import annotations

import re

from pipelines.restore.notes import Notes
from pipelines.restore.script import only_simplified, only_traditional

# Where the mirrors' map parts from those who write traditional characters: it leaves 后 in 以后, they
# write 以後.
_MAPPED = re.compile(
    r"(?<=[\u4e00-\u9fff])于|(?<=[\u4e00-\u9fff])(?<![皇太王母天影歌視蜂呂])后(?![妃宮羿土])"
    r"|[這那哪家心城村手眼夜夢嘴屋院校懷底]里|里[面邊頭]|[什怎那這多要]么|[聯關維]系|制[造作成品]|[研印縫]制"
    r"|干[部勁活]|[骨能實苦]干|范[圍例]|[規示模典防師]范|采[取用訪購集納]|特征|象征|征[求收集]|[旅導]游|游[客戲覽]"
    r"|[委依寄]托|愿[意望]|[意志自心]愿|[建構]筑|[奮戰]斗|斗[爭志]|云[計端]|白云|[一兩幾]只(?!有|是|要|能)|并[且不非]|合并"
    r"|[輕放寬]松|[業多剩其]余|杰出|咨詢|面[粉條包](?!括|含)"
)
_GENUINE = re.compile("[後於裡裏隻麼製範並願築鬥遊採徵係繫幹籲鬱讚迴佈佔餘鬆傑諮麵]")
_TORN_MARK = re.compile(r"[\u4e00-\u9fff，。”]\?[！？；]|\?[!?;][\u4e00-\u9fff]")

# How much of a page must be characters that only traditional text uses; ordinary prose has about 0.3.
_TRADITIONAL = 0.04


def is_mirror(text: str, has_spam: bool = False) -> bool:
    """Mostly the map's traditional characters, and machine-made notes, the map's own spellings, or spam on
    top.

    ``text`` is the page without its spam. Spellings that the map never gives (後, 於, 裡 …) vote against;
    so do notes that no machine of this kind makes.

    >>> is_mirror("社區(qū)里的網(wǎng)絡(luò)以后會(huì)更好，這里的干部什么都知道")
    True
    >>> is_mirror("圖書館裡的書以後會更多"), is_mirror("图书馆里的书"), is_mirror("郴(chēn)州在湖南")
    (False, False, False)
    """
    traditional = len(only_traditional().findall(text))
    if traditional <= _TRADITIONAL * len(text) or traditional < 4 * len(only_simplified().findall(text)):
        return False
    notes = Notes.of(text)
    against = len(_GENUINE.findall(text))
    mapped = len(_MAPPED.findall(text))
    if against * 3 > mapped + 6:
        return False
    return (
        notes.by_machine
        or (mapped >= 3 and against * 3 <= mapped)
        or (mapped >= 1 and against == 0 and (has_spam or notes.torn > 0 or bool(_TORN_MARK.search(text))))
    )
