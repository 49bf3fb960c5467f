"""Texts as different from each other as two articles are, and what reprints do to them."""

from __future__ import annotations

import itertools
import random

CHARACTERS = (
    "清晨傍晚周末雨后秋天春风社区老人图书馆员早市摊主公园丁孩子修车师傅书店合唱河边步道巷口广场阅览室菜篱笆"
    "仓库展厅桥球场凉亭花盆翻看新杂志商量分水教邻居编竹篮换苗补漆长椅记树木名字路过坐收成错大家省力气赶下做"
    "完图热闹街坊帮忙催慢笑声远本写满第二来茶温问答听讲灯光窗台雪夏夜星月山湖船票站牌钟表布匹针线米面油盐糖"
)
WORDS = ["".join(pair) for pair in itertools.product(CHARACTERS, repeat=2)]
MARKS = "，，，、；。。"


def body(seed: int, paragraphs: int = 6) -> str:
    """The text of one article, 200 characters a paragraph: always the same for a seed."""
    rng = random.Random(seed)
    return "\n".join(
        "".join("".join(rng.choices(WORDS, k=rng.randrange(3, 7))) + rng.choice(MARKS) for _ in range(20))
        + "。"
        for _ in range(paragraphs)
    )


def edited(text: str, share: float, seed: int = 1) -> str:
    """The text with a share of its characters replaced, dropped or followed by another one."""
    rng = random.Random(seed)
    forms = (lambda char: rng.choice(CHARACTERS), lambda char: "", lambda char: char + rng.choice(CHARACTERS))
    places = set(rng.sample(range(len(text)), int(share * len(text))))
    return "".join(
        rng.choice(forms)(char) if place in places and char != "\n" else char
        for place, char in enumerate(text)
    )
