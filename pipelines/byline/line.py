"""A tokenized line with what the readers of names and of statements ask of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipelines.byline.fold import Folded
from pipelines.byline.names import is_medium, is_office
from pipelines.byline.tokens import Token, tokens

BULLETS = "□■◎●○⊙◆◇▲△★"
SET_APART = ("-", "·")  # for a colon


@dataclass(frozen=True, slots=True)
class TokenLine:
    """The tokens of a line and the line as printed, from which the values are cut.

    A place is the index of a token; a place outside the line has the kind ``end`` and no text.
    """

    printed: str
    tokens: Sequence[Token]

    @classmethod
    def of(cls, line: Folded) -> TokenLine:
        return _token_line(line.printed, line.folded)

    def kind(self, at: int) -> str:
        return self.tokens[at].kind if 0 <= at < len(self.tokens) else "end"

    def text(self, at: int) -> str:
        return self.tokens[at].text if 0 <= at < len(self.tokens) else ""

    def cut(self, first: int, behind: int) -> str:
        """The printed words of the tokens from ``first`` up to, not with, ``behind``."""
        behind = min(behind, len(self.tokens))
        return (
            self.printed[self.tokens[first].start : self.tokens[behind - 1].end].strip()
            if first < behind
            else ""
        )

    def skip_space(self, at: int) -> int:
        return at + 1 if self.kind(at) == "space" else at

    def skip_bullet(self, at: int) -> int:
        """The place behind the spaces at ``at`` and behind a bullet that follows them."""
        at = self.skip_space(at)
        return self.skip_space(at + 1) if self._is_bullet(at) else at

    def _is_bullet(self, at: int) -> bool:
        return self.kind(at) == "mark" and self.text(at) in BULLETS

    def gap(self, at: int) -> int:
        """How wide the space at ``at`` is."""
        return len(self.text(at)) if self.kind(at) == "space" else 0

    def is_rank(self, at: int) -> bool:
        """Does a rank (记者) stand here?"""
        label = self.tokens[at].label if 0 <= at < len(self.tokens) else None
        return label is not None and label.rank

    def rank_behind_office(self, at: int) -> int | None:
        """The place of the rank that follows an office: 晨光报|记者, 晨光网| |记者, 晨光网|《晨镜》|作者."""
        if self.kind(at) == "word":
            if self.is_rank(at + 1):
                return at + 1
            if self.gap(at + 1) == 1 and self.is_rank(at + 2) and is_office(self.text(at)):
                return at + 2
            return self.rank_behind_office(at + 1) if self.text(at + 1) == "《" else None
        if self.text(at) == "《" and self.text(at + 2) == "》" and self.is_rank(at + 3):
            return at + 3
        return None

    def ends_statement(self, at: int) -> bool:
        """Would a reader see a credit or a source end in front of ``at``?"""
        if self.kind(at) == "space":
            wide = self.gap(at) > 1
            return (
                wide
                or self.ends_statement(at + 1)
                or is_medium(self.text(at + 1))
                or self.rank_behind_office(at + 1) is not None
            )
        if self.kind(at) == "and":
            behind = self.skip_space(at + 1)
            return self.kind(behind) == "label" or self.rank_behind_office(behind) is not None
        return (
            self.kind(at) in ("end", "close", "label", "stop", "time", "bar")
            or self.text(at) in ("。", "(", "[")
            or self._is_bullet(at)
        )


@lru_cache(maxsize=64)  # the readers of one article ask for its lines again and again
def _token_line(printed: str, folded: str) -> TokenLine:
    return TokenLine(printed, tuple(tokens(folded)))
