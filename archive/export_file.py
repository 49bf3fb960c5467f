"""Files of an export: written beside and renamed when whole; packed and shaped as their names say."""

from __future__ import annotations

import contextlib
import gzip
import importlib
import io
import itertools
import json
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any, Protocol, cast

from archive.errors import ArchiveError
from archive.fields import FIELDS, PARTS, Field
from archive.separated import separated

# So many lines are handed over at once: they may be long.
CHUNK = 16
ROW_GROUP = 1_000


class ExportImpossible(ArchiveError):
    """The export can not be written as asked."""


class _Zstd(Protocol):
    def open(self, file: Path, mode: str) -> IO[bytes]: ...


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A path beside ``path`` to write to; it takes the name of ``path`` when the block ends without an error.

    Raises `ExportImpossible` where the folder or the disk does not let it.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        yield part
        with part.open("rb") as written:
            os.fsync(written.fileno())
        os.replace(part, path)
    except OSError as error:
        raise ExportImpossible(f"{path}: {error.strerror or error} - give another place with -o") from error
    finally:
        part.unlink(missing_ok=True)


def write_lines(lines: Iterable[bytes], path: Path, name: str) -> None:
    """Write JSON lines to ``path``, packed as the suffix of ``name`` says (``.gz``, ``.zst``)."""
    with _packed(path, name) as out:
        copy_lines(lines, out)


def copy_lines(lines: Iterable[bytes], out: IO[bytes]) -> None:
    """Write lines as they come."""
    iterator = iter(lines)
    while chunk := b"".join(itertools.islice(iterator, CHUNK)):
        out.write(chunk)


def write_csv(rows: Iterable[tuple[Any, ...]], names: tuple[str, ...], path: Path, name: str) -> None:
    """Write rows of these columns as CSV to ``path``, packed as the suffix of ``name`` says."""
    with _packed(path, name) as out:
        copy_csv(rows, names, out)


def copy_csv(rows: Iterable[tuple[Any, ...]], names: tuple[str, ...], out: IO[bytes]) -> None:
    """Write rows as CSV in UTF-8, with a line of names."""
    text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
    writer = separated(text)
    writer.writerow(names)
    writer.writerows(rows)
    text.detach()


def write_parquet(lines: Iterable[bytes], fields: Iterable[str], parts: Iterable[str], path: Path) -> None:
    """Write JSON lines as Parquet (zstd), lists and parts as nested columns.

    Raises `ExportImpossible` where pyarrow is not installed.
    """
    try:
        pyarrow, parquet = importlib.import_module("pyarrow"), importlib.import_module("pyarrow.parquet")
    except ImportError as error:
        raise ExportImpossible("Parquet needs pyarrow - run: pip install 'luntan[parquet]'") from error
    columns = [(name, _arrow(pyarrow, FIELDS[name])) for name in fields]
    for part in parts:
        members = [(name, _arrow(pyarrow, field)) for name, field in PARTS[part].items()]
        columns.append((part, pyarrow.list_(pyarrow.struct(members))))
    schema = pyarrow.schema(columns)
    iterator = map(json.loads, lines)
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        while rows := list(itertools.islice(iterator, ROW_GROUP)):
            writer.write_table(pyarrow.Table.from_pylist(rows, schema=schema))


def _arrow(pyarrow: Any, field: Field) -> Any:
    kinds = {
        "integer": pyarrow.int64(),
        "share": pyarrow.float64(),
        "text": pyarrow.string(),
        "strings": pyarrow.list_(pyarrow.string()),
    }
    return kinds[field.kind]


@contextlib.contextmanager
def _packed(path: Path, name: str) -> Iterator[IO[bytes]]:
    if name.endswith(".gz"):
        # No name and no time inside: the same in gives the same out.
        with path.open("wb") as file, gzip.GzipFile("", "wb", 6, file, mtime=0) as out:
            yield cast(IO[bytes], out)
    elif name.endswith(".zst"):
        with _zstd().open(path, "wb") as packed:
            yield packed
    else:
        with path.open("wb") as plain:
            yield plain


def _zstd() -> _Zstd:
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        from backports import zstd
    return cast(_Zstd, zstd)
