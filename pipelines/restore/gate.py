"""Is a page a damaged mirror's? Decided once for the whole page, before anything is touched."""

from __future__ import annotations

import re

from pipelines.restore.language import language
from pipelines.restore.notes import READING, Notes
from pipelines.restore.script import (
    in_traditional_text,
    is_han,
    only_simplified,
    only_traditional,
    simplified_forms,
)

# Where the mirrors' map parts from those who write traditional characters: it leaves 后 in 以后, they
# write 以後; it makes 準 of every 准, they write 批准.
_MAPPED = re.compile(
    r"(?<=[\u4e00-\u9fff])(?:[于么]|(?<![皇太王母天影歌視蜂呂])后(?![妃宮羿土]))|凈|(?<=[\u4e00-\u9fff，])并(?!州)"
    r"|[這那哪家心城村鎮手眼夜夢嘴屋房院校懷底店館園廠場區圈堂室林田地肚書簿本包袋盒箱筐]里(?![程長])|里[面邊頭]"
    r"|(?:[氣間廳市盤年月節站班隊櫃爐鍋碗桶缸]|胡同)里(?![程長])"
    r"|[聯關維]系|制[造作成品訂藥片衣]|[研印縫]制|干[部勁活凈杯警事練線]|[骨能實苦樹主才]干|范[圍例]|[規示模典防師]范|采[取用訪購集納摘]"
    r"|特征|象征|征[求收集]|[旅導]游|游[客戲覽玩]|[委依寄]托|愿[意望]|[意志自心情]愿|[建構修]筑|[奮戰搏打決格]斗|斗[爭志]"
    r"|云[計端朵彩]|[白烏風]云|[一兩幾]只(?!有|是|要|能)|[輕放寬]松|松[開手]|[業多剩其]余|余下|杰出|咨詢|[批允核]準|準[許予]"
    r"|面[粉條包](?!括|含)|癥狀|病癥|[雜標]志|[精細別]致|復雜|重復|詞匯|日歷|收獲|頭發|盡管|胡[子須]|手表|書簽|[空清悠]閑|閑[聊書]"
    r"|沖[突擊]|稻谷|谷物|卷起|蘿卜|辟謠|[開獨]辟|[圣愿]|癥(?!結)|于(?=[0-9]{2})|防御|抵御|舍[棄得]|丑[陋惡聞]|咸菜|生姜|向往|尸體"
    r"|[憂抑沉]郁|郁[悶結]|筑路|[巡迂輪]回|[骯弄]臟|臟[水衣話]|復[習印]|語匯|鐘[情愛]|公仆|仆人"
    r"|托[付運管]|[理剪]發[店師廳]|憑借"
)
_GENUINE = re.compile(
    "[後於裡裏隻麼製範並願築鬥遊採徵係繫幹籲鬱讚迴佈佔餘鬆傑諮麵託雲週鬍鬚捲錶穫曆彙儘複誌緻閒淨衝捨籤髮鹹]"
)
_TORN_MARK = re.compile(r"[\u4e00-\u9fff，。”]\?[！？；]|\?[!?;][\u4e00-\u9fff]")
_TORN = re.compile(
    rf"(?<=[\u4e00-\u9fff，。”])\?(?:[！？；!?;]|{READING}\))(?P<behind>[^\x00-\x7f，。、！？；：“”]+)"
)
_HEARD = 8  # characters behind a tear that may be out of step

# How much of a page must be characters that only traditional text uses; ordinary prose has about 0.3.
_TRADITIONAL = 0.04
_PAGE, _PASSAGE = 200, 100  # Chinese characters
_COMMON = -9.0  # log P of a character that every reader knows


def is_mirror(text: str, has_spam: bool = False) -> bool:
    """Mostly the map's traditional characters, and machine-made notes, the map's own spellings, torn bytes,
    or spam on top.

    ``text`` is the page without its spam. Spellings that the map never gives (後, 於, 裡 …) vote against;
    so do notes that no machine of this kind makes.

    >>> is_mirror("社區(qū)里的網(wǎng)絡(luò)以后會(huì)更好，這里的干部什么都知道")
    True
    >>> is_mirror("圖書館裡的書以後會更多"), is_mirror("图书馆里的书"), is_mirror("郴(chēn)州在湖南")
    (False, False, False)
    >>> is_mirror("圖書館的書會更多", has_spam=True), is_mirror("圖書館的書會更多")
    (True, False)
    """
    if len(only_traditional().findall(text)) <= _TRADITIONAL * len(text):
        return False
    intact = _TORN.sub("", text)  # bytes out of step show characters of either script
    if len(only_traditional().findall(intact)) < 4 * len(only_simplified().findall(intact)):
        return False
    notes = Notes.of(text)
    against = len(_GENUINE.findall(text))
    spelled = _MAPPED.findall(text)
    mapped = len(spelled)
    if against * 3 > mapped + 6:
        return False
    if notes.by_machine or (mapped >= 3 and against * 3 <= mapped):
        return True
    if against:
        return False
    if has_spam or len(set(spelled)) >= 2 or _garbled(text) or notes.many_made:
        return True
    twice = notes.all_made and notes.annotated.total() >= 2
    if mapped and (twice or notes.torn > 0 or _TORN_MARK.search(text)):
        return True
    # Who writes this much in genuine traditional characters writes one of theirs that the map never gives.
    chinese = sum(map(is_han, text))
    return (mapped > 0 and chinese >= _PAGE) or (chinese >= _PASSAGE and _explains_the_common(notes))


def _explains_the_common(notes: Notes) -> bool:
    """Are there notes only of the machine's, and on characters that every reader knows?"""
    common = language().letter
    return notes.all_made and all(common(simplified_forms(char)[0]) > _COMMON for char in notes.annotated)


def _garbled(text: str) -> bool:
    """Is something torn, and behind it a character that no one writes in traditional text?

    >>> _garbled("在青?；鶎狱h組織"), _garbled("真的?！我不信")
    (True, False)
    """
    return any(
        not in_traditional_text(char)
        for found in _TORN.finditer(text)
        for char in found.group("behind")[:_HEARD]
    )
