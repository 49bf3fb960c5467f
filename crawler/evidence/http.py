"""The HTTP response inside a WARC record: status, headers, and the payload as a browser would see it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import BytesIO

from fastwarc.stream_io import ChunkedReader, WarcReader

from crawler.reader.decode import MAX_BYTES
from crawler.unpack import BadEncoding, TooLarge, unpack

# What a response may have before its payload.
MAX_HEAD = 64 * 1024

_STATUS = re.compile(rb"HTTP/\d(?:\.\d)? (\d{3})")


class BadCapture(Exception):
    """A record that holds no response which can be read; its words say why."""


@dataclass(frozen=True, slots=True)
class Response:
    """A response: its status, the headers (names in lower case, the first of each), the decoded payload."""

    status: int
    headers: dict[str, str]
    payload: bytes

    @property
    def content_type(self) -> str | None:
        """The Content-Type as sent."""
        return self.headers.get("content-type")


def parse_response(block: bytes) -> Response:
    """The response in the block of a WARC record. Raises `BadCapture`.

    >>> parse_response(b"HTTP/1.1 200 OK\\r\\nContent-Type: text/html\\r\\n\\r\\n<p>")
    Response(status=200, headers={'content-type': 'text/html'}, payload=b'<p>')
    """
    status = _STATUS.match(block)
    if status is None:
        raise BadCapture("the record holds no HTTP response")
    head, _, body = block.partition(b"\r\n\r\n")
    if len(head) > MAX_HEAD:
        raise BadCapture(f"HTTP headers of {len(head)} bytes")
    headers: dict[str, str] = {}
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        headers.setdefault(name.decode("latin-1").strip().lower(), value.decode("latin-1").strip())
    if headers.get("transfer-encoding", "").lower() == "chunked":
        body = _unchunked(body)
    return Response(int(status[1]), headers, _decoded(body, headers.get("content-encoding", "")))


def _unchunked(body: bytes) -> bytes:
    try:
        return _read(ChunkedReader(BytesIO(body)))
    except OSError:
        # Many crawlers keep the header and take the chunks away.
        return body


def _decoded(body: bytes, encodings: str) -> bytes:
    try:
        return unpack(body, encodings, MAX_BYTES)
    except (BadEncoding, TooLarge) as error:
        raise BadCapture(str(error)) from error


def _read(stream: WarcReader) -> bytes:
    parts, size = [], 0
    while part := stream.read(1 << 16):
        size += len(part)
        if size > MAX_BYTES:
            raise BadCapture(f"a payload of more than {MAX_BYTES} bytes")
        parts.append(part)
    return b"".join(parts)
