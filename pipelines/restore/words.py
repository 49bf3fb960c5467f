"""How likely a run of Chinese characters is as a row of words: a back-off model of up to three words
(``data/words.bin``, laid out as ``backoff.py`` tells), summed over all ways to part the run into words.
"""

from __future__ import annotations

import math
import re
from functools import cache
from importlib import resources

from pipelines.restore.backoff import LOGS, WEIGHTS, Backoff
from pipelines.restore.language import MARKS

LONGEST = 4  # characters of a word
UNKNOWN = -16.0  # log P of a character that is no word

_UNLIKELY = 0.03  # the part of what leads to a place below which a state is left out
_STEPS, _PLACES = 50_000, 5_000  # remembered
_SENTENCE = re.compile(f"[^{MARKS}]{{0,63}}[{MARKS}]?")  # a longer one is cut: as much as is remembered

_Place = tuple[float, dict[int, float]]  # log P of what is before it, and the share of each state in that
_START: _Place = (0.0, {0: 1.0})


class Words:
    """The model. ``score(run)`` is log P of Chinese characters that begin a sentence.

    A state is what of the words before a place tells of the next, the node of two of them, one or none.
    """

    def __init__(self, data: bytes) -> None:
        try:
            self._model = Backoff(data)
            self._numbers = self._model.numbered(self._model.names.decode("gbk").split(" "))
        except ValueError as error:
            raise ValueError(
                f"words.bin is no word model, but {error}; build it with tools/build_word_model.py"
            ) from error
        self._shift = self._model.singles.bit_length()
        self._steps: dict[int, tuple[float, int]] = {}
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
        steps, shift, last = self._steps, self._shift, row[-1][0]
        shares: dict[int, float] = {}
        for start in range(max(0, end - LONGEST), end):
            word = self._numbers.get(text[start:end])
            if word is None:
                continue
            log, states = row[start]
            scale = math.exp(log - last)
            for state, share in states.items():
                chance, state = steps.get(state << shift | word) or self._step(state, word)
                shares[state] = shares.get(state, 0.0) + share * scale * chance
        if not shares:
            return last + UNKNOWN, {0: 1.0}
        total = sum(shares.values())
        least = total * _UNLIKELY
        return last + math.log(total), {
            state: share / total for state, share in shares.items() if share > least
        }

    def _step(self, state: int, word: int) -> tuple[float, int]:
        """P of a word after a state, and the state it leads to."""
        if len(self._steps) > _STEPS:
            self._steps.clear()
        model, context, log = self._model, state, 0.0
        while not (node := model.child(context, word)):
            log += WEIGHTS[model.weights[context]]
            context = self._shorter(context)
        step = math.exp(log + LOGS[model.logs[node]]), self._state(node, context, word)
        self._steps[state << self._shift | word] = step
        return step

    def _shorter(self, state: int) -> int:
        """The state without the first of its words."""
        return self._model.symbols[state] if state > self._model.singles else 0

    def _state(self, node: int, context: int, word: int) -> int:
        """Of the run at ``node``, which is the context and the word, the longest end that longer runs begin
        with.
        """
        while context and not self._model.begins(node):
            context = self._shorter(context)
            node = self._model.child(context, word)
        return node


@cache
def words() -> Words:
    """The model that ships with the package, read on first use."""
    return Words(resources.files("pipelines.restore").joinpath("data/words.bin").read_bytes())
