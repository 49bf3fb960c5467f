"""What a check finds: one thing that is wrong, where, an address to look at, and what to do about it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

# "mended": it was wrong, and is right again; nobody needs to act.
Severity = Literal["error", "warning", "mended"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "mended")


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding. ``what`` is a sentence with the figures, ``todo`` the next step of whoever reads it.

    ``kind``, ``site``, ``column`` (a slug) and ``field`` say which finding it is: found again by a later
    check, with other figures, it is the same one.
    """

    kind: str
    severity: Severity
    what: str
    todo: str
    site: str | None = None
    column: str | None = None
    field: str | None = None
    example: str | None = None

    @property
    def place(self) -> str:
        """Site, column and field for people.

        >>> Finding("coverage", "warning", "", "", "rmlt", "dangjian", "author").place
        'rmlt/dangjian author'
        """
        return " ".join(filter(None, ("/".join(filter(None, (self.site, self.column))), self.field)))

    @property
    def needs_somebody(self) -> bool:
        """Whether somebody has to act."""
        return self.severity != "mended"

    def as_row(self) -> dict[str, Any]:
        """The finding as a row of output."""
        return asdict(self)
