"""Reading our own evidence back, by the file, offset and length that a row holds."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import NamedTuple

from crawler.evidence.http import MAX_HEAD, BadCapture, Response, parse_response
from crawler.reader.decode import MAX_BYTES


class Place(NamedTuple):
    """Where a record lies: the columns of ``captures`` and ``pages``."""

    warc_file: str
    warc_offset: int
    warc_length: int


def read_place(folder: Path, place: Place) -> Response:
    """The response that lies at ``place`` in the WARC files of ``folder``.

    Raises `BadCapture` where there is none: a missing file, a place past its end, damaged bytes, or the
    name of a file that is not in the folder itself.
    """
    name, offset, length = place
    if Path(name).name != name or not name.endswith(".warc.gz"):
        raise BadCapture(f"{name!r} is no name of an evidence file")
    if not (offset >= 0 < length <= MAX_BYTES + MAX_HEAD):
        raise BadCapture(f"{name}: no record can lie at {offset} with {length} bytes")
    try:
        with (folder / name).open("rb") as file:
            file.seek(offset)
            member = file.read(length)
    except OSError as error:
        raise BadCapture(f"{folder / name}: {error.strerror}") from error
    return parse_response(_block(_unpacked(member, f"{name} at {offset}")))


def _unpacked(member: bytes, where: str) -> bytes:
    limit = MAX_BYTES + 2 * MAX_HEAD
    unpacking = zlib.decompressobj(31)
    try:
        record = unpacking.decompress(member, limit)
    except zlib.error as error:
        raise BadCapture(f"{where}: damaged: {error}") from error
    if not unpacking.eof:
        raise BadCapture(f"{where}: cut off, or larger than {limit} bytes")
    return record


def _block(record: bytes) -> bytes:
    head, _, rest = record.partition(b"\r\n\r\n")
    if not head.startswith(b"WARC/1."):
        raise BadCapture("no WARC record lies there")
    return rest.removesuffix(b"\r\n\r\n")
