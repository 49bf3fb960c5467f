"""What the runs of an archive did: how long each took, what came of it, and which of them was killed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from archive.lock import is_held
from archive.rows import now

LISTED = (
    *("id", "command", "site", "started_at", "finished_at"),
    *("pages", "new", "changed", "unchanged", "copies", "refused", "failed", "gone", "outcome"),
)


def list_runs(
    db: Database, path: Path, *, site: str | None = None, since: str | None = None, limit: int | None = None
) -> Iterator[dict[str, Any]]:
    """The runs of the archive ``db`` at ``path``, newest first; nothing is written.

    ``since`` is a time or a day (ISO 8601, Beijing time): runs begun from then on. ``seconds`` is how long
    a run took, or has taken so far; None for one that was killed: nobody knows when it ended.
    """
    known = {column.name for column in db["runs"].columns}
    # An archive of an earlier luntan is only read, not migrated.
    names = ", ".join(name if name in known else f"NULL AS {name}" for name in LISTED)
    rows = db.query(
        f"SELECT {names} FROM runs WHERE (:site IS NULL OR site = :site)"
        " AND (:since IS NULL OR started_at >= :since) ORDER BY id DESC LIMIT :limit",
        {"site": site, "since": since, "limit": -1 if limit is None else limit},
    )
    newer_crawls: set[str] = set()
    for row in rows:
        if row["outcome"] == "running" and not _is_at_work(path, row, newer_crawls):
            row["outcome"] = "killed"
        if row["command"] == "crawl":
            newer_crawls.add(row["site"])
        yield _timed(row)


def _is_at_work(path: Path, run: dict[str, Any], newer_crawls: set[str]) -> bool:
    if run["command"] != "crawl":
        return is_held(path, f"{run['command']}-{run['id']}")
    # The lock is the site's: only the latest of its crawls can be the one that holds it.
    return run["site"] not in newer_crawls and is_held(path, run["site"])


def _timed(run: dict[str, Any]) -> dict[str, Any]:
    end = now() if run["outcome"] == "running" else run["finished_at"]
    seconds = None
    if end is not None:
        length = datetime.fromisoformat(end) - datetime.fromisoformat(run["started_at"])
        seconds = round(length.total_seconds())
    names = list(run)
    after = names.index("finished_at") + 1
    return {
        **{name: run[name] for name in names[:after]},
        "seconds": seconds,
        **{name: run[name] for name in names[after:]},
    }
