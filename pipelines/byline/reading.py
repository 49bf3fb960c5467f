"""From the lines around an article and its body to its bylines, author, editor and source."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace

from pipelines.byline.body import BodyReader
from pipelines.byline.fold import fold
from pipelines.byline.grammar import Credit, Source, parse
from pipelines.byline.labels import Label
from pipelines.byline.lines import dated_source, meta_names, meta_source, value_of_blank
from pipelines.items import Byline, Line, Role, Trace
from pipelines.text import is_boilerplate


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
            self.source(statement.value, statement.words, rule, place)
            return
        credit = statement
        if credit.office is not None:
            self.offices.append(credit.office)
        for name in credit.names:
            for role in credit.roles:
                byline = Byline(role, name.text, credit.words, rule, place, name.affiliation)
                self.rows.append(_Row(byline, credit.label.duty, own))

    def source(self, value: str, words: str, rule: str, place: str) -> None:
        self.sources.append((value, Trace(words, rule, place)))


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
    reader = BodyReader(body)
    rest = reader.read()
    found = _Findings()
    around = [line for line in lines if line.place in ("head", "tail")]
    _read_lines([line for line in around if line.place == "head"], found)
    for piece in reader.opening:
        found.take(piece.statement, piece.rule, f"paragraph {piece.paragraph}", own=False)
    for piece in reversed(reader.closing):
        found.take(piece.statement, piece.rule, f"paragraph {piece.paragraph}", own=False)
    _read_lines([line for line in around if line.place == "tail"], found)
    _read_dated_source([line for line in around if line.place == "head"], found, published_at)
    _read_meta([line for line in lines if line.place == "meta"], found)
    return _reading(found, rest, frozenset(site_names))


def _read_lines(lines: Sequence[Line], found: _Findings) -> None:
    blank: Label | None = None
    for line in lines:
        if is_boilerplate(line.text) or not line.text.strip():
            continue
        folded = fold(line.text)
        place = line.path or line.place
        value = value_of_blank(blank, folded) if blank is not None else None
        if value is not None:
            found.take(value, "label on the line before", place, own=True)
            blank = None
            continue
        parsed = parse(folded)
        for statement in parsed.statements:
            found.take(statement, "label", place, own=True)
        blank = parsed.blank


def _read_dated_source(lines: Sequence[Line], found: _Findings, published_at: str | None) -> None:
    """The medium beside the date counts only where no label names one."""
    if found.sources:
        return
    for line in lines:
        dated = dated_source(fold(line.text))
        if dated is not None and dated[0] not in {row.byline.name for row in found.rows}:
            found.source(dated[0], dated[1], "beside the date", line.path or line.place)
            return


def _read_meta(lines: Sequence[Line], found: _Findings) -> None:
    """The page's metadata speaks only where its print is silent, and never against it."""
    printed = {row.byline.name for row in found.rows}
    roles = {row.byline.role for row in found.rows}
    for line in lines:
        path = line.path.casefold()
        role: Role | None = (
            "editor" if "editor" in path else "author" if "author" in path or "creator" in path else None
        )
        if "source" in path and not found.sources:
            value = meta_source(line.text)
            if value is not None:
                found.source(value, line.text, "meta", line.path)
        if role is None or role in roles:
            continue
        names = meta_names(line.text)
        if names is None or printed.intersection(names):
            continue
        found.rows.extend(_Row(Byline(role, name, line.text, "meta", line.path), 1, True) for name in names)
        roles.add(role)


def _reading(found: _Findings, body: str, site_names: frozenset[str]) -> Reading:
    nobody = site_names | {source for source, trace in found.sources if trace.rule != "beside the date"}
    rows = [row for row in found.rows if row.byline.name not in nobody]
    authors = [row.byline for row in rows if row.byline.role == "author"]
    editors = _editors_in_charge(rows)
    bylines = _employ(_once(row.byline for row in rows), found.offices)
    source, source_trace = found.sources[0] if found.sources else (None, None)
    return Reading(
        bylines,
        _joined(authors),
        _joined(editors),
        source,
        _trace(authors),
        _trace(editors),
        source_trace,
        body,
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
