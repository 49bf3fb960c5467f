"""The web application: Datasette over one archive, with our routes before its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from archive.errors import ArchiveError
from archive.serve import plugin

DATABASE = "archive"
FACETS = ["site", "column", "author", "editor", "month"]
METADATA = {
    "title": "luntan 论坛",
    "databases": {
        DATABASE: {
            "tables": {
                "listing": {
                    "facets": FACETS,
                    "sort_desc": "published_at",
                    "fts_table": "articles_fts",
                    "fts_pk": "id",
                }
            }
        }
    },
}
SETTINGS = {
    "default_page_size": 30,
    # Counting the facets of a large archive takes longer than Datasette's defaults for public servers.
    "sql_time_limit_ms": 5_000,
    "facet_time_limit_ms": 3_000,
    "suggest_facets": False,
    "default_facet_size": 12,
    "allow_download": False,
}


class DatasetteMissing(ArchiveError):
    """The extra that serves pages is not installed."""


def make_datasette(path: Path) -> Any:
    """The Datasette of the archive at ``path``, opened for reading only. Raises `DatasetteMissing`."""
    try:
        from datasette.app import Datasette
        from datasette.database import Database
        from datasette.plugins import pm
    except ImportError as error:
        raise DatasetteMissing("pages need Datasette - run: pip install 'luntan[serve]'") from error
    if not pm.is_registered(plugin):
        pm.register(plugin)
    templates = str(Path(__file__).parent / "templates")
    datasette = Datasette(metadata=METADATA, settings=SETTINGS, template_dir=templates)
    datasette.add_database(Database(datasette, path=str(path), is_mutable=True), name=DATABASE)
    return datasette


def run(path: Path, port: int) -> None:
    """Serve the archive at ``path`` on loopback until interrupted. Raises `DatasetteMissing`."""
    datasette = make_datasette(path)
    import uvicorn

    uvicorn.run(datasette.app(), host="127.0.0.1", port=port, log_level="warning")
