"""Reading all evidence once more: is each record the one that its row means, and has it the row's digest?"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from archive.check.finding import Finding
from archive.rows import Row
from crawler.evidence.http import BadCapture
from crawler.evidence.reader import Place, Record, read_place, read_record


def record_findings(captures: Iterable[dict[str, Any]], folder: Path) -> Iterator[Finding]:
    """One finding for each file of ``captures`` (rows in the order of their files) with damaged records."""
    for name, rows in groupby(captures, key=lambda capture: str(capture["warc_file"])):
        looked_at, damaged = 0, 0
        first: tuple[str, str] | None = None
        for row in rows:
            looked_at += 1
            if reason := why_damaged(row, folder):
                damaged, first = damaged + 1, first or (row["url"], reason)
        if first:
            url, reason = first
            what = f"{damaged} of {looked_at} records of {name} are damaged: {reason}"
            todo = "copy the file from a backup; the articles themselves are kept in the archive"
            yield Finding("record", "error", what, todo, field=name, example=url)


def why_damaged(capture: Row, folder: Path) -> str | None:
    """What is wrong with the record of a row of ``captures``; None where it is as it was written."""
    place = Place(capture["warc_file"], capture["warc_offset"], capture["warc_length"])
    try:
        record = read_record(folder, place)
    except BadCapture as bad:
        return str(bad)
    url = record.headers.get("warc-target-uri", "").strip("<>")
    if url != capture["url"]:
        return f"the record at {place.warc_offset} is of {url}"
    if _digest(record) != capture["payload_sha256"]:
        return f"the payload at {place.warc_offset} has another digest than when it was received"
    return None


def text_at(folder: Path, warc_file: str, warc_offset: int, warc_length: int) -> str | None:
    """The text that lies at a place of the evidence, out of its encoding; None where it can not be read."""
    try:
        payload = read_place(folder, Place(warc_file, warc_offset, warc_length)).payload
    except BadCapture:
        return None
    return payload.decode("utf-8-sig", "replace")


def _digest(record: Record) -> str:
    if record.kind == "revisit":
        # Its payload lies with an earlier capture, which has a row of its own.
        return record.headers.get("warc-payload-digest", "").removeprefix("sha256:")
    return hashlib.sha256(record.payload).hexdigest()
