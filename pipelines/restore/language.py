"""How likely a run of Chinese characters is: a back-off model of up to five characters and marks
(``data/language.bin``, laid out as ``backoff.py`` tells).
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from itertools import accumulate

from pipelines.restore.backoff import LOGS, WEIGHTS, Backoff

ORDER = 5
MARKS = "。，、：；？！"  # the marks that the model knows as it knows characters
BOUNDARY = "^"  # before a sentence's first character: the start of a line, a foreign word
UNSEEN = -16.0

_REMEMBERED = 50_000  # contexts
_HELD = 1_000_000  # characters that follow some run


class Context:
    """What the model knows of the characters behind one context."""

    __slots__ = ("_known",)

    def __init__(self, known: list[tuple[dict[str, float], float]]) -> None:
        self._known = known  # behind the longest end of it, behind a shorter one with what that costs, …

    def score(self, char: str) -> float:
        """log P of a character here."""
        for following, cost in self._known:
            log = following.get(char)
            if log is not None:
                return log + cost
        return UNSEEN + self._known[-1][1]


class Language:
    """The model. ``score(run)`` is log P(last character of ``run`` | the characters before it)."""

    def __init__(self, data: bytes) -> None:
        try:
            self._model = Backoff(data)
            self._chars = "\0" + self._model.names.decode("utf-16-le")
            if len(self._chars) != self._model.singles + 1:
                raise ValueError("of other symbols")
        except ValueError as error:
            raise ValueError(
                f"language.bin is no language model, but {error}; build it with tools/build_language_model.py"
            ) from error
        self._numbers = {char: number for number, char in enumerate(self._chars)}
        self._contexts: dict[str, Context] = {}
        self._nodes: dict[str, int] = {}
        self._following: dict[int, dict[str, float]] = {}
        self._held = 0

    def letter(self, char: str) -> float:
        """log P of a character by itself."""
        return self._behind(0).get(char, UNSEEN)

    def context(self, run: str) -> Context:
        """What the model knows of the characters behind a run, of which it hears the last four."""
        run = run[1 - ORDER :]
        context = self._contexts.get(run)
        if context is None:
            if len(self._contexts) > _REMEMBERED:
                self._contexts.clear()
            context = self._contexts[run] = Context(self._known_behind(run))
        return context

    def score(self, run: str) -> float:
        """log P of the last character after the (at most four) before it."""
        return self.context(run[:-1]).score(run[-1])

    def _known_behind(self, run: str) -> list[tuple[dict[str, float], float]]:
        nodes = [0]
        for start in range(len(run) - 1, -1, -1):
            node = self._node(run[start:])
            if not node:
                break  # nor has the model a longer run with that end
            nodes.append(node)
        nodes.reverse()
        costs = accumulate((WEIGHTS[self._model.weights[node]] for node in nodes[:-1]), initial=0.0)
        return [(self._behind(node), cost) for node, cost in zip(nodes, costs, strict=True)]

    def _node(self, run: str) -> int:
        """The node of a run, 0 when the model has it not."""
        node = self._nodes.get(run)
        if node is None:
            if len(self._nodes) > _REMEMBERED:
                self._nodes.clear()
            above = self._node(run[:-1]) if len(run) > 1 else 0
            known = above or len(run) == 1
            node = self._model.child(above, self._numbers.get(run[-1], 0)) if known else 0
            self._nodes[run] = node
        return node

    def _behind(self, node: int) -> dict[str, float]:
        following = self._following.get(node)
        if following is None:
            if self._held > _HELD:
                self._following.clear()
                self._held = 0
            first, end = self._model.children(node)
            self._held += end - first
            chars = map(self._chars.__getitem__, self._model.symbols[first:end])
            following = dict(zip(chars, map(LOGS.__getitem__, self._model.logs[first:end]), strict=True))
            self._following[node] = following
        return following


@cache
def language() -> Language:
    """The model that ships with the package, read on first use."""
    return Language(resources.files("pipelines.restore").joinpath("data/language.bin").read_bytes())
