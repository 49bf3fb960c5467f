"""How likely a run of Chinese characters is as a row of words: a back-off model of up to three words
(``data/words.bin``), summed over all ways to part the run into words.

The file holds a table of ``language.py`` in which a character stands for a word, its number in the list of
words behind the table.
"""

from __future__ import annotations

import math
import re
from functools import cache
from importlib import resources
from itertools import groupby
from operator import itemgetter

from pipelines.restore.language import MARKS, Header, Language

LONGEST = 4  # characters of a word
UNITS = 0xD7FF  # so many words are numbered by one UTF-16 code unit, the rest by two
UNKNOWN = -16.0  # log P of a character that is no word

_UNLIKELY = 0.03  # the part of what leads to a place below which a state is left out
_STEPS, _PLACES = 50_000, 5_000  # remembered
_SENTENCE = re.compile(f"[^{MARKS}]{{0,63}}[{MARKS}]?")  # a longer one is cut: as much as is remembered

_Place = tuple[float, dict[str, float]]  # log P of what is before it, and the share of each state in that
_START: _Place = (0.0, {"": 1.0})


def char_of(number: int) -> str:
    """The character that stands for a word in the table, by the word's number from 1.

    >>> [ascii(char_of(number)) for number in (1, 0xD7FF, 0xD800)]
    ["'\\\\x01'", "'\\\\ud7ff'", "'\\\\U00010000'"]
    """
    return chr(number) if number <= UNITS else chr(number - UNITS + 0xFFFF)


def pack_words(words: list[str]) -> bytes:
    """The list as it lies in the file: words a line for those in a row with one first character."""
    lines = groupby(words, key=itemgetter(0))
    return "\n".join(first + " ".join(word[1:] for word in line) for first, line in lines).encode("gbk")


def unpack_words(data: bytes) -> list[str]:
    """What ``pack_words`` packed.

    >>> unpack_words(pack_words(["。", "中", "中国", "中间", "国"]))
    ['。', '中', '中国', '中间', '国']
    >>> unpack_words(pack_words(["中国", "中间"]))
    ['中国', '中间']
    """
    return [line[0] + rest for line in data.decode("gbk").split("\n") for rest in line[1:].split(" ")]


class Words:
    """The model. ``score(run)`` is log P of Chinese characters that begin a sentence.

    A state is what of the words before a place tells of the next: two of them, one or none.
    """

    def __init__(self, data: bytes) -> None:
        try:
            self._model = Language(data)
            words = unpack_words(data[Header.from_bytes(data).size :])
        except (ValueError, IndexError) as error:
            raise ValueError("words.bin is no word model; build it with tools/build_word_model.py") from error
        self._chars = {word: char_of(number) for number, word in enumerate(words, 1)}
        self._steps: dict[str, tuple[float, str]] = {}
        self._places = {"": _START}

    def score(self, run: str) -> float:
        """log P (natural) of a run of Chinese characters and MARKS, summed over all ways to part it into
        words. A new sentence begins behind a mark. What begins like an earlier run costs only the rest.

        >>> words().score("店里热情周到的服务") > words().score("店里热情受到的服务")
        True
        """
        return sum(self._sentence(part) for part in _SENTENCE.findall(run) if part)

    def _sentence(self, text: str) -> float:
        """log P of the characters up to a mark, by the forward algorithm."""
        if len(self._places) > _PLACES:
            self._places = {"": _START}
        places = self._places  # by all that is before them
        known = len(text)
        while text[:known] not in places:
            known -= 1
        row = [places[text[:end]] for end in range(known + 1)]
        for end in range(known + 1, len(text) + 1):
            place = places[text[:end]] = self._place(text, end, row)
            row.append(place)
        return row[-1][0]

    def _place(self, text: str, end: int, row: list[_Place]) -> _Place:
        """The place before which a text's characters up to ``end`` are, by the places before it."""
        steps, last = self._steps, row[-1][0]
        shares: dict[str, float] = {}
        for start in range(max(0, end - LONGEST), end):
            word = self._chars.get(text[start:end])
            if word is None:
                continue
            log, states = row[start]
            scale = math.exp(log - last)
            for state, share in states.items():
                chance, state = steps.get(state + word) or self._step(state, word)
                shares[state] = shares.get(state, 0.0) + share * scale * chance
        if not shares:
            return last + UNKNOWN, {"": 1.0}
        total = sum(shares.values())
        least = total * _UNLIKELY
        return last + math.log(total), {
            state: share / total for state, share in shares.items() if share > least
        }

    def _step(self, state: str, word: str) -> tuple[float, str]:
        """P of a word after a state, and the state it leads to."""
        if len(self._steps) > _STEPS:
            self._steps.clear()
        log, following = self._model.follow(state, word)
        step = self._steps[state + word] = math.exp(log), following
        return step


@cache
def words() -> Words:
    """The model that ships with the package, read on first use."""
    return Words(resources.files("pipelines.restore").joinpath("data/words.bin").read_bytes())
