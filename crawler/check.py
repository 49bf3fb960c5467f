"""The whole check: the archive, its evidence and the crawls that fill it; what can be mended is mended."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from itertools import groupby
from pathlib import Path

import click

from archive.alarms import AlarmBook
from archive.captures import CaptureBook
from archive.changes import changes_problems, mend_changes
from archive.check.columns import column_findings
from archive.check.crawls import gone_findings, page_findings, robots_findings, run_findings
from archive.check.database import (
    SAMPLE,
    digest_findings,
    integrity_findings,
    reference_findings,
    schema_findings,
    spread_ids,
)
from archive.check.evidence import evidence_findings
from archive.check.finding import SEVERITIES, Finding
from archive.lock import is_held
from archive.search_index import index_problems, queue_length, rebuild_index, update_index
from crawler.evidence.recorder import evidence_folder
from crawler.evidence.verify import record_findings, text_at

# What only a deep check sees in full: another one does not say that it is over.
DEEP_KINDS = ("integrity", "digests", "record")
# The same in more columns of a site than this has one cause, and is one finding.
MANY_COLUMNS = 3


def check(
    conn: sqlite3.Connection, path: Path, since: str, now: str, *, is_deep: bool, is_watched: bool
) -> list[Finding]:
    """All findings about the archive at ``path``, open in ``conn``; what happened since ``since`` is judged.

    A damaged file is told and nothing in it is touched. Otherwise what can be mended is, and what stands is
    written into ``alarms``. ``is_deep`` reads every page of the file, every text and every record.
    """
    findings = list(integrity_findings(conn, is_deep=is_deep))
    if findings:
        return findings
    folder = evidence_folder(path)
    findings += mended(conn, is_deep=is_deep, is_watched=is_watched)
    findings += reference_findings(conn)
    findings += digest_findings(conn, is_deep=is_deep)
    findings += evidence_findings(conn, folder)
    if is_deep and folder.is_dir():
        captures = CaptureBook(conn)
        with click.progressbar(
            captures.by_file(), captures.count(), "evidence", file=sys.stderr, hidden=not is_watched
        ) as rows:
            findings += record_findings(rows, folder)
    findings += run_findings(conn, since, now, partial(is_held, path))
    findings += page_findings(conn, since)
    findings += robots_findings(conn, since, partial(text_at, folder))
    findings += gone_findings(conn, since, now)
    findings += column_findings(conn, since)
    findings = sorted(by_site(findings), key=lambda finding: SEVERITIES.index(finding.severity))
    AlarmBook(conn).record(
        (finding for finding in findings if finding.needs_somebody), now, () if is_deep else DEEP_KINDS
    )
    return findings


def mended(conn: sqlite3.Connection, *, is_deep: bool, is_watched: bool) -> Iterator[Finding]:
    """Bring the search index and the record of changes in step with the articles, whoever wrote them."""
    yield from schema_findings(conn)
    problems = index_problems(conn, None if is_deep else spread_ids(conn, SAMPLE))
    if problems:
        rebuild_index(conn)
    if unrecorded := changes_problems(conn):
        mend_changes(conn)
    waiting = queue_length(conn)
    with click.progressbar(
        length=waiting, label="index", file=sys.stderr, hidden=not (is_watched and waiting > 2_000)
    ) as bar:
        update_index(conn, bar.update)
    for problem in (*problems, *unrecorded):
        yield Finding("index", "mended", problem, "")
    if waiting and not problems:
        yield Finding("index", "mended", f"{waiting} changed articles indexed", "")


def by_site(findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings, those that many columns of a site share as one finding of the site."""

    def key(finding: Finding) -> tuple[str, ...]:
        return finding.kind, finding.site or "", finding.field or ""

    for _, group in groupby(sorted(findings, key=key), key):
        same = list(group)
        columns = [finding.column for finding in same if finding.column]
        if len(columns) <= MANY_COLUMNS:
            yield from same
            continue
        named = ", ".join(columns[:MANY_COLUMNS])
        what = f"in {len(columns)} columns ({named} …), as in the first: {same[0].what}"
        yield replace(same[0], column=None, what=what)
