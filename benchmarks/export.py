"""Rows a second of an export, beside SQLite's own json_object and `sqlite-utils rows --nl`; and its memory.

    python benchmarks/export.py archive.db            an archive made by benchmarks/corpus.py
    python benchmarks/export.py --articles 5000       a small one of its own

Each runs in a process of its own and writes a file, in turn: bare, luntan, sqlite-utils, bare … Asserted:
luntan's lines are those of the bare run; the targets, where the archive is large.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from archive.fields import FIELDS

LARGE = 50_000
TARGET_OF_BARE, TARGET_OF_STOCK, TARGET_MIB = 0.7, 2.0, 100

LUNTAN = [sys.executable, "-m", "crawler", "export"]
STOCK = [sys.executable, "-m", "sqlite_utils", "rows"]
BARE = [sys.executable, __file__, "--bare"]


def run_bare(archive: Path, out: Path) -> None:
    """SQLite's own json_object over the same columns, fetched row by row and written."""
    conn = sqlite3.connect(archive)
    pairs = ", ".join(
        f"'{name}', " + ('json("keywords")' if name == "keywords" else f'"{name}"') for name in FIELDS
    )
    with out.open("w", encoding="utf-8") as file:
        for (line,) in conn.execute(f"SELECT json_object({pairs}) FROM articles ORDER BY id"):
            file.write(line + "\n")


def measure(command: list[str], out: Path, is_stdout: bool) -> tuple[float, float]:
    """Seconds and peak memory (MiB) of a command that writes ``out``."""
    begun = time.perf_counter()
    with out.open("wb") if is_stdout else open(os.devnull, "wb") as stdout:
        process = subprocess.Popen(command, stdout=stdout, cwd=Path(__file__).parent.parent)
        _, status, usage = os.wait4(process.pid, 0)
    assert status == 0, command
    return time.perf_counter() - begun, usage.ru_maxrss / 1024


def digest(path: Path) -> str:
    """The digest of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def compare(archive: Path, folder: Path, rounds: int) -> None:
    """Print rows a second and ratios, and hold them to the targets."""
    with sqlite3.connect(archive) as conn:
        articles = conn.execute("SELECT count(*) FROM articles").fetchone()[0]
    kinds = {
        "bare": ([*BARE, str(archive), str(folder / "bare")], False),
        "luntan": ([*LUNTAN, str(archive), "-o", str(folder / "luntan")], False),
        "stock": ([*STOCK, str(archive), "articles", "--nl"], True),
    }
    seconds: dict[str, list[float]] = {kind: [] for kind in kinds}
    memory = {}
    for _ in range(rounds):
        for kind, (command, is_stdout) in kinds.items():
            taken, memory[kind] = measure(command, folder / kind, is_stdout)
            seconds[kind].append(taken)
    assert digest(folder / "luntan") == digest(folder / "bare")
    with (folder / "luntan").open(encoding="utf-8") as lines:
        assert sum(1 for line in lines if json.loads(line)["author"]) == articles
    best = {kind: statistics.median(taken) for kind, taken in seconds.items()}
    for kind, taken in best.items():
        print(f"{kind}: {articles / taken:.0f} rows/s, peak {memory[kind]:.0f} MiB")
    of_bare, of_stock = best["bare"] / best["luntan"], best["stock"] / best["luntan"]
    print(f"{articles} articles: {of_bare:.2f} of json_object, {of_stock:.1f} times sqlite-utils rows --nl")
    if articles >= LARGE:
        assert of_bare >= TARGET_OF_BARE and of_stock >= TARGET_OF_STOCK and memory["luntan"] <= TARGET_MIB


def main() -> None:
    if sys.argv[1:2] == ["--bare"]:
        run_bare(Path(sys.argv[2]), Path(sys.argv[3]))
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("archive", type=Path, nargs="?")
    parser.add_argument("--articles", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        archive = arguments.archive or Path(folder) / "archive.db"
        if not arguments.archive:
            # In a process of its own: a child's peak memory starts from its parent's.
            corpus = Path(__file__).parent / "corpus.py"
            subprocess.run([sys.executable, corpus, archive, str(arguments.articles)], check=True)
        compare(archive.absolute(), Path(folder), arguments.rounds)


if __name__ == "__main__":
    main()
