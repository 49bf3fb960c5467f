"""Reading our own evidence back, by the file, offset and length that a row holds."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from crawler.evidence.http import MAX_HEAD, BadCapture, Response, parse_response
from crawler.reader.decode import MAX_BYTES


class Place(NamedTuple):
    """Where a record lies: the columns of ``captures`` and ``pages``."""

    warc_file: str
    warc_offset: int
    warc_length: int


@dataclass(frozen=True, slots=True)
class Record:
    """A WARC record: its headers (names in lower case) and its block as it lies in the file."""

    headers: dict[str, str]
    block: bytes

    @property
    def kind(self) -> str:
        """The WARC-Type."""
        return self.headers.get("warc-type", "")

    @property
    def is_answer(self) -> bool:
        """Whether it is a server's answer, not a file or a text that somebody made of a page."""
        return self.headers.get("content-type", "").startswith("application/http")

    @property
    def payload(self) -> bytes:
        """What was received, without the head of an HTTP message; still in its content encoding."""
        if self.is_answer:
            return self.block.partition(b"\r\n\r\n")[2]
        return self.block

    def response(self) -> Response:
        """The answer; a file, or a text made of a page, as one with status 200. Raises `BadCapture`."""
        if self.is_answer:
            return parse_response(self.block)
        return Response(200, {"content-type": self.headers.get("content-type", "")}, self.block)


def read_place(folder: Path, place: Place) -> Response:
    """The response that lies at ``place`` in the WARC files of ``folder``. Raises `BadCapture`."""
    return read_record(folder, place).response()


def read_record(folder: Path, place: Place) -> Record:
    """The record that lies at ``place`` in the WARC files of ``folder``.

    Raises `BadCapture` where there is none: a missing file, a place past its end, damaged bytes, or the
    name of a file that is not in the folder itself.
    """
    name, offset, length = place
    if Path(name).name != name or not name.endswith(".warc.gz"):
        raise BadCapture(f"{name!r} is no name of an evidence file")
    if not (offset >= 0 < length <= MAX_BYTES + 2 * MAX_HEAD):
        raise BadCapture(f"{name}: no record can lie at {offset} with {length} bytes")
    try:
        with (folder / name).open("rb") as file:
            file.seek(offset)
            member = file.read(length)
    except OSError as error:
        raise BadCapture(f"{folder / name}: {error.strerror}") from error
    return _parsed(_unpacked(member, f"{name} at {offset}"))


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


def _parsed(record: bytes) -> Record:
    head, _, rest = record.partition(b"\r\n\r\n")
    if not head.startswith(b"WARC/1."):
        raise BadCapture("no WARC record lies there")
    fields = (line.decode("utf-8", "replace").partition(":") for line in head.split(b"\r\n")[1:])
    headers = {name.strip().lower(): value.strip() for name, _, value in fields}
    return Record(headers, rest.removesuffix(b"\r\n\r\n"))
