"""Content encodings: what browsers read is read, what is cut off or made to burst is refused."""

from __future__ import annotations

import gzip
import sys
import time
import zlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.unpack import BadEncoding, TooLarge, unpack

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

TEXT = "清晨的旧书市集还没有开张，摊主们已经把书摆上了木板。".encode() * 500
PACKED = gzip.compress(TEXT)
LIMIT = 10_000_000


def raw_deflate(data: bytes) -> bytes:
    packing = zlib.compressobj(wbits=-15)
    return packing.compress(data) + packing.flush()


def with_every_field(data: bytes) -> bytes:
    """A gzip member with an extra field, a name, a comment and a checksum of its head."""
    fields = b"\x03\x00abc" + b"name\x00" + b"comment\x00" + b"\x00\x00"
    return b"\x1f\x8b\x08\x1e" + bytes(6) + fields + raw_deflate(data) + bytes(8)


@pytest.mark.parametrize(
    ("body", "encodings"),
    [
        (PACKED, "gzip"),
        (PACKED, "X-GZIP"),
        (gzip.compress(TEXT[:700]) + gzip.compress(TEXT[700:]), "gzip"),
        (with_every_field(TEXT), "gzip"),
        (PACKED[:-8], "gzip"),
        (PACKED[:-8] + b"12345678", "gzip"),
        (PACKED + b"\r\nadded by a proxy", "gzip"),
        (zlib.compress(TEXT), "deflate"),
        (raw_deflate(TEXT), "deflate"),
        (zstd.compress(TEXT), "zstd"),
        (gzip.compress(PACKED), "gzip, gzip"),
        (gzip.compress(zlib.compress(TEXT)), "deflate,gzip"),
        (TEXT, "identity"),
        (TEXT, "utf-8"),
    ],
)
def test_what_browsers_read_is_read(body: bytes, encodings: str) -> None:
    assert unpack(body, encodings, LIMIT) == TEXT


def test_an_empty_body_is_empty_in_any_encoding() -> None:
    assert unpack(b"", "gzip, br", LIMIT) == b""


@pytest.mark.parametrize(("body", "encoding"), [(PACKED, "gzip"), (zlib.compress(TEXT), "deflate")])
def test_a_body_that_stops_early_is_refused(body: bytes, encoding: str) -> None:
    for end in range(1, len(body) - 12, 7):
        with pytest.raises(BadEncoding):
            unpack(body[:end], encoding, LIMIT)


@pytest.mark.parametrize("encoding", ["gzip", "gzip, gzip", "gzip, gzip, gzip", "deflate", "zstd"])
def test_a_bomb_is_unpacked_no_further_than_the_limit(encoding: str) -> None:
    zeros = bytes(50_000_000)
    if encoding.startswith("gzip"):
        bomb = gzip.compress(zeros) * 200
        for _ in range(encoding.count("gzip") - 1):
            bomb = gzip.compress(bomb)
    else:
        bomb = zlib.compress(zeros) if encoding == "deflate" else zstd.compress(zeros)
    began = time.process_time()
    with pytest.raises(TooLarge):
        unpack(bomb, encoding, LIMIT)
    assert time.process_time() - began < 1


def test_members_without_end_cost_no_time() -> None:
    empty = gzip.compress(b"")
    began = time.process_time()
    with pytest.raises(BadEncoding, match="members"):
        unpack(empty * (LIMIT // len(empty)), "gzip", LIMIT)
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    ("encodings", "why"),
    [("gzip, gzip, gzip, gzip", "4 content encodings"), ("compress", "unknown"), ("gzip", "no gzip header")],
)
def test_what_is_no_encoding_is_refused(encodings: str, why: str) -> None:
    with pytest.raises(BadEncoding, match=why):
        unpack(TEXT, encodings, LIMIT)


@given(st.binary(max_size=300), st.sampled_from(["gzip", "deflate", "br", "zstd", "gzip, deflate"]))
def test_any_bytes_are_unpacked_or_refused(body: bytes, encodings: str) -> None:
    for start in (b"", PACKED[:10], PACKED[:300]):
        with suppress(BadEncoding, TooLarge):
            unpack(start + body, encodings, LIMIT)
