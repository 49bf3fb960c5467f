"""Mending a file that a crash cut off: what follows the last whole record goes, nothing else."""

from __future__ import annotations

import os
import zlib
from pathlib import Path

CHUNK = 1 << 16


def mend(path: Path, begin: int = 0) -> int:
    """Cut ``path`` back to its last whole gzip member and give the number of bytes that went.

    ``begin`` is the offset of a member up to which the file is known to be whole. A file without a
    whole member is removed. Raises OSError.
    """
    size = path.stat().st_size
    end = whole_until(path, min(begin, size))
    if end == 0:
        path.unlink()
    elif end < size:
        with path.open("r+b") as file:
            file.truncate(end)
            os.fsync(file.fileno())
    return size - end


def whole_until(path: Path, begin: int = 0) -> int:
    """The offset at which the last whole gzip member ends, reading from the member at ``begin``."""
    end = position = begin
    member = zlib.decompressobj(31)
    with path.open("rb") as file:
        file.seek(begin)
        while chunk := file.read(CHUNK):
            position += len(chunk)
            try:
                while chunk:
                    # What comes out is not wanted: bounded, so that a bomb costs time only.
                    member.decompress(chunk, CHUNK)
                    chunk = member.unconsumed_tail
                    if member.eof:
                        chunk = member.unused_data
                        end = position - len(chunk)
                        member = zlib.decompressobj(31)
            except zlib.error:
                break
    return end
