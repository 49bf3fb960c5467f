"""Keeping what an ingest receives: files and the records of others become evidence as responses do."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from archive.rows import Row, now
from archive.store import Archive
from crawler.evidence.mend import mend
from crawler.evidence.recorder import evidence_folder
from crawler.evidence.records import Earlier, Original
from crawler.evidence.writer import EvidenceWriter
from pipelines.items import Page

logger = logging.getLogger(__name__)


class EvidenceKeeper:
    """Writes originals to ``<archive>.warc/ingest-….warc.gz``, and their ``captures``; nothing twice."""

    def __init__(self, archive: Archive, run_id: int) -> None:
        """Mends first what a killed ingest left. Raises `archive.errors.ArchiveUnusable`."""
        self.archive = archive
        self.run_id = run_id
        folder = evidence_folder(archive.path)
        _mend_killed(archive, folder)
        stamp = now()[:19].replace("-", "").replace(":", "")
        about = [
            ("software", "luntan"),
            ("format", "WARC File Format 1.1"),
            ("isPartOf", f"ingest, run {run_id}"),
        ]
        self.writer = EvidenceWriter(folder, f"ingest-{stamp}-{run_id:06}", about)
        archive.evidence = self.writer

    def keep(self, originals: Sequence[Original], page: Page) -> None:
        """Keep the originals of a page, or of all pages of its article in their order, as what it stands on.

        Where all are kept and the page is as it was, nothing is written. Of a payload that is kept already a
        record that refers to it is written.
        """
        found = [self._find(original) for original in originals]
        before = self.archive.pages.kept(page.url)
        if before and before.payload_sha256 == page.payload_sha256 and all(found):
            return
        for part, (original, kept) in enumerate(zip(originals, found, strict=True), 1):
            self._write(original, kept, page.url, part)

    def keep_older(self, originals: Sequence[Original]) -> None:
        """Keep originals from before the text that their page has now; the page does not stand on them."""
        for part, original in enumerate(originals, 1):
            if not self._find(original):
                self._write(original, None, None, part)

    def _find(self, original: Original) -> Row | None:
        # A file that was only touched is the same one.
        at = None if original.is_file else original.received_at
        found = self.archive.captures.find(original.url, original.payload_sha256, at)
        return found if found and (self.writer.folder / found["warc_file"]).exists() else None

    def _write(self, original: Original, kept: Row | None, page_url: str | None, part: int) -> None:
        if kept:
            earlier = Earlier(kept["refers_to"] or kept["id"], kept["payload_sha256"], kept["fetched_at"])
            original = replace(original, earlier=earlier)
        capture: dict[str, Any] = {
            "run_id": self.run_id,
            "url": original.url,
            "page_url": page_url,
            "part": part,
            "fetched_at": original.received_at,
            "status": 200,
            "etag": None,
            "last_modified": None,
        }
        self.writer.add(original, capture)
        self.archive.save_capture(capture)


def _mend_killed(archive: Archive, folder: Path) -> None:
    for run_id in archive.killed_runs("ingest"):
        for path in sorted(folder.glob(f"ingest-*-{run_id:06}-*.warc.gz")):
            if lost := mend(path, archive.captures.end_of(path.name)):
                logger.warning("%s: cut off %d bytes of a record that was left half written", path, lost)
