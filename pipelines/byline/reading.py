"""From the lines around an article and its body to its bylines, author, editor and source."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace

from pipelines.byline.body import Found, read_body
from pipelines.byline.fold import Folded, fold
from pipelines.byline.grammar import Credit, Source, parse
from pipelines.byline.lines import (
    dated_statements,
    english_credit,
    is_dated,
    lone_medium,
    meta_names,
    meta_source,
    signed_by_medium,
    value_of_blank,
    value_of_element,
)
from pipelines.byline.vocabulary import Label
from pipelines.items import Byline, Line, Role, Trace

_LONGEST_LINE = 300
_LONGEST_WITHOUT_COLON = 120


@dataclass(frozen=True, slots=True)
class Reading:
    """What ``read_bylines`` found. ``body`` is the body without the sentences that name its bylines."""

    bylines: list[Byline]
    author: str | None
    editor: str | None
    source: str | None
    author_trace: Trace | None
    editor_trace: Trace | None
    source_trace: Trace | None
    body: str


@dataclass(frozen=True, slots=True)
class _Row:
    byline: Byline
    duty: int
    own: bool  # printed by the page around the article, not by the article itself


@dataclass(slots=True)
class _Findings:
    """All that was found so far, in the order of the page."""

    rows: list[_Row] = field(default_factory=list)
    sources: list[tuple[str, Trace]] = field(default_factory=list)
    offices: list[str] = field(default_factory=list)

    def take(self, statement: Credit | Source, rule: str, place: str, *, own: bool) -> None:
        if isinstance(statement, Source):
            self.sources.append((statement.value, Trace(statement.words, rule, place)))
            return
        if statement.office is not None:
            self.offices.append(statement.office)
        for name in statement.names:
            for role in statement.roles:
                byline = Byline(role, name.text, statement.words, rule, place, name.affiliation)
                self.rows.append(_Row(byline, statement.label.duty, own))

    def names(self, *roles: Role) -> set[str]:
        return {row.byline.name for row in self.rows if not roles or row.byline.role in roles}


def read_bylines(
    lines: Sequence[Line], body: str, *, published_at: str | None = None, site_names: Collection[str] = ()
) -> Reading:
    """Read who wrote, edited and published an article.

    ``lines`` are the lines around the article in document order, ``body`` its paragraphs, one a line.
    ``published_at`` tells the line of the article's own date from other dates; ``site_names`` are never
    persons. Nothing is guessed: what is not plainly a person in a role gives no byline. Raises nothing.

    >>> reading = read_bylines([Line("[责任编辑：王红]", "tail", "line 9")], "公园开放了。（作者：李明）")
    >>> reading.author, reading.editor, reading.body
    ('李明', '王红', '公园开放了。')
    """
    inside = read_body(body)
    head = [(line, fold(line.text)) for line in lines if line.place == "head" and _is_short(line)]
    tail = [(line, fold(line.text)) for line in lines if line.place == "tail" and _is_short(line)]
    meta = [line for line in lines if line.place == "meta" and _is_short(line)]
    found = _Findings()
    _read_lines(head, found)
    _read_inside(inside.opening, found)
    _read_inside(inside.closing, found)
    _read_lines(tail, found, authors=not found.names("author"))
    _read_elements(head, found)
    _read_dated(head, found, published_at)
    _read_meta(meta, found)
    site = {line.text.strip() for line in meta if "site_name" in line.path or "publisher" in line.path}
    return _reading(found, inside.body, site.union(site_names))


def _is_short(line: Line) -> bool:
    return 0 < len(line.text) <= _LONGEST_LINE


def _read_inside(pieces: Sequence[Found], found: _Findings) -> None:
    for piece in pieces:
        found.take(piece.statement, piece.rule, f"paragraph {piece.paragraph}", own=False)


def _read_lines(lines: Sequence[tuple[Line, Folded]], found: _Findings, *, authors: bool = True) -> None:
    """Read labelled lines; behind the article other authors stand, so ``authors`` can be declined."""
    blank: Label | None = None
    for line, folded in lines:
        if not folded.folded.strip():
            continue
        value = value_of_blank(blank, folded) if blank is not None else None
        if value is not None:
            found.take(value, "label on the line before", line.path or line.place, own=True)
            blank = None
            continue
        parsed = parse(folded)
        is_prose = len(folded.folded) > _LONGEST_WITHOUT_COLON or "。" in folded.folded[:-1]
        for statement in signed_by_medium(folded) or english_credit(folded) or parsed.statements:
            declined = isinstance(statement, Credit) and "author" in statement.roles and not authors
            if not declined and (statement.strong or not is_prose):
                rule = "label" if statement.strong else "label without a colon"
                found.take(statement, rule, line.path or line.place, own=True)
        blank = parsed.blank


def _read_elements(lines: Sequence[tuple[Line, Folded]], found: _Findings) -> None:
    """Elements that are called author, editor or source and print no label count where no label does."""
    has_source = bool(found.sources)
    known: set[Role] = {row.byline.role for row in found.rows}
    for line, folded in lines:
        value = value_of_element(line.path, folded)
        if isinstance(value, Source) and not has_source and value.value not in found.names():
            found.take(value, "name of the element", line.path, own=True)
        if isinstance(value, Credit) and not known.intersection(value.roles):
            found.take(value, "name of the element", line.path, own=True)
            if not value.strong:
                known.update(value.roles)  # behind one account stand others


def _read_dated(lines: Sequence[tuple[Line, Folded]], found: _Findings, published_at: str | None) -> None:
    """The medium and the author beside the article's date, where nothing before has named them; the
    medium on its line or alone on the line before or behind."""
    dated = [number for number, (_, folded) in enumerate(lines) if is_dated(folded)]
    if not dated:
        return
    number = max(dated, key=lambda number: (_prints_day(lines[number][1], published_at), -number))
    stated = dated_statements(lines[number][0].path, lines[number][1])
    places = [(number, statement) for statement in stated]
    if not any(isinstance(statement, Source) for statement in stated):
        for at in (number - 1, number + 1):
            source = lone_medium(lines[at][1]) if 0 <= at < len(lines) else None
            places += [(at, source)] if source is not None else []
    for at, statement in places:
        known = bool(found.sources) if isinstance(statement, Source) else bool(found.names("author"))
        values = {statement.value} if isinstance(statement, Source) else {n.text for n in statement.names}
        if not known and not values & found.names():
            found.take(statement, "beside the date", lines[at][0].path or lines[at][0].place, own=True)


def _prints_day(line: Folded, published_at: str | None) -> bool:
    digits = [part.lstrip("0") for part in (published_at or "")[:10].split("-")]
    return len(digits) == 3 and all(part in line.folded for part in digits)


def _read_meta(lines: Sequence[Line], found: _Findings) -> None:
    """The page's metadata speaks only where its print is silent, and never against it."""
    printed = found.names()
    known: set[Role] = {row.byline.role for row in found.rows}
    for line in lines:
        path = line.path.casefold()
        if "source" in path and not found.sources and (medium := meta_source(line.text)):
            found.sources.append((medium, Trace(line.text, "metadata", line.path)))
        role: Role | None = "editor" if "editor" in path else "author" if "author" in path else None
        # Microdata call a person so in so many words; other metadata as often mean the site.
        pen = "itemprop=author" in path
        names = meta_names(line.text, pen=pen) if role is not None and role not in known else None
        if role is None or names is None or printed.intersection(names):
            continue
        known.add(role)
        rows = (Byline(role, name, line.text, "metadata", line.path) for name in names)
        found.rows.extend(_Row(byline, duty=1, own=True) for byline in rows)


def _reading(found: _Findings, body: str, site_names: set[str]) -> Reading:
    nobody = site_names | {source for source, _ in found.sources}
    rows = [row for row in found.rows if row.byline.name not in nobody]
    authors = [row.byline for row in rows if row.byline.role == "author"]
    editors = _editors_in_charge(rows)
    source, source_trace = found.sources[0] if found.sources else (None, None)
    return Reading(
        bylines=_employ(_once(row.byline for row in rows), found.offices),
        author=_joined(authors),
        editor=_joined(editors),
        source=source,
        author_trace=_trace(authors),
        editor_trace=_trace(editors),
        source_trace=source_trace,
        body=body,
    )


def _editors_in_charge(rows: Sequence[_Row]) -> list[Byline]:
    """The editors who answer for the page: the responsible editor before any other, the page's own before
    those a reprint brought along, the last printed before the first."""
    editors = [row for row in rows if row.byline.role == "editor"]
    if not editors:
        return []
    best = max((row.duty, row.own) for row in editors)
    ranked = [row.byline for row in editors if (row.duty, row.own) == best]
    return [byline for byline in ranked if byline.place == ranked[-1].place]


def _once(bylines: Iterable[Byline]) -> list[Byline]:
    first: dict[tuple[str, str], Byline] = {}
    for byline in bylines:
        first.setdefault((byline.role, byline.name), byline)
    return list(first.values())


def _employ(bylines: list[Byline], offices: Sequence[str]) -> list[Byline]:
    """（作者系某馆馆员） without a name tells the office of the only author."""
    authors = [byline for byline in bylines if byline.role == "author"]
    if not offices or len(authors) != 1 or authors[0].affiliation:
        return bylines
    return [replace(b, affiliation=offices[0]) if b is authors[0] else b for b in bylines]


def _joined(bylines: Sequence[Byline]) -> str | None:
    return "、".join(dict.fromkeys(byline.name for byline in bylines)) or None


def _trace(bylines: Sequence[Byline]) -> Trace | None:
    return Trace(bylines[0].words, bylines[0].rule, bylines[0].place) if bylines else None
