"""The state of a repeated export: which change was the last one given, and of what."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from archive.export_file import ExportImpossible


def read_state(path: Path, selection: dict[str, Any], last_change: int) -> int:
    """The number of the last change that was given; 0 where there is no state yet.

    Raises `ExportImpossible` where the file is no state, or one of another export or archive.
    """
    try:
        state = json.loads(path.read_text(encoding="utf-8"))
        number, earlier = int(state["change"]), state["selection"]
    except FileNotFoundError:
        return 0
    except OSError as error:
        raise ExportImpossible(f"{path}: {error.strerror}") from error
    except (ValueError, TypeError, KeyError) as error:
        raise ExportImpossible(f"{path}: not the state of an export - give another file") from error
    if earlier != selection:
        raise ExportImpossible(
            f"{path}: the state of an export of other articles or fields - give each export its own state"
        )
    if number > last_change:
        raise ExportImpossible(f"{path}: the state of an export of another archive - give another file")
    return number


def write_state(path: Path, selection: dict[str, Any], number: int) -> None:
    """Write the state; ``path`` is one to write beside (see `archive.export_file.whole_file`)."""
    state = {"change": number, "selection": selection}
    path.write_text(json.dumps(state, ensure_ascii=False) + "\n", encoding="utf-8")
