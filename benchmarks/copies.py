"""Copies and articles told apart, beside datasketch and rensa on the same texts.

    python benchmarks/copies.py [--articles 100000]

The texts are articles of 2,500 characters in the words of `benchmarks/corpus.py`. Of every five, one is a
copy of the one before (3 to 10 % of its characters edited, a passage dropped or added, its script changed,
or damaged as a mirror damages), and one only shares something with the one before (a template, a quotation
of 30 %, the beginning, as parts of a series do). Each method gets the same stream of (title, body), keeps
its index and says for every text which earlier one it is a copy of: luntan through its store's own
`ArticleWriter` into an archive file; rensa and datasketch as their documentation has it, in memory. Each
runs in a process of its own. Asserted: recall, precision, and for luntan speed, memory and bytes an article.

Seconds are of CPU. Making the texts is not counted, nor writing the article's own row, which every archive
has to do.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parent.parent))

import numpy as np

from benchmarks.corpus import FREQUENCIES, LENGTH, MARKS, WORDS

RECALL, PRECISION = 0.98, 0.999
SPEED = 1_500
MEMORY_MIB = 200
BYTES = 1_300

BLOCK = 5
CHANCES = np.array(FREQUENCIES) / FREQUENCIES[-1]


class Text(NamedTuple):
    """One text of the stream, and which earlier one it is a copy of."""

    number: int
    title: str
    body: str
    copy_of: int | None


def stream(count: int) -> Iterator[Text]:
    """So many texts: originals, their copies, and what is near and no copy."""
    for first in range(0, count, BLOCK):
        rng = random.Random(first)
        bodies = [body(first + place) for place in range(BLOCK)]
        titles = [text[3:21].replace("\n", "") for text in bodies]
        edit = COPIES[first // BLOCK % len(COPIES)]
        bodies[1] = edit(bodies[0], rng)
        # Half of the reprints have a title of their own.
        titles[1] = titles[0] if rng.random() < 0.5 else titles[1]
        bodies[3] = APART[first // BLOCK % len(APART)](bodies[2], bodies[3], rng)
        for place in range(min(BLOCK, count - first)):
            yield Text(first + place, titles[place], bodies[place], first if place == 1 else None)


def body(number: int) -> str:
    """The text of an article: the same for the same number."""
    rng = np.random.default_rng(number)
    words = [WORDS[place] for place in np.searchsorted(CHANCES, rng.random(LENGTH * 5 // 9))]
    marks = rng.integers(len(MARKS), size=len(words) // 5)
    clauses = ("".join(words[5 * place : 5 * place + 5]) + MARKS[mark] for place, mark in enumerate(marks))
    return "".join(clauses)[:LENGTH]


def edited(text: str, rng: random.Random) -> str:
    share = rng.uniform(0.03, 0.1)
    forms: tuple[Callable[[str], str], ...] = (
        lambda char: rng.choice(WORDS)[0],
        lambda char: "",
        lambda char: char + rng.choice(WORDS)[0],
    )
    return "".join(rng.choice(forms)(char) if rng.random() < share else char for char in text)


def dropped(text: str, rng: random.Random) -> str:
    start = rng.randrange(len(text) - 500)
    return text[:start] + text[start + rng.randrange(200, 500) :]


def added(text: str, rng: random.Random) -> str:
    start = rng.randrange(len(text))
    return f"{text[:start]}\n{body(rng.randrange(10**9, 10**10))[: rng.randrange(200, 500)]}\n{text[start:]}"


def other_script(text: str, rng: random.Random) -> str:
    from pipelines.restore.script import mirror_form

    return "".join(map(mirror_form, text))


def mirrored(text: str, rng: random.Random) -> str:
    """What restoration may leave of a mirror's damage: notes, lost characters, other marks."""
    text = other_script(text, rng).replace("，", ",")
    notes = "".join(char + "(zhì)" if rng.random() < 0.01 else char for char in text)
    return "".join("?" if rng.random() < 0.02 else char for char in notes)


def same_template(text: str, other: str, rng: random.Random) -> str:
    return text[:600] + other[600:1900] + text[1900:]


def quotation(text: str, other: str, rng: random.Random) -> str:
    start = rng.randrange(1500)
    return other[:900] + text[start : start + 750] + other[1650:]


def series(text: str, other: str, rng: random.Random) -> str:
    return text[:1000] + other[1000:]


COPIES = (edited, edited, dropped, added, other_script, mirrored)
APART = (same_template, quotation, series)


class Found:
    """Counts what a method says against what was planted, and its seconds of CPU."""

    def __init__(self) -> None:
        self.right = self.wrong = self.planted = self.texts = 0
        self.seconds = 0.0

    def ask(self, text: Text, says: Callable[[Text], set[int]]) -> None:
        begun = time.process_time()
        answer = says(text)
        self.seconds += time.process_time() - begun
        self.texts += 1
        self.planted += text.copy_of is not None
        self.right += text.copy_of in answer
        self.wrong += bool(answer - {text.copy_of})

    def figures(self) -> dict[str, float]:
        return {
            "recall": self.right / self.planted,
            "precision": self.right / max(self.right + self.wrong, 1),
            "per_second": self.texts / self.seconds,
            "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }


def run_luntan(count: int, folder: Path) -> dict[str, float]:
    """luntan: fingerprint, index in the file, candidates compared on the texts that are archived."""
    from archive.articles import ArticleWriter
    from archive.connect import open_database
    from archive.similarity import fingerprint

    conn = open_database(folder / "archive.db", create=True).conn
    writer = ArticleWriter(conn)
    found = Found()

    def says(text: Text) -> set[int]:
        digest, bands = fingerprint(text.title, text.body)
        url = f"http://www.example.cn/{text.number}.html"
        witness = {"url": url, "title": text.title, "body": text.body, "text_sha256": digest}
        related = writer.related({**witness, "original_url": None}, bands)
        writer.bands.put(url, bands)
        return {number - 1 for number in related}

    row = "INSERT INTO articles (id, url, title, body, body_sha256, text_sha256, first_seen_at, last_seen_at)"
    conn.execute("BEGIN")
    for text in stream(count):
        found.ask(text, says)
        url = f"http://www.example.cn/{text.number}.html"
        digest = fingerprint(text.title, text.body)[0]
        conn.execute(
            f"{row} VALUES (?, ?, ?, ?, '', ?, '', '')", (text.number + 1, url, text.title, text.body, digest)
        )
        if text.number % 400 == 399:
            begun = time.process_time()
            conn.execute("COMMIT")
            conn.execute("BEGIN")
            found.seconds += time.process_time() - begun
    conn.execute("COMMIT")
    sizes = "SELECT sum(pgsize) FROM dbstat WHERE name GLOB '*bands' OR name GLOB '*fingerprints*'"
    return found.figures() | {"bytes": conn.execute(sizes).fetchone()[0] / count}


def run_datasketch(count: int, folder: Path) -> dict[str, float]:
    """datasketch: MinHash of 128 permutations over characters in threes, MinHashLSH at 0.5."""
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=0.5, num_perm=128)
    found = Found()

    def says(text: Text) -> set[int]:
        minhash = MinHash(num_perm=128)
        minhash.update_batch([run.encode() for run in _threes(text.body)])
        answer = {int(number) for number in index.query(minhash)}
        index.insert(str(text.number), minhash)
        return answer

    for text in stream(count):
        found.ask(text, says)
    return found.figures()


def run_rensa(count: int, folder: Path) -> dict[str, float]:
    """rensa: RMinHash of 128 permutations over characters in threes, RMinHashLSH of 32 bands at 0.5."""
    from rensa import RMinHash, RMinHashLSH

    index = RMinHashLSH(threshold=0.5, num_perm=128, num_bands=32)
    minhashes: dict[int, RMinHash] = {}
    found = Found()

    def says(text: Text) -> set[int]:
        minhash = RMinHash(num_perm=128, seed=42)
        minhash.update(_threes(text.body))
        answer = {number for number in index.query(minhash) if minhashes[number].jaccard(minhash) >= 0.5}
        index.insert(text.number, minhash)
        minhashes[text.number] = minhash
        return answer

    for text in stream(count):
        found.ask(text, says)
    return found.figures()


def _threes(text: str) -> list[str]:
    from archive.fold import fold

    text = fold(text)
    return [text[place : place + 3] for place in range(len(text) - 2)]


METHODS = {"luntan": run_luntan, "rensa": run_rensa, "datasketch": run_datasketch}


def in_a_process(method: str, count: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, __file__, "--method", method, "--folder", folder, "--articles", str(count)]
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    figures: dict[str, float] = json.loads(output)
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--method", choices=METHODS)
    parser.add_argument("--folder", type=Path)
    arguments = parser.parse_args()
    if arguments.folder:
        print(json.dumps(METHODS[arguments.method](arguments.articles, arguments.folder)))
        return
    results = {}
    for method in [arguments.method] if arguments.method else METHODS:
        results[method] = in_a_process(method, arguments.articles)
        told = "  ".join(f"{name} {value:,.4g}" for name, value in results[method].items())
        print(f"{method:>10}  {told}", flush=True)
    if figures := results.get("luntan"):
        assert figures["recall"] >= RECALL and figures["precision"] >= PRECISION
        assert figures["bytes"] <= BYTES and figures["mib"] <= MEMORY_MIB
        assert figures["per_second"] >= SPEED


if __name__ == "__main__":
    main()
