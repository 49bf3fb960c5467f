"""The damage that hijacked mirrors do to a text, made the way they make it: the source of the
restoration's tests.

Simplified text becomes traditional by a fixed map, is encoded in GBK, gets readings put behind chosen
characters and is cut at full-width marks by replacements that look at bytes (and so match across
characters), is read as CP936 again, and may have its full-width forms folded and lines of spam put on top.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from pipelines.restore.script import mirror_form, readings

CUTTING = "！？；"
ENDING = "，。、"  # cut only at their true place, where they end a shifted run
NEVER_ANNOTATED = set("為體組織黨")
SPAM = (
    "在线彩票开奖直播,免费电影大全网站,电玩城注册送金币,棋牌游戏下载大厅,最新彩票走势图,"
    "手机彩票投注网站,免费电影在线看,电玩城官方下载"
)


@dataclass(frozen=True)
class Damage:
    """One way to damage a page."""

    annotated: Sequence[str] = ()
    cut: bool = True
    end_at_marks: bool = False
    fold: bool = True
    by_line: bool = True
    spam: tuple[str, ...] = ()


@dataclass
class Damaged:
    """A damaged text, and the spans of the original (in characters) whose bytes were torn."""

    text: str
    places: list[tuple[int, int]] = field(default_factory=list)


def to_traditional(text: str) -> str:
    """The mirrors' map, character by character.

    >>> to_traditional("后来为了台阶，万里着重准备")
    '后來為了臺階，萬里著重準備'
    """
    return "".join(map(mirror_form, text))


def encode(text: str) -> bytes:
    """GBK; a character that it lacks becomes one question mark."""
    return text.encode("gbk", "replace")


class Stream:
    """Bytes, and for each the character of the original it came from (-1: put in by a replacement)."""

    def __init__(self, text: str) -> None:
        coded = [encode(char) for char in to_traditional(text)]
        self.sizes = [len(code) for code in coded]
        self.data = b"".join(coded)
        self.owners = [index for index, code in enumerate(coded) for _ in code]

    def annotate(self, characters: Iterable[str]) -> Stream:
        """Put its reading behind every occurrence of each character's bytes, wherever they lie."""
        known = readings()
        for char in characters:
            token, note = encode(char), f"({known[char]})".encode("gbk")
            parts, owners, start = [], [], 0
            while (found := self.data.find(token, start)) >= 0:
                end = found + len(token)
                parts += [self.data[start:end], note]
                owners += [*self.owners[start:end], *[-1] * len(note)]
                start = end
            self.data = b"".join([*parts, self.data[start:]])
            self.owners = [*owners, *self.owners[start:]]
        return self

    def pieces(self, damage: Damage) -> Iterator[tuple[int, int]]:
        """Cut at full-width marks; a mark is a piece of its own."""
        marks = {mark.encode("gbk") for mark in CUTTING} if damage.cut else set()
        ends = {mark.encode("gbk") for mark in ENDING} if damage.end_at_marks else set()
        start = at = 0
        while at < len(self.data) - 1:
            pair = self.data[at : at + 2]
            if pair in marks or (pair in ends and self.owners[at] == self.owners[at + 1]):
                yield start, at
                yield at, at + 2
                start = at = at + 2
            else:
                at += 1
        yield start, len(self.data)


def units(data: bytes) -> Iterator[tuple[int, int, str]]:
    """CP936 from left to right: (start, end, what is seen); a pair with no character leaves nothing.

    >>> "".join(seen for _, _, seen in units(encode("治理")[1:]))
    '卫?'
    """
    at = 0
    while at < len(data):
        lead, size = data[at], 2
        if lead <= 0x80:
            size, seen = 1, "€" if lead == 0x80 else chr(lead)
        elif at + 1 == len(data):
            size, seen = 1, "?"
        elif data[at + 1] < 0x40:
            seen = "?"
        else:
            seen = data[at : at + 2].decode("gbk", "ignore")
        yield at, at + size, seen
        at += size


def fold(text: str) -> str:
    """Full-width forms to ASCII, as text corpora do."""
    return "".join(chr(ord(c) - 0xFEE0) if "！" <= c <= "～" else c for c in text)


def damage_run(text: str, damage: Damage) -> Damaged:
    """Damage one run of bytes (a line or a whole page).

    >>> damage_run("变为观", Damage("優")).text
    '變?yōu)橛^'
    >>> damage_run("链是一", Damage("準")).text
    '鏈?zhǔn)且?'
    >>> damage_run("日报", Damage("報請")).text
    '日?qǐng)?bào)'
    >>> damage_run("因为其教学", Damage("驗學")).text
    '因?yàn)槠浣虒W(xué)'
    >>> damage_run("“laziness", Damage("發")).text
    '“l(fā)aziness'
    >>> damage_run("海考察时", Damage(fold=False)).text
    '?？疾鞎r'
    >>> damage_run("海基层党", Damage(fold=False)).text
    '?；鶎狱h'
    >>> damage_run("。“互联", Damage("聯", fold=False)).text
    '?！盎ヂ?lián)'
    >>> damage_run("[摘\u00a0要]", Damage()).text
    '[摘?要]'
    """
    stream = Stream(text).annotate(damage.annotated)
    seen, whole = [], set()
    for start, end in stream.pieces(damage):
        for left, right, shown in units(stream.data[start:end]):
            owners = set(stream.owners[start + left : start + right])
            if len(owners) == 1 and shown and right - left == stream.sizes[min(owners)]:
                whole |= owners
            seen.append(shown)
    places: list[tuple[int, int]] = []
    for index in range(len(text)):
        if index not in whole:
            if places and places[-1][1] == index:
                places[-1] = (places[-1][0], index + 1)
            else:
                places.append((index, index + 1))
    shown = "".join(seen)
    return Damaged(fold(shown) if damage.fold else shown, places)


def damage_page(text: str, damage: Damage) -> Damaged:
    """Damage a page; spam goes on top.

    >>> damage_page("日报\\n变为观", Damage("優", spam=("广告,广告",))).text
    '广告,广告\\n日報\\n變?yōu)橛^'
    """
    lines = text.split("\n") if damage.by_line else [text]
    places, shown, offset = [], [], 0
    for line in lines:
        done = damage_run(line, damage)
        shown.append(done.text)
        places += [(start + offset, end + offset) for start, end in done.places]
        offset += len(line) + 1
    return Damaged("\n".join([*damage.spam, *shown]), places)


def annotated_characters(seed: int, share: float) -> list[str]:
    """A page's list: a share of the common traditional characters, in an order of its own."""
    from pipelines.restore.language import language
    from pipelines.restore.script import only_traditional, simplified_forms

    model, traditional = language(), only_traditional()
    pool = [char for char in readings() if char not in NEVER_ANNOTATED and traditional.match(char)]
    pool.sort(key=lambda char: (-max(model.score(form) for form in simplified_forms(char)), char))
    return random.Random(seed).sample(pool[:700], int(700 * share))


def any_way(seed: int) -> Damage:
    """Pages differ in their list of characters, in what else cuts them, in width and in spam."""
    chance = random.Random(seed)
    return Damage(
        annotated_characters(seed, chance.choice([0.0, 0.02, 0.05, 0.1, 0.2])),
        end_at_marks=chance.random() < 0.5,
        fold=chance.random() < 0.5,
        by_line=chance.random() < 0.5,
        spam=(SPAM,) if chance.random() < 0.5 else (),
    )
