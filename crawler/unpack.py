"""Content encodings undone, for a crawl and for its evidence alike, and never further than a limit."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Generator, Iterator
from io import BytesIO

from fastwarc.stream_io import BrotliReader, WarcReader, ZstdReader

# What may be asked for.
ENCODINGS = ("gzip", "deflate", "br", "zstd")

_CHUNK = 1 << 16
# So much goes in at once: what is left over of it is copied.
_PIECE = 1 << 14
_MOST_ENCODINGS = 3
# More members than this are made to cost time: a server's answer has one.
_MOST_MEMBERS = 1_000
_GZIP = b"\x1f\x8b\x08"
_CHECKSUMS = 8
_HAS_CHECKSUM, _HAS_EXTRA, _HAS_NAME, _HAS_COMMENT = 2, 4, 8, 16
# What servers write there that is no encoding.
_NONE = frozenset(("", "identity", "none", "utf-8", "binary"))


class BadEncoding(ValueError):
    """A body that is not what its Content-Encoding says; the words say how."""


class TooLarge(ValueError):
    """A body that is larger than the limit when it is unpacked."""


def unpack(body: bytes, encodings: str, limit: int) -> bytes:
    """``body`` with its content encodings (a header's value) undone, the last one first.

    Never more than ``limit`` bytes and a chunk are unpacked, whatever the body claims. Checksums are not
    looked at, as in browsers; a body that ends too early is refused: half a page is no page.

    >>> import gzip
    >>> unpack(gzip.compress(gzip.compress(b"<p>")), "gzip, gzip", 100)
    b'<p>'

    Raises BadEncoding, TooLarge.
    """
    names = [name for name in re.split(r"[,\s]+", encodings.lower()) if name not in _NONE]
    if len(names) > _MOST_ENCODINGS:
        raise BadEncoding(f"{len(names)} content encodings")
    for name in reversed(names):
        if name not in _DECODERS:
            raise BadEncoding(f"unknown content encoding {name[:40]!r}")
        if body:
            body = _bounded(_DECODERS[name](body), name, limit)
    return body


def _bounded(chunks: Iterator[bytes], name: str, limit: int) -> bytes:
    parts, size = [], 0
    try:
        for part in chunks:
            size += len(part)
            if size > limit:
                raise TooLarge(f"a payload of more than {limit} bytes")
            parts.append(part)
    except (OSError, zlib.error) as error:
        raise BadEncoding(f"the payload is not {name}: {error}") from error
    return b"".join(parts)


def _gunzip(body: bytes) -> Iterator[bytes]:
    """The members of a gzip stream (RFC 1952); what follows them and is none is left out, as browsers do."""
    start = members = 0
    while body.startswith(_GZIP, start) or not members:
        members += 1
        if members > _MOST_MEMBERS:
            raise OSError(f"more than {_MOST_MEMBERS} members")
        end = yield from _inflate(zlib.decompressobj(-15), body, _past_head(body, start))
        start = end + _CHECKSUMS


def _past_head(body: bytes, start: int) -> int:
    if not body.startswith(_GZIP, start) or len(body) < start + 10:
        raise OSError("no gzip header")
    flags = body[start + 3]
    start += 10
    if flags & _HAS_EXTRA:
        start += 2 + int.from_bytes(body[start : start + 2], "little")
    for flag in (_HAS_NAME, _HAS_COMMENT):
        if flags & flag:
            end = body.find(b"\0", start)
            if end < 0:
                raise OSError("cut off in the gzip header")
            start = end + 1
    return start + (2 if flags & _HAS_CHECKSUM else 0)


def _deflated(body: bytes) -> Iterator[bytes]:
    """A zlib stream, or the raw one that some servers send under the same name."""
    has_head = body[0] & 0x0F == 8 and int.from_bytes(body[:2], "big") % 31 == 0
    yield from _inflate(zlib.decompressobj(15 if has_head else -15), body, 0)


def _inflate(inflating: zlib._Decompress, body: bytes, start: int) -> Generator[bytes, None, int]:
    """What the stream that begins at ``start`` holds; gives the place where it ends."""
    view = memoryview(body)
    while start < len(body) and not inflating.eof:
        piece = bytes(view[start : start + _PIECE])
        start += len(piece)
        while piece and not inflating.eof:
            yield inflating.decompress(piece, _CHUNK)
            piece = inflating.unconsumed_tail
    while not inflating.eof:
        rest = inflating.decompress(b"", _CHUNK)
        if not rest:
            raise OSError("cut off")
        yield rest
    return start - len(inflating.unused_data)


def _read(reader: Callable[[BytesIO], WarcReader]) -> Callable[[bytes], Iterator[bytes]]:
    def chunks(body: bytes) -> Iterator[bytes]:
        stream = reader(BytesIO(body))
        while part := stream.read(_CHUNK):
            yield part

    return chunks


_DECODERS: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _deflated,
    "br": _read(BrotliReader),
    "zstd": _read(ZstdReader),
}
