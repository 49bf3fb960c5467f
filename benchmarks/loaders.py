"""Does an export load in DuckDB, pandas, Polars and Hugging Face datasets, every value as it was exported?

    python benchmarks/loaders.py --make folder        writes articles.jsonl, articles.parquet and schema.json
    python benchmarks/loaders.py folder               loads them, where the loaders are installed:
    pip install duckdb pandas polars datasets

The types of the articles are as hard to guess as those of real ones: the first 30,000 of 45,000 are dated by
the day, all still there and without a subtitle; later ones have a time, a year alone or nothing, and some are
gone. So loaders that guess from the first lines are told to look at all of them. datasets guesses anew every
10 MB: from JSON lines it needs the types of `luntan export --schema`, and still rewrites times (a day becomes
``2014-10-28 00:00:00``, a time UTC) in blocks where all look alike. Parquet carries its types.

Asserted: no value is another one than exported, but for times in datasets from JSON lines.
"""

from __future__ import annotations

import argparse
import importlib
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

ARTICLES, HOMOGENEOUS = 45_000, 30_000
FIELDS = ("id", "title", "subtitle", "author", "published_at", "gone_at", "revision", "restored", "keywords")
Row = tuple[Any, ...]


def make(folder: Path) -> None:
    """Write the files of an export and its schema into ``folder``."""
    from archive.connect import open_database
    from benchmarks.corpus import write_rows

    archive = folder / "archive.db"
    db = open_database(archive, create=True)
    write_rows(db, [_hard(number) for number in range(ARTICLES)])
    db.close()
    parts = ("--include", "bylines,copies,revisions,images")
    for arguments in (("-o", folder / "articles.jsonl"), ("-o", folder / "articles.parquet")):
        subprocess.run([sys.executable, "-m", "crawler", "export", archive, *parts, *arguments], check=True)
    with (folder / "schema.json").open("wb") as out:
        subprocess.run(
            [sys.executable, "-m", "crawler", "export", "--schema", *parts], stdout=out, check=True
        )


def _hard(number: int) -> dict[str, object]:
    from benchmarks.corpus import article

    row = article(number, length=250)
    printed = str(row["published_at"])
    if number < HOMOGENEOUS:
        return row | {"published_at": printed[:10], "gone_at": None, "title": str(number), "keywords": "[]"}
    precision = (None, 4, 7, 10, 16, 22)[number % 6]
    return row | {
        "published_at": printed[:precision] if precision else None,
        "subtitle": "副题",
        "author": None,
    }


def features(schema: dict[str, Any]) -> Any:
    """The features of datasets that a JSON Schema of ours describes."""
    from datasets import Features, List, Value

    kind = schema["type"][0] if isinstance(schema["type"], list) else schema["type"]
    if kind == "array":
        return List(features(schema["items"]))
    if kind == "object":
        return Features({name: features(part) for name, part in schema["properties"].items()})
    return Value({"integer": "int64", "number": "float64", "string": "string"}[kind])


def by_duckdb(folder: Path) -> Iterator[Row]:
    duckdb = importlib.import_module("duckdb")
    source = f"read_json('{folder / 'articles.jsonl'}', sample_size = -1)"
    yield from duckdb.sql(f"select {', '.join(FIELDS)} from {source} order by id").fetchall()


def by_pandas(folder: Path) -> Iterator[Row]:
    pandas = importlib.import_module("pandas")
    frame = pandas.read_json(folder / "articles.jsonl", lines=True, dtype=False)
    for row in frame[list(FIELDS)].itertuples(index=False):
        yield tuple(None if value != value else value for value in row)


def by_polars(folder: Path) -> Iterator[Row]:
    polars = importlib.import_module("polars")
    frame = polars.read_ndjson(folder / "articles.jsonl", infer_schema_length=None)
    yield from frame.select(FIELDS).iter_rows()


def by_datasets(folder: Path) -> Iterator[Row]:
    datasets = importlib.import_module("datasets")
    types = features(json.loads((folder / "schema.json").read_bytes()))
    yield from _loaded(datasets, folder, "json", "articles.jsonl", features=types)


def by_datasets_from_parquet(folder: Path) -> Iterator[Row]:
    yield from _loaded(importlib.import_module("datasets"), folder, "parquet", "articles.parquet")


def _loaded(datasets: Any, folder: Path, form: str, name: str, **options: Any) -> Iterator[Row]:
    datasets.disable_progress_bars()
    cache = str(folder / "cache")
    loaded = datasets.load_dataset(
        form, data_files=str(folder / name), split="train", cache_dir=cache, **options
    )
    columns = loaded.to_dict()
    yield from zip(*(columns[name] for name in FIELDS), strict=True)


def without_times(row: Row) -> Row:
    """The row's values but those of times."""
    return tuple(value for name, value in zip(FIELDS, row, strict=True) if not name.endswith("_at"))


LOADERS: dict[str, Callable[[Path], Iterator[Row]]] = {
    "duckdb": by_duckdb,
    "pandas": by_pandas,
    "polars": by_polars,
    "datasets": by_datasets,
    "datasets, Parquet": by_datasets_from_parquet,
}


def same(one: Any, other: Any) -> bool:
    """Is a loaded value the exported one? Some loaders read what is always a whole time as a time."""
    if hasattr(one, "isoformat"):
        return bool(one == datetime.fromisoformat(other))
    return bool(one == other)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--make", action="store_true")
    arguments = parser.parse_args()
    if arguments.make:
        arguments.folder.mkdir(exist_ok=True)
        make(arguments.folder)
        return
    with (arguments.folder / "articles.jsonl").open(encoding="utf-8") as file:
        exported = [tuple(json.loads(line)[name] for name in FIELDS) for line in file]
    for name, load in LOADERS.items():
        try:
            version = importlib.import_module(name.split(",")[0]).__version__
        except ImportError:
            print(f"{name}: not installed")
            continue
        begun = time.perf_counter()
        rows = list(load(arguments.folder))
        seconds = time.perf_counter() - begun
        assert len(rows) == len(exported), name
        for row, wanted in zip(rows, exported, strict=True):
            if name == "datasets":
                row, wanted = without_times(row), without_times(wanted)
            assert all(map(same, row, wanted)), (name, row, wanted)
        print(f"{name} {version}: {len(rows):,} articles, every value as exported, {seconds:.1f} s")


if __name__ == "__main__":
    main()
