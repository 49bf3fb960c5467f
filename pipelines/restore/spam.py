"""Lines of advertising words that a mirror puts on top of a page, told by their shape."""

from __future__ import annotations

import re

from pipelines.restore.script import is_han, only_simplified, only_traditional

_JOINERS = re.compile(r"[,，_\-|、/ ]+")
_SENTENCE = re.compile(r"[。！？；：“”《》（）!?;:]")
LONGEST = 4000
HEAD = 3  # lines from the top that may be spam
TELLING = 3  # characters of a line that only simplified text uses


def is_spam(line: str) -> bool:
    """A list of search words: many joined pieces of like length, no sentence, pieces that share words.

    >>> is_spam("电玩城注册送金币,免费电影大全网站,在线免费电影观看,电玩城官方下载,免费电影网站,彩票开奖直播")
    True
    >>> is_spam("春天来了,公园里的花都开了,孩子们在草地上奔跑")
    False
    """
    line = line.strip()
    if len(line) > LONGEST or _SENTENCE.search(line):
        return False
    words = [word for word in _JOINERS.split(line) if word]
    if len(words) < 4 or sum(len(word) for word in words) < 16:
        return False
    joined = re.findall(r"[,_\-]", line)
    if len(joined) < len(words) - 1 - line.count(" "):
        return False
    pairs = [word[i : i + 2] for word in words for i in range(len(word) - 1) if is_han(word[i])]
    repeated = len(pairs) - len(set(pairs))
    return bool(pairs) and repeated / len(pairs) >= 0.12


def is_unconverted(line: str) -> bool:
    """A list of joined words, no sentence, in simplified characters: on a page that a mirror turned into
    traditional characters every line of the article would be traditional, only the mirror's own are not.

    >>> is_unconverted("免费电影在线观看,彩票开奖结果,手机游戏大全下载"), is_unconverted("圖書,雜誌,報紙")
    (True, False)
    """
    line = line.strip()
    if len(line) > LONGEST or _SENTENCE.search(line) or only_traditional().search(line):
        return False
    return len(re.findall(r"[,_\-|]", line)) >= 2 and len(only_simplified().findall(line)) >= TELLING


def spam_lines(text: str) -> list[tuple[int, int]]:
    """The spans of the spam at the top of a text that may be a mirror's, line ends and a following lone
    ``?`` included.

    >>> page = "免费电影网站,免费电影观看,在线免费电影,电影免费大全,免费电影下载\\n?\\n\\n正文第一句。"
    >>> spam_lines(page)
    [(0, 38)]
    """
    at, end = 0, 0
    for _ in range(HEAD):
        stop = text.find("\n", at)
        stop = len(text) if stop < 0 else stop
        line = text[at:stop]
        if is_spam(line) or is_unconverted(line) or (end and line.strip() in ("?", "？", "")):
            end = min(stop + 1, len(text))
        elif line.strip():
            break
        if stop >= len(text):
            break
        at = stop + 1
    return [(0, end)] if end else []
