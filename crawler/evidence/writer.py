"""Writing evidence: a thread compresses and appends records; they last before a row points to them."""

from __future__ import annotations

import errno
import os
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from io import FileIO
from pathlib import Path
from typing import Any

from archive.errors import ArchiveUnusable
from archive.rows import now
from crawler.evidence.records import Exchange, Original, members_of, warcinfo

# So many responses go to the thread at once, or of so many bytes: to hand over costs as much as to write one.
PORTION = 16
PORTION_BYTES = 1 << 20
# How many portions may wait for the thread: it bounds the memory, and a crawl faster than the disk waits.
MAX_WAITING = 4

_WHY = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EFBIG), "the disk is full - free some space"),
    errno.EEXIST: "a file lies where their folder belongs - rename it",
}


class EvidenceWriter:
    """Appends exchanges to ``<folder>/<prefix>-00001.warc.gz``, rolled at ``max_bytes``.

    ``add`` returns at once; where a record lies is known after `sync`, which is called before the rows
    that point to it are committed: never a row that points past the file.
    """

    def __init__(
        self, folder: Path, prefix: str, about: Sequence[tuple[str, str]], max_bytes: int = 1 << 30
    ) -> None:
        self.folder = folder
        self.prefix = prefix
        self.about = tuple(about)
        self.max_bytes = max_bytes
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="evidence")
        self._gathered: list[tuple[Exchange | Original, dict[str, Any]]] = []
        self._gathered_bytes = 0
        self._waiting: deque[Future[None]] = deque()
        self._file: FileIO | None = None
        self._end = 0
        self._number = 0
        self._synced = 0

    def add(self, exchange: Exchange | Original, capture: dict[str, Any]) -> None:
        """Append an exchange; ``capture`` receives its digest and its place before `sync` returns."""
        self._gathered.append((exchange, capture))
        self._gathered_bytes += exchange.size
        if len(self._gathered) >= PORTION or self._gathered_bytes >= PORTION_BYTES:
            self._hand_over()

    def sync(self) -> None:
        """Wait until all that was added lies on the disk. Raises `archive.errors.ArchiveUnusable`."""
        self._hand_over()
        try:
            while self._waiting:
                self._waiting[0].result()
                self._waiting.popleft()
            if self._file and self._synced != self._end:
                os.fsync(self._file.fileno())
                self._synced = self._end
        except OSError as error:
            why = _WHY.get(error.errno or 0, str(error.strerror))
            raise ArchiveUnusable(
                f"{self.folder}: the evidence can not be written: {why}; then run again"
            ) from error

    def close(self) -> None:
        """End the file in order. What could not be written was reported by `sync`."""
        self._thread.shutdown()
        if self._file:
            self._file.close()
            self._file = None

    def _hand_over(self) -> None:
        if not self._gathered:
            return
        self._waiting.append(self._thread.submit(self._append_all, self._gathered))
        self._gathered, self._gathered_bytes = [], 0
        if len(self._waiting) > MAX_WAITING:
            wait((self._waiting[-MAX_WAITING],))

    def _append_all(self, gathered: list[tuple[Exchange | Original, dict[str, Any]]]) -> None:
        for exchange, capture in gathered:
            self._append(exchange, capture)

    def _append(self, exchange: Exchange | Original, capture: dict[str, Any]) -> None:
        members = members_of(exchange)
        if self._file is None or self._end >= self.max_bytes:
            self._file = self._roll(self._file)
        start = self._end
        self._write(self._file, members.response + members.others)
        capture["warc_file"] = self._name
        capture["warc_offset"] = start
        capture["warc_length"] = len(members.response)
        capture["payload_sha256"] = members.payload_sha256
        capture["refers_to"] = exchange.earlier.id if members.is_revisit and exchange.earlier else None

    def _write(self, file: FileIO, data: bytes) -> None:
        try:
            written = 0
            while written < len(data):
                written += file.write(memoryview(data)[written:])
        except OSError:
            # No half record: whatever is appended after one could not be read any more.
            file.truncate(self._end)
            file.seek(self._end)
            raise
        self._end += len(data)

    def _roll(self, full: FileIO | None) -> FileIO:
        if full:
            os.fsync(full.fileno())
            full.close()
        self.folder.mkdir(parents=True, exist_ok=True)
        self._number += 1
        # A file of that name is of another archive that lay here before: it is evidence too.
        while (self.folder / self._name).exists():
            self._number += 1
        file = FileIO(self.folder / self._name, "x")
        self._end = self._synced = 0
        self._write(file, warcinfo(self._name, now(), self.about))
        _sync_folder(self.folder)
        return file

    @property
    def _name(self) -> str:
        return f"{self.prefix}-{self._number:05}.warc.gz"


def _sync_folder(folder: Path) -> None:
    """Make a new file's name last; Windows knows no such thing."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
