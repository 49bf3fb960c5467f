"""A few lines at the foot of the terminal, redrawn in place; what else is written stands above them."""

from __future__ import annotations

import os
import shutil
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from math import ceil
from typing import TextIO

from wcwidth import wcswidth, wcwidth

# Where a terminal tells no size.
COLUMNS, ROWS = 80, 24


def is_watched() -> bool:
    """Whether somebody looks at stderr, on a terminal that can redraw a line."""
    return sys.stderr.isatty() and os.environ.get("TERM", "dumb") != "dumb"


def clipped(text: str, columns: int) -> str:
    """``text`` (printable) as far as it fits into so many columns; a Chinese character takes two.

    >>> clipped("党建专栏", 5)
    '党建'
    >>> clipped("abc", 5)
    'abc'
    """
    taken = 0
    for number, character in enumerate(text):
        taken += max(0, wcwidth(character))
        if taken > columns:
            return text[:number]
    return text


class Screen:
    """Blocks of lines, one for each that shows something; nothing is written before something is shown."""

    def __init__(self, stream: TextIO | None = None) -> None:
        """``stream`` is the terminal; None: stderr as it is when something is shown."""
        self._stream = stream
        self._blocks: dict[object, Sequence[str]] = {}
        self._drawn: list[str] = []
        # Who logs may be another thread than who draws.
        self._lock = threading.RLock()

    @property
    def _out(self) -> TextIO:
        return self._stream or sys.stderr

    def show(self, owner: object, lines: Sequence[str]) -> None:
        """Show the block of ``owner``, in the place of the one it showed before; no lines take it away."""
        with self._lock:
            if lines:
                self._blocks[owner] = lines
            else:
                self._blocks.pop(owner, None)
            columns, rows = self._size()
            # The last column stays free: a terminal wraps when it is written to.
            wanted = [clipped(line, columns - 1) for block in self._blocks.values() for line in block]
            self._redraw(wanted[: rows - 1])

    @contextmanager
    def stood_aside(self) -> Iterator[None]:
        """Take the blocks away while something else is written, and show them again below it."""
        with self._lock:
            drawn = self._drawn
            self._redraw([])
            try:
                yield
            finally:
                self._redraw(drawn)

    def _redraw(self, lines: list[str]) -> None:
        if lines == self._drawn:
            return
        with suppress(OSError):
            # A terminal that was closed costs the view, not the crawl.
            self._out.write(self._erasing() + "\n".join(lines))
            self._out.flush()
        self._drawn = lines

    def _erasing(self) -> str:
        """Back to where the drawing began, and away with it; a narrowed terminal has wrapped its lines."""
        if not self._drawn:
            return ""
        columns, _ = self._size()
        height = sum(max(1, ceil(wcswidth(line) / columns)) for line in self._drawn)
        up = f"\x1b[{height - 1}A" if height > 1 else ""
        return f"\r{up}\x1b[J"

    def _size(self) -> tuple[int, int]:
        try:
            columns, rows = os.get_terminal_size(self._out.fileno())
        except (OSError, ValueError):
            columns, rows = shutil.get_terminal_size((COLUMNS, ROWS))
        return max(2, columns or COLUMNS), max(2, rows or ROWS)


# The one terminal of this process, which the log and the view share.
SCREEN = Screen()
