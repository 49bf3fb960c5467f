"""One exchange with a server as WARC/1.1 records (https://iipc.github.io/warc-specifications/).

Pure functions: what was asked and answered goes in, the gzip members of its records come out.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from http.client import responses as REASONS
from importlib import import_module
from importlib.util import find_spec
from urllib.parse import urlsplit

Headers = Sequence[tuple[bytes, bytes]]

# On real pages ISA-L takes a fifth of zlib's time for files as small. Where it has no wheel zlib serves.
deflate = import_module("isal.isal_zlib" if find_spec("isal") else "zlib")
COMPRESSION = 2
GZIP = 31
PROFILES = "http://netpreserve.org/warc/1.1/revisit/"


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier capture of the same address, which holds the payload: its row's id, digest and time."""

    id: int
    payload_sha256: str
    fetched_at: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its response, as they went over the wire (after transfer decoding)."""

    url: str
    fetched_at: str
    method: str
    request_headers: Headers
    status: int
    response_headers: Headers
    payload: bytes
    protocol: str | None = None
    ip: str | None = None
    about: Sequence[tuple[str, str]] = ()
    earlier: Earlier | None = None

    @property
    def size(self) -> int:
        """The bytes that are kept in memory until the exchange is written."""
        return len(self.payload)

    def is_revisit_of(self, payload_sha256: str) -> bool:
        """Whether the earlier capture already holds what was answered now."""
        if self.earlier is None:
            return False
        return self.status == 304 or (bool(self.payload) and self.earlier.payload_sha256 == payload_sha256)


@dataclass(frozen=True, slots=True)
class Original:
    """What was received by other means than our own crawl, as a whole WARC record that is kept as it is.

    ``payload_sha256`` is the digest of what was received, ``others`` are the members that go with the record.
    """

    url: str
    received_at: str
    record: bytes
    payload_sha256: str
    others: bytes = b""
    is_file: bool = False
    earlier: Earlier | None = None

    @property
    def size(self) -> int:
        """The bytes that are kept in memory until the original is written."""
        return len(self.record) + len(self.others)


@dataclass(frozen=True, slots=True)
class Members:
    """The gzip members of one exchange: the response's (or revisit's) own, and those that go with it."""

    response: bytes
    others: bytes
    payload_sha256: str
    is_revisit: bool


def members_of(exchange: Exchange | Original) -> Members:
    """The records of an exchange: the response (a revisit, where the payload is kept already), the
    request, and what the crawl knew of it; each compressed on its own. An original's stays as it is."""
    if isinstance(exchange, Original):
        return _members_of_original(exchange)
    payload_sha256 = hashlib.sha256(exchange.payload).hexdigest()
    is_revisit = exchange.is_revisit_of(payload_sha256)
    if is_revisit and exchange.earlier:
        payload_sha256 = exchange.earlier.payload_sha256
    response_id = _new_id()
    wire = _wire_fields(exchange)
    digest = ("WARC-Payload-Digest", f"sha256:{payload_sha256}")
    content_type = ("Content-Type", "application/http;msgtype=response")
    head = _response_head(exchange)
    if is_revisit:
        fields = [*wire, digest, *_refers_to(exchange), content_type]
        response = record("revisit", response_id, exchange.fetched_at, fields, head)
    else:
        fields = [*wire, digest, content_type]
        response = record("response", response_id, exchange.fetched_at, fields, head + exchange.payload)
    target = [("WARC-Target-URI", exchange.url), ("WARC-Concurrent-To", response_id)]
    asked = [*target, ("Content-Type", "application/http;msgtype=request")]
    about = [*target, ("Content-Type", "application/warc-fields")]
    others = [
        record("request", _new_id(), exchange.fetched_at, asked, _request_head(exchange)),
        record("metadata", _new_id(), exchange.fetched_at, about, warc_fields(exchange.about)),
    ]
    return Members(response, b"".join(others), payload_sha256, is_revisit)


def _members_of_original(original: Original) -> Members:
    digest, earlier = original.payload_sha256, original.earlier
    if earlier is None:
        return Members(_member(original.record), original.others, digest, False)
    fields = [
        ("WARC-Target-URI", original.url),
        ("WARC-Payload-Digest", f"sha256:{digest}"),
        ("WARC-Profile", PROFILES + "identical-payload-digest"),
        ("WARC-Refers-To-Target-URI", original.url),
        ("WARC-Refers-To-Date", utc(earlier.fetched_at)),
    ]
    return Members(record("revisit", _new_id(), original.received_at, fields, b""), b"", digest, True)


def resource(url: str, saved_at: str, content_type: str, body: bytes, path: str) -> Original:
    """The bytes of a file, which came with no HTTP message, and where the file lay."""
    record_id = _new_id()
    digest = hashlib.sha256(body).hexdigest()
    target = ("WARC-Target-URI", url)
    fields = [target, ("WARC-Payload-Digest", f"sha256:{digest}"), ("Content-Type", content_type)]
    about = [target, ("WARC-Concurrent-To", record_id), ("Content-Type", "application/warc-fields")]
    metadata = record("metadata", _new_id(), saved_at, about, warc_fields([("via", path)]))
    whole = _whole("resource", record_id, saved_at, fields, body)
    return Original(url, saved_at, whole, digest, metadata, is_file=True)


def warcinfo(file_name: str, created_at: str, about: Iterable[tuple[str, str]]) -> bytes:
    """The record that opens a file: what wrote it, for which run."""
    fields = [("WARC-Filename", file_name), ("Content-Type", "application/warc-fields")]
    return record("warcinfo", _new_id(), created_at, fields, warc_fields(about))


def record(kind: str, record_id: str, at: str, fields: Iterable[tuple[str, str]], block: bytes) -> bytes:
    """One WARC record as a gzip member of its own, so that any reader can begin at its offset."""
    return _member(_whole(kind, record_id, at, fields, block))


def _whole(kind: str, record_id: str, at: str, fields: Iterable[tuple[str, str]], block: bytes) -> bytes:
    named = [("WARC-Type", kind), ("WARC-Record-ID", record_id), ("WARC-Date", utc(at)), *fields]
    head = warc_fields([*named, ("Content-Length", str(len(block)))])
    return b"".join((b"WARC/1.1\r\n", head, b"\r\n", block, b"\r\n\r\n"))


def _member(whole: bytes) -> bytes:
    compressor = deflate.compressobj(COMPRESSION, deflate.DEFLATED, GZIP)
    member: bytes = compressor.compress(whole) + compressor.flush()
    return member


def warc_fields(pairs: Iterable[tuple[str, str]]) -> bytes:
    """Named values as ``application/warc-fields`` writes them.

    >>> warc_fields([("software", "luntan"), ("via", "a\\r\\nb: c")])
    b'software: luntan\\r\\nvia: a b: c\\r\\n'
    """
    fields = [f"{name}: {value}" for name, value in pairs]
    lines = "\r\n".join([*fields, ""])
    if lines.count("\n") != len(fields) or lines.count("\r") != len(fields):
        lines = "\r\n".join([*map(_one_line, fields), ""])
    return lines.encode()


@lru_cache(16)
def utc(at: str) -> str:
    """A time of the archive as WARC writes it.

    >>> utc("2019-11-07T09:12:30+08:00")
    '2019-11-07T01:12:30Z'
    """
    return datetime.fromisoformat(at).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _wire_fields(exchange: Exchange) -> list[tuple[str, str]]:
    fields = [("WARC-Target-URI", exchange.url)]
    if exchange.ip:
        fields.append(("WARC-IP-Address", exchange.ip))
    if exchange.protocol:
        fields.append(("WARC-Protocol", exchange.protocol.lower()))
    return fields


def _refers_to(exchange: Exchange) -> list[tuple[str, str]]:
    assert exchange.earlier is not None
    profile = "server-not-modified" if exchange.status == 304 else "identical-payload-digest"
    return [
        ("WARC-Profile", PROFILES + profile),
        ("WARC-Refers-To-Target-URI", exchange.url),
        ("WARC-Refers-To-Date", utc(exchange.earlier.fetched_at)),
    ]


def _response_head(exchange: Exchange) -> bytes:
    protocol = exchange.protocol if exchange.protocol in ("HTTP/1.0", "HTTP/1.1") else "HTTP/1.1"
    status = f"{protocol} {exchange.status} {REASONS.get(exchange.status, 'Unknown')}\r\n"
    # The payload is kept without its chunks: the header that announces them would lead readers astray.
    headers = [
        (b"X-Archive-" + name if name.lower() == b"transfer-encoding" else name, value)
        for name, value in exchange.response_headers
    ]
    return status.encode() + _header_lines(headers)


def _request_head(exchange: Exchange) -> bytes:
    parts = urlsplit(exchange.url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = list(exchange.request_headers)
    if not any(name.lower() == b"host" for name, _ in headers):
        headers.insert(0, (b"Host", parts.netloc.rpartition("@")[2].encode()))
    return f"{exchange.method} {path} HTTP/1.1\r\n".encode() + _header_lines(headers)


def _header_lines(headers: Headers) -> bytes:
    return b"".join(name + b": " + _unbroken(value) + b"\r\n" for name, value in headers) + b"\r\n"


def _unbroken(value: bytes) -> bytes:
    return value.replace(b"\r", b" ").replace(b"\n", b" ")


def _one_line(value: str) -> str:
    return " ".join(value.splitlines())


def _new_id() -> str:
    return f"<urn:uuid:{uuid.uuid4()}>"
