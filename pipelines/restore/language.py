"""How likely a run of Chinese characters is: a back-off model of up to five characters and marks
(``data/language.bin``, laid out as ``backoff.py`` tells).
"""

from __future__ import annotations

from bisect import bisect_left
from functools import cache
from importlib import resources

from pipelines.restore.backoff import LOGS, WEIGHTS, Backoff

ORDER = 5
MARKS = "。，、：；？！"  # the marks that the model knows as it knows characters
BOUNDARY = "^"  # before a sentence's first character: the start of a line, a foreign word
UNSEEN = -16.0

_REMEMBERED = 50_000  # contexts


class Context:
    """What the model knows of the characters behind one context."""

    __slots__ = ("_ends", "_language", "_rest")

    def __init__(self, language: Language, nodes: list[int]) -> None:
        """``nodes`` are those of the ends of the context, the longest first."""
        self._language = language
        # Where the children of each end are, and what it costs to know no more.
        self._ends: list[tuple[int, int, float]] = []
        self._rest = 0.0  # what it costs to know none
        for node in nodes:
            if children := language.model.children(node):
                self._ends.append((children.start, children.stop, self._rest))
                self._rest += WEIGHTS[language.model.weights[node]]

    def score(self, char: str) -> float:
        """log P of a character here."""
        number = self._language.numbers.get(char)
        if number is None:
            return UNSEEN + self._rest
        model = self._language.model
        symbols = model.symbols
        for start, stop, cost in self._ends:  # Backoff.child without a call: this is asked most of all
            node = bisect_left(symbols, number, start, stop)
            if node < stop and symbols[node] == number:
                return LOGS[model.logs[node]] + cost
        return LOGS[model.logs[number]] + self._rest


class Language:
    """The model. ``score(run)`` is log P(last character of ``run`` | the characters before it)."""

    def __init__(self, data: bytes) -> None:
        try:
            self.model = Backoff(data)
            self._letters = self.model.names.decode("utf-16-le")
            self.numbers = self.model.numbered(self._letters)
        except ValueError as error:
            raise ValueError(
                f"language.bin is no language model, but {error}; build it with tools/build_language_model.py"
            ) from error
        self._contexts: dict[str, Context] = {}
        self._nodes: dict[str, int] = {}
        self._followers: dict[str, str] = {}

    def letter(self, char: str) -> float:
        """log P of a character by itself."""
        return self.context("").score(char)

    def context(self, run: str) -> Context:
        """What the model knows of the characters behind a run, of which it hears the last four."""
        run = run[1 - ORDER :]
        context = self._contexts.get(run)
        if context is None:
            if len(self._contexts) > _REMEMBERED:
                self._contexts.clear()
            context = self._contexts[run] = Context(self, self._ends(run))
        return context

    def score(self, run: str) -> float:
        """log P of the last character after the (at most four) before it."""
        return self.context(run[:-1]).score(run[-1])

    def followers(self, char: str) -> str:
        """The characters that the model knows behind one, the likeliest first."""
        followers = self._followers.get(char)
        if followers is None:
            model, node = self.model, self.numbers.get(char)
            children = model.children(node) if node else ()
            likeliest = sorted(children, key=lambda child: LOGS[model.logs[child]], reverse=True)
            followers = "".join(self._letters[model.symbols[child] - 1] for child in likeliest)
            self._followers[char] = followers
        return followers

    def _ends(self, run: str) -> list[int]:
        """The nodes of the ends of a run, the longest first."""
        nodes: list[int] = []
        for start in range(len(run) - 1, -1, -1):
            node = self._node(run[start:])
            if not node:
                break  # nor has the model a longer run with that end
            nodes.append(node)
        nodes.reverse()
        return nodes

    def _node(self, run: str) -> int:
        """The node of a run, 0 when the model has it not."""
        node = self._nodes.get(run)
        if node is None:
            if len(self._nodes) > _REMEMBERED:
                self._nodes.clear()
            above = self._node(run[:-1]) if len(run) > 1 else 0
            known = above or len(run) == 1
            node = self.model.child(above, self.numbers.get(run[-1], 0)) if known else 0
            self._nodes[run] = node
        return node


@cache
def language() -> Language:
    """The model that ships with the package, read on first use."""
    return Language(resources.files("pipelines.restore").joinpath("data/language.bin").read_bytes())
