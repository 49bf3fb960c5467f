"""Make ``pipelines/restore/data/script.txt`` and ``readings.txt`` from OpenCC's and pypinyin's tables.

    python tools/build_script_tables.py pipelines/restore/data

The mirrors' map turns a simplified character into one fixed traditional one, but leaves a character that
is a legal traditional one itself. OpenCC lists which characters are legal in both scripts; where the map,
as it was derived from mangled text, parts from that list, ``DERIVED`` and ``STAYS`` decide. The other forms
that OpenCC knows are kept behind the map's own.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
from pathlib import Path

import opencc
from pypinyin import Style, pinyin

_DERIVED = """
    着:著 症:癥 准:準 台:臺 几:幾 冲:沖 岩:巖 万:萬 为:為 内:內 净:凈 众:眾 强:強 启:啟 峰:峰 群:群 床:床
    秘:秘 线:線 奖:獎 荡:蕩 灾:災 污:污 灶:灶 痴:癡 据:據 适:適 胜:勝 荐:薦 虫:蟲 腊:臘 蜡:蠟 蝎:蠍 厂:廠
    划:劃 叶:葉 党:黨 夸:誇 帘:簾 广:廣 确:確 种:種 涂:塗 极:極 价:價 听:聽 丰:豐 苹:蘋 挂:掛 佣:傭 籴:糴
    蚝:蠔 膻:羶 雇:雇 叹:嘆 仿:仿 杯:杯 恒:恒 昵:昵 赞:贊 脏:臟 盘:盤 绣:繡 锈:銹 鸡:雞 别:別 碱:堿 韵:韻
    烟:煙 踪:蹤 钟:鐘 个:個 卫:衛 干:干 历:歷 尽:盡 汇:匯 复:復 发:發 获:獲 坛:壇 团:團 当:當 尝:嘗 厘:厘
    闲:閑 粮:糧 弥:彌 纤:纖 签:簽 苏:蘇 系:系 须:須 脉:脈 麦:麥 却:卻 脚:腳 裤:褲 凶:兇 咨:咨 周:周 岳:岳
    药:藥 梁:梁 参:參 伪:偽 妫:媯 沩:溈 搜:搜 够:夠 柜:櫃 鉴:鑒
"""
DERIVED = dict(pair.split(":") for pair in _DERIVED.split())
STAYS = (
    "么圣郁里后于系云只面范制并愿筑斗托游采征占余吁咸御尸唇辟吃了才表松卷胡杰克仆朴姜借舍升回谷"
    "向志注布致板吊困家"
)


def gbk(text: str) -> bool:
    try:
        text.encode("gbk")
    except UnicodeEncodeError:
        return False
    return True


def simplified(char: str) -> bool:
    """Does a text in simplified characters use it? (GB 2312 lists what one does.)"""
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def table(name: str) -> dict[str, list[str]]:
    """One of OpenCC's character dictionaries: a character and what it may become."""
    home = Path(opencc.__file__).parent / "clib"
    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder) / name
        source = home / "share/opencc" / f"{name}.ocd2"
        subprocess.run(
            [home / "bin/opencc_dict", "-i", source, "-o", text, "-f", "ocd2", "-t", "text"],
            check=True,
            capture_output=True,
        )
        rows = (line.split("\t") for line in text.read_text(encoding="utf-8").splitlines())
        return {key: values.split(" ") for key, values in rows}


def forms_of(char: str, options: list[str], variants: dict[str, list[str]]) -> list[str]:
    """The traditional forms of a simplified character: the map's own first."""
    first = DERIVED.get(char) or (char if char in options or char in STAYS else options[0])
    known = [
        form
        for option in options
        for form in [option, *variants.get(option, [])]
        if form != char or char in options
    ]
    return [form for form in dict.fromkeys([first, *known]) if len(form) == 1 and gbk(form)]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    variants: dict[str, list[str]] = {}
    for name in ("TWVariants", "HKVariants"):
        for key, values in table(name).items():
            variants.setdefault(key, []).extend(values)
    characters = table("STCharacters")
    characters.update({char: [form] for char, form in DERIVED.items() if char not in characters})
    rows = {}
    for char, options in sorted(characters.items()):
        if len(char) == 1 and gbk(char) and (simplified(char) or char not in variants):
            forms = forms_of(char, options, variants)
            if forms and forms != [char]:
                rows[char] = forms
    folder.joinpath("script.txt").write_text(
        "".join(f"{char}\t{''.join(forms)}\n" for char, forms in rows.items()), encoding="utf-8"
    )
    traditional = {form for char, forms in rows.items() for form in forms if form != char}
    readings: dict[str, list[str]] = {}
    for char in sorted(traditional):
        reading = pinyin(char, style=Style.TONE)[0][0]
        if gbk(reading) and reading != char:
            readings.setdefault(reading, []).append(char)
    folder.joinpath("readings.txt").write_text(
        "".join(f"{reading}\t{''.join(chars)}\n" for reading, chars in sorted(readings.items())),
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
