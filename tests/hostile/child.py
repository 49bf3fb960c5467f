"""One crawl of the hostile site in a process of its own, and what came of it."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parent.parent


@dataclass(frozen=True)
class Crawl:
    """A crawl that ended: its exit code, all it printed, its peak memory, whether it ever listened."""

    code: int
    out: str
    megabytes: int
    listening: bool
    archive: Path

    def rows(self, sql: str) -> list[Any]:
        """What the archive answers."""
        with sqlite3.connect(self.archive) as conn:
            return conn.execute(sql).fetchall()

    def page(self, path: str) -> tuple[str, str]:
        """State and reason of the page whose address ends with ``path``."""
        ((state, reason),) = self.rows(f"SELECT state, reason FROM pages WHERE url LIKE '%{path}'")
        return state, reason or ""

    def stored(self) -> set[str]:
        """The paths of the articles archived."""
        return {url.partition("//")[2].partition("/")[2] for (url,) in self.rows("SELECT url FROM articles")}


def crawl(
    archive: Path,
    url: str,
    columns: str,
    *options: str,
    settings: dict[str, Any] | None = None,
    env: dict[str, str] | None = None,
    timeout: float = 60,
) -> Crawl:
    """Run ``luntan crawl`` on the site at ``url`` as a user would, without a guest's pauses."""
    chosen = {"DOWNLOAD_DELAY": 0, "CONCURRENT_REQUESTS_PER_DOMAIN": 8, "HTTPPROXY_ENABLED": 0} | (
        settings or {}
    )
    command = [
        sys.executable,
        str(HERE / "site_at.py"),
        url,
        columns,
        "crawl",
        str(archive),
        "hostile",
        *options,
    ]
    for name, value in chosen.items():
        command += ["-s", f"{name}={value}"]
    log = archive.with_suffix(".out")
    listened, peak = False, 0
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, stdout=out, stderr=subprocess.STDOUT, cwd=ROOT, env={**os.environ, **(env or {})}
        )
        try:
            deadline = time.monotonic() + timeout
            while process.poll() is None:
                assert time.monotonic() < deadline, log.read_text("utf-8", "replace")
                family = _family(process.pid)
                listened = listened or any(map(_is_listening, family))
                peak = max(peak, _memory(family))
                time.sleep(0.1)
        finally:
            process.kill()
    return Crawl(process.returncode, log.read_text("utf-8", "replace"), peak // 1024, listened, archive)


def _memory(processes: list[int]) -> int:
    """What the processes hold together in KiB, shared pages counted once (where there is a /proc)."""
    held = 0
    for pid in processes:
        with suppress(OSError):
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text()
            held += int(lines.partition("Pss:")[2].split()[0])
    return held


def _family(pid: int) -> list[int]:
    """The process and all that it began."""
    children: list[int] = []
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            children += map(int, listed.read_text().split())
    return [pid, *chain.from_iterable(map(_family, children))]


def _is_listening(pid: int) -> bool:
    """Whether the process has a socket that others may connect to (where there is a /proc to look at)."""
    listening = {
        fields[9]
        for table in ("tcp", "tcp6")
        if (file := Path("/proc/net", table)).exists()
        for line in file.read_text().splitlines()[1:]
        if (fields := line.split())[3] == "0A"
    }
    try:
        held = {os.readlink(entry) for entry in Path(f"/proc/{pid}/fd").iterdir()}
    except OSError:
        return False
    return any(f"socket:[{inode}]" in held for inode in listening)
