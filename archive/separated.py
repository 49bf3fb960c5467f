"""CSV and TSV as RFC 4180 has them, but for line feeds at the ends of lines, as tools of Unix expect."""

from __future__ import annotations

import csv
from typing import Any, Protocol


class Out(Protocol):
    """What text can be written to."""

    def write(self, text: str, /) -> Any: ...


class _LineFeeds:
    """Takes lines that end in CR LF: only so does Python quote a field with a bare CR."""

    def __init__(self, out: Out) -> None:
        self.out = out

    def write(self, line: str) -> None:
        self.out.write(line[:-2] + "\n")


def separated(out: Out, delimiter: str = ",") -> Any:
    r"""A `csv.writer` to ``out``; no field can end its line, or its cell, by what it holds.

    >>> import io
    >>> out = io.StringIO()
    >>> separated(out).writerow(["a\rb", 'c"d', "e\nf", 1, None])
    >>> out.getvalue()
    '"a\rb","c""d","e\nf",1,\n'
    """
    return csv.writer(_LineFeeds(out), delimiter=delimiter, lineterminator="\r\n")
