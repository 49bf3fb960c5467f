"""One crawl of the hostile site in a process of its own, and what came of it."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parent.parent


@dataclass(frozen=True)
class Crawl:
    """A crawl that ended: its exit code, all it printed, its peak memory, its archive."""

    code: int
    out: str
    megabytes: int
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
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, stdout=out, stderr=subprocess.STDOUT, cwd=ROOT, env={**os.environ, **(env or {})}
        )
        try:
            usage = _wait(process, timeout)
        finally:
            process.kill()
    megabytes = usage // 1024
    return Crawl(process.returncode, log.read_text("utf-8", "replace"), megabytes, archive)


def _wait(process: subprocess.Popen[bytes], seconds: float) -> int:
    """Wait for the child's end; its peak memory in KiB. Raises TimeoutError."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            return int(usage.ru_maxrss)
        time.sleep(0.05)
    raise TimeoutError(f"the crawl did not end within {seconds} seconds")
