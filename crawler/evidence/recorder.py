"""The coat between Scrapy and the evidence: every response is handed over as it came down the wire."""

from __future__ import annotations

import logging
from glob import escape
from pathlib import Path
from typing import Any, Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response

from archive.errors import ArchiveError, ArchiveUnusable
from archive.rows import now
from archive.store import Archive
from crawler.evidence.mend import mend
from crawler.evidence.records import Earlier, Exchange
from crawler.evidence.writer import EvidenceWriter
from pipelines.store import StorePipeline

logger = logging.getLogger(__name__)

# What is for the proxy or the site alone: no evidence of what was received needs it.
SECRET = frozenset((b"authorization", b"cookie", b"proxy-authorization"))


def evidence_folder(archive: Path) -> Path:
    """The folder of an archive's WARC files, beside it.

    >>> evidence_folder(Path("news/archive.db")).as_posix()
    'news/archive.warc'
    """
    folder = archive.with_suffix(".warc")
    return folder if folder != archive else archive.with_name(archive.name + ".warc")


class EvidenceRecorder:
    """Scrapy extension: writes every response, robots.txt and errors included, to WARC files.

    Needs `pipelines.store.StorePipeline`, in whose transactions the captures' rows are written.
    ``EVIDENCE_ENABLED`` switches it off, ``EVIDENCE_MAX_BYTES`` is the size at which a file is rolled.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.archive: Archive | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's way in."""
        if not crawler.settings.getbool("EVIDENCE_ENABLED"):
            raise NotConfigured
        recorder = cls(crawler)
        crawler.signals.connect(recorder.spider_opened, signal=signals.spider_opened)
        crawler.signals.connect(recorder.response_downloaded, signal=signals.response_downloaded)
        return recorder

    def spider_opened(self) -> None:
        """Mend what a killed crawl left, and begin the files of this run."""
        pipeline = self.crawler.get_item_pipeline(StorePipeline)
        if not isinstance(pipeline, StorePipeline):
            logger.error("no evidence is kept: ITEM_PIPELINES has no StorePipeline")
            return
        if not pipeline.run_id:
            # The run could not begin, and the archive is closed.
            return
        archive, site = pipeline.archive, pipeline.site or "crawl"
        folder = evidence_folder(archive.path)
        try:
            mend_abandoned(archive, site, folder)
        except ArchiveError as error:
            pipeline.give_up(error)
            return
        if not folder.is_dir() and archive.captures.count():
            logger.warning(
                "%s: the evidence of earlier runs is not there - copy it beside the archive", folder
            )
        stamp = now()[:19].replace("-", "").replace(":", "")
        self.writer = EvidenceWriter(
            folder,
            f"{site}-{stamp}-{pipeline.run_id:06}",
            self._about(site, pipeline.run_id),
            self.crawler.settings.getint("EVIDENCE_MAX_BYTES"),
        )
        archive.evidence = self.writer
        self.archive = archive
        self.pipeline = pipeline

    def response_downloaded(self, response: Response, request: Request) -> None:
        """Hand a response over; its place is in ``captures`` when the batch is written."""
        if self.archive is None or not request.url.startswith(("http://", "https://")):
            return
        found = self.archive.captures.with_payload(request.url)
        earlier = None
        # An archive may have been copied without its evidence: nothing can refer to what is not there.
        if found and (self.writer.folder / found.warc_file).exists():
            earlier = Earlier(found.id, found.payload_sha256, found.fetched_at)
        page_url, part = request.meta.get("page", (None, 1))
        exchange = Exchange(
            url=request.url,
            fetched_at=now(),
            method=request.method,
            request_headers=[pair for pair in _flat(request.headers) if pair[0].lower() not in SECRET],
            status=response.status,
            response_headers=_flat(response.headers),
            payload=response.body,
            protocol=response.protocol,
            ip=str(response.ip_address) if response.ip_address else None,
            about=_about_fetch(request, page_url, part),
            earlier=earlier,
        )
        capture: dict[str, Any] = {
            "run_id": self.pipeline.run_id,
            "url": request.url,
            "page_url": page_url,
            "part": part,
            "fetched_at": exchange.fetched_at,
            "status": response.status,
            "etag": _text(response.headers.get("ETag")),
            "last_modified": _text(response.headers.get("Last-Modified")),
        }
        self.writer.add(exchange, capture)
        try:
            self.archive.save_capture(capture)
        except ArchiveError as error:
            self.pipeline.give_up(error)

    def _about(self, site: str, run_id: int) -> list[tuple[str, str]]:
        settings = self.crawler.settings
        return [
            ("software", settings["USER_AGENT"]),
            ("format", "WARC File Format 1.1"),
            ("conformsTo", "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"),
            ("robots", "obey" if settings.getbool("ROBOTSTXT_OBEY") else "ignore"),
            ("isPartOf", f"{site}, run {run_id}"),
        ]


def mend_abandoned(archive: Archive, site: str, folder: Path) -> None:
    """Mend the files of crawls of ``site`` that were killed. Raises `archive.errors.ArchiveUnusable`."""
    for run_id in archive.abandoned_runs(site):
        for path in sorted(folder.glob(f"{escape(site)}-*-{run_id:06}-*.warc.gz")):
            try:
                committed = archive.captures.end_of(path.name)
                short = committed - path.stat().st_size
                lost = mend(path, committed)
            except OSError as error:
                raise ArchiveUnusable(f"{path}: {error.strerror} - mend the folder's permissions") from error
            if short > 0:
                logger.error("%s: %d bytes of evidence that the archive knows are missing", path, short)
            elif lost:
                logger.warning("%s: cut off %d bytes of a record that a crash left half written", path, lost)
        archive.end_abandoned(run_id)


def _about_fetch(request: Request, page_url: str | None, part: int) -> list[tuple[str, str]]:
    about = [("fetchTimeMs", str(round(request.meta.get("download_latency", 0) * 1000)))]
    if found_on := request.cb_kwargs.get("found_on"):
        about.insert(0, ("via", str(found_on)))
    if page_url:
        about += [("page", page_url), ("part", str(part))]
    return about


def _flat(headers: Any) -> list[tuple[bytes, bytes]]:
    return [(name, value) for name, values in headers.items() for value in values]


def _text(value: bytes | None) -> str | None:
    return value.decode("latin-1") if value else None
