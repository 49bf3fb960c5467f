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
    *("id", "command", "site", "started_at", "finished_at", "seconds"),
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
    # ``seconds`` is reckoned here; and an archive of an earlier luntan is only read, not migrated.
    names = ", ".join(name if name in known else f"NULL AS {name}" for name in LISTED)
    # The lock is the site's: only the latest of its crawls can be the one that holds it.
    latest = db.execute(
        "SELECT site, max(id) FROM runs WHERE command = 'crawl' AND outcome = 'running' GROUP BY site"
    )
    locks = {run_id: site for site, run_id in latest if site}
    for run in db.query(
        f"SELECT {names} FROM runs WHERE (:site IS NULL OR site = :site)"
        " AND (:since IS NULL OR started_at >= :since) ORDER BY started_at DESC, id DESC LIMIT :limit",
        {"site": site, "since": since, "limit": -1 if limit is None else limit},
    ):
        if run["outcome"] == "running" and not _is_at_work(path, run, locks):
            run["outcome"] = "killed"
        run["seconds"] = _seconds(run)
        yield run


def _is_at_work(path: Path, run: dict[str, Any], locks: dict[int, str]) -> bool:
    if run["command"] == "crawl" and run["site"]:
        return run["id"] in locks and is_held(path, locks[run["id"]])
    return is_held(path, f"{run['command']}-{run['id']}")


def _seconds(run: dict[str, Any]) -> int | None:
    end = now() if run["outcome"] == "running" else run["finished_at"]
    if end is None:
        return None
    return round((datetime.fromisoformat(end) - datetime.fromisoformat(run["started_at"])).total_seconds())
