"""The crawls: runs that ended badly or did not begin, pages that did not come, what sites took away."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from difflib import unified_diff
from itertools import groupby, pairwise

from archive.check.chance import has_fallen, longest_usual_gap
from archive.check.finding import Finding

# A crawl that is late by less than this is no alarm, whatever its rhythm.
SHORTEST_DELAY = timedelta(days=1)
RUNS = 400
# Ended by its owner or its service, or by a host that asked for patience: the next run goes on by itself.
IN_ORDER = ("finished", "shutdown", "asked_to_wait")
# So many runs that ended badly, or never came to their end, are an alarm even if the latest one ended well.
MANY_BAD_RUNS = 3
# A page that did not come in so many runs does not come by waiting.
MANY_TRIES = 3
# The usual share of refusals is that of the pages found in so many days before.
USUAL_DAYS = 90
# A rise of refusals that somebody would act upon.
MIN_RISE = 0.1
# A burst of disappearances: so many, such a part of what was looked at, and so many times the usual.
MANY_GONE = 10
MUCH_GONE = 0.02
TIMES_GONE = 3
SPANS = 52
# So many changed lines of a robots.txt are told, and so much of each.
_LINES = 4
_LINE = 80


def run_findings(
    conn: sqlite3.Connection, since: str, now: str, is_at_work: Callable[[str], bool]
) -> Iterator[Finding]:
    """Sites whose latest crawl was killed or broken off, or is late; ``is_at_work`` says which are held."""
    for (site,) in conn.execute("SELECT DISTINCT site FROM runs WHERE command = 'crawl' AND site NOT NULL"):
        runs = conn.execute(
            "SELECT id, started_at, outcome FROM runs WHERE command = 'crawl' AND site = ?"
            " ORDER BY id DESC LIMIT ?",
            (site, RUNS),
        ).fetchall()
        if runs[0][2] == "running" and is_at_work(site):
            del runs[0]
        if runs:
            yield from _ended_badly(site, runs, since)
            yield from _late(site, [datetime.fromisoformat(run[1]) for run in runs], now)


def _ended_badly(site: str, runs: list[tuple[int, str, str]], since: str) -> Iterator[Finding]:
    bad = [run for run in runs if run[2] not in ("finished", "asked_to_wait") and run[1] >= since]
    if runs[0][2] not in IN_ORDER:
        run_id, started_at, outcome = runs[0]
        how = "was killed" if outcome in ("running", "killed") else f"did not end in order ({outcome})"
        todo = f"run it again, it takes up where it was: luntan crawl ARCHIVE {site}"
        yield Finding("run", "error", f"the latest crawl, run {run_id} of {started_at}, {how}", todo, site)
    elif len(bad) >= MANY_BAD_RUNS:
        what = (
            f"{len(bad)} crawls were killed or broken off, the latest of them run {bad[0][0]} ({bad[0][2]})"
        )
        todo = "read the log of that time: memory, disk, a time limit of the scheduler?"
        yield Finding("run", "warning", what, todo, site)


def _late(site: str, starts: list[datetime], now: str) -> Iterator[Finding]:
    hours = [abs(later - earlier).total_seconds() / 3600 for later, earlier in pairwise(starts)]
    usual = longest_usual_gap(hours)
    if usual is None:
        return
    silent = datetime.fromisoformat(now) - starts[0]
    if silent > max(timedelta(hours=usual), SHORTEST_DELAY):
        what = f"no crawl since {starts[0].isoformat()}, and no pause over {max(hours):.0f} hours before"
        todo = "does its timer still run? systemctl --user list-timers, crontab -l"
        yield Finding("late", "error", what, todo, site)


def page_findings(conn: sqlite3.Connection, since: str) -> Iterator[Finding]:
    """List pages without articles, articles that do not come, refusals that became more.

    Every crawl asks again for what did not come: what no crawl asked for since is no finding.
    """
    for site, column, count, example, reason in conn.execute(
        'SELECT site, "column", count(*), min(url), min(reason) FROM pages'
        " WHERE kind = 'list' AND state = 'failed' AND fetched_at >= ? GROUP BY site, \"column\"",
        (since,),
    ):
        what = f"{count} of its list pages gave no articles: {reason}"
        todo = "open it: did the site change its markup or the column's address?"
        yield Finding("list", "error", what, todo, site, column, None, example)
    for site, count, example, reason in conn.execute(
        "SELECT site, count(*), min(url), min(reason) FROM pages"
        " WHERE kind = 'article' AND state = 'failed' AND article_id IS NULL AND tries >= ?"
        " AND fetched_at >= ? GROUP BY site",
        (MANY_TRIES, since),
    ):
        what = f"{count} pages did not come in {MANY_TRIES} runs or more: {reason}"
        todo = "open the example: is the site down, or does it refuse this machine?"
        yield Finding("failed", "warning", what, todo, site, None, None, example)
    yield from _refusals(conn, since)


def _refusals(conn: sqlite3.Connection, since: str) -> Iterator[Finding]:
    """Kinds of refusal of which the newly found pages meet more than those found before did."""
    usual_since = (datetime.fromisoformat(since) - timedelta(days=USUAL_DAYS)).isoformat()
    # How many pages were found, before and since; of them refused, by kind.
    totals: dict[str, list[int]] = {}
    refused: dict[tuple[str, str], list[int]] = {}
    examples: dict[tuple[str, str], str] = {}
    for site, kind, is_new, count, example in conn.execute(
        "SELECT site, CASE WHEN article_id NOT NULL THEN NULL WHEN state = 'gone' THEN 'gone'"
        " WHEN state = 'refused' THEN substr(reason, 1, instr(reason || ':', ':') - 1) END AS refusal,"
        " found_at >= ? AS is_new, count(*), max(url) FROM pages"
        " WHERE kind = 'article' AND site NOT NULL AND state != 'found' AND found_at >= ?"
        " GROUP BY site, refusal, is_new",
        (since, usual_since),
    ):
        totals.setdefault(site, [0, 0])[is_new] += count
        if kind is not None:
            refused.setdefault((site, kind), [0, 0])[is_new] += count
            if is_new:
                examples[site, kind] = example
    for (site, kind), (before, after) in refused.items():
        earlier, now = totals[site]
        if has_fallen((earlier - before, earlier), (now - after, now), MIN_RISE):
            what = f"{after} of {now} new pages: {kind}; before {before} of {earlier}"
            todo = f"open the example; all of them: pages with a reason like '{kind}%'"
            yield Finding("refusals", "warning", what, todo, site, None, kind, examples[site, kind])


def gone_findings(conn: sqlite3.Connection, since: str, now: str) -> Iterator[Finding]:
    """Sites that took away many articles at once."""
    begin = datetime.fromisoformat(since)
    span = datetime.fromisoformat(now) - begin
    first = (begin - SPANS * span).isoformat()
    for (site,) in conn.execute("SELECT DISTINCT site FROM articles WHERE gone_at >= ?", (since,)).fetchall():
        times = conn.execute(
            "SELECT gone_at, url FROM articles WHERE site IS ? AND gone_at >= ?", (site, first)
        ).fetchall()
        taken = [url for at, url in times if at >= since]
        spans: dict[int, int] = {}
        for at, _ in times:
            if at < since:
                number = int((begin - datetime.fromisoformat(at)) / span)
                spans[number] = spans.get(number, 0) + 1
        looked_at = conn.execute(
            "SELECT count(*) FROM pages WHERE site IS ? AND article_id NOT NULL AND fetched_at >= ?",
            (site, since),
        ).fetchone()[0]
        usual = max(spans.values(), default=0)
        if len(taken) >= max(MANY_GONE, MUCH_GONE * looked_at, TIMES_GONE * usual + 1):
            what = f"{len(taken)} articles are gone, of {looked_at} looked at; never more than {usual} before"
            todo = "open the example: has the site moved, or does it answer this machine otherwise?"
            yield Finding(
                "gone", "warning", what, f"{todo} The last texts are kept", site, example=min(taken)
            )


def robots_findings(
    conn: sqlite3.Connection, since: str, read: Callable[[str, int, int], str | None]
) -> Iterator[Finding]:
    """robots.txt files that changed, or can not be had.

    ``read`` gives the text of a record by its file, offset and length (None: it can not be read): the same
    text may come in another encoding of the wire.
    """
    rows = conn.execute(
        "SELECT visit.url, visit.fetched_at, visit.status, visit.payload_sha256,"
        " kept.warc_file, kept.warc_offset, kept.warc_length"
        " FROM captures AS visit JOIN captures AS kept ON kept.id = coalesce(visit.refers_to, visit.id)"
        " WHERE visit.page_url IS NULL AND visit.url LIKE '%/robots.txt' ORDER BY visit.url, visit.id"
    )
    for url, visits in groupby(rows, key=lambda row: str(row[0])):
        latest = None
        for (_, _, status, digest, *place), (_, at, new_status, new_digest, *new_place) in pairwise(visits):
            if at < since or (status, digest) == (new_status, new_digest):
                continue
            if new_status >= 500:
                latest = f"could not be had at {at} (HTTP {new_status}): nothing was fetched from that host"
            elif status != new_status:
                latest = f"HTTP {new_status} at {at}, and HTTP {status} before"
            else:
                before, after = read(*place), read(*new_place)
                if before is None or before != after:
                    latest = f"was changed, as seen at {at}{_changed_lines(before, after)}"
        if latest:
            todo = "read it: is what is crawled still allowed?"
            yield Finding("robots", "warning", latest, todo, field=url, example=url)


def _changed_lines(before: str | None, after: str | None) -> str:
    """The first lines that differ.

    >>> _changed_lines("Allow: /", "Disallow: /")
    ': - Allow: /, + Disallow: /'
    """
    if before is None or after is None:
        return ""
    lines = [
        f"{line[0]} {line[1:].strip()[:_LINE]}"
        for line in unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
        if line[:1] in ("+", "-") and not line.startswith(("+++", "---"))
    ]
    return f": {', '.join(lines[:_LINES])}" if lines else ""
