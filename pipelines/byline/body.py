"""The bylines inside the body: its first lines, the dateline, its last lines and the brackets that end it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from pipelines.byline.fold import Folded, fold, unfolded
from pipelines.byline.grammar import Credit, Parsed, Source, begins_with_label, parse
from pipelines.byline.line import BULLETS
from pipelines.byline.lines import value_of_blank
from pipelines.byline.names import is_office, is_person
from pipelines.byline.people import Name
from pipelines.byline.vocabulary import LABELS
from pipelines.text import is_boilerplate, opens_other_matter, strip_controls

_OPENING = 4  # paragraphs in which a body may introduce its author
_DATELINES = 2  # paragraphs that may begin with one
_CLOSING = 10  # paragraphs in which a body may sign off
_SIGNED = 3  # paragraphs of text at the end that may carry a signature
_SIGNATURES = 6  # brackets at the end of one paragraph
_LONGEST_BYLINE = 150
_LONGEST_BARE = 50  # a byline without colons, bars and brackets
_LONGEST_LABEL_LINE = 12
_LONGEST_BRACKET = 120
_DATELINE = 80
_TAIL = 400  # characters of a long paragraph in which a signature is looked for
_OPENERS = {")": "(", "]": "["}
_CLOSERS = {"(": ")", "[": "]"}
_BYLINE_MARK = re.compile("[:：︰∶﹕/／|｜丨│︱‖┃∣¦︳〔【［\\[（(“「『□■◎●○⊙◆◇▲△★]")
_PROVENANCE = re.compile(
    "[*(\\[]?(?:(?:编者按|编者注|编者的话|注|按)[\\]:]{1,2} {0,2})?"
    "(?:本文|文章|原文|稿件)(?:来|源|转|首发|原载|摘|选|刊)"
)
_SENTENCE_ENDS = ("。", "!", "?", "…", "”", '"', "」", "』", ";")
_LAST_SENTENCE = re.compile(f".*[{unfolded(''.join(_SENTENCE_ENDS))}](?=.)", re.DOTALL)
_OPENING_BRACKET = re.compile("[(\\[]")
_OPENING_BRACKETS = tuple(unfolded("".join(_CLOSERS)))
_CLOSING_BRACKETS = tuple(unfolded("".join(_OPENERS)))
_PLACED = re.compile(r"([^ ,。\d]{4,24})\d{1,2}日(?:综合|专)?(?:电|报导|报道)")
_STAMP = re.compile(r"(?<=[)）\]】])[ \u3000]{0,2}\d{6,8}$")  # of the day, behind the last bracket
_DATELINE_ENDS = ("讯", "电", "消息", "报道", "报导", "网", "报", "社", "客户端")


@dataclass(frozen=True, slots=True)
class Found:
    """One credit or source of the body, the rule that read it, the paragraph it stood in (from 1)."""

    statement: Credit | Source
    rule: str
    paragraph: int


@dataclass(slots=True)
class BodyBylines:
    """What the body names, in the order of its text, and the body without the sentences that name it."""

    body: str
    opening: list[Found] = field(default_factory=list)
    closing: list[Found] = field(default_factory=list)


@dataclass(slots=True)
class _Paragraph:
    number: int
    text: str
    dropped: bool = False


def read_body(body: str) -> BodyBylines:
    """Read the bylines of a body; a dateline stays in it, for it is part of the article's first sentence.

    >>> read_body("晨光社东城12月9日电（记者李明）公园开放了。\\n游人很多。（李明）\\n编辑：王红").body
    '晨光社东城12月9日电（记者李明）公园开放了。\\n游人很多。'
    """
    paragraphs = [_Paragraph(number, text) for number, text in enumerate(body.split("\n"), 1)]
    printed = [paragraph for paragraph in paragraphs if paragraph.text.strip()]
    found = BodyBylines(body, opening=_read_names_below_labels(printed[:_OPENING]))
    below = _read_names_below_labels(_own_matter(printed[-_CLOSING:]))
    printed = [paragraph for paragraph in printed if not paragraph.dropped]
    for paragraph in printed[:_OPENING]:
        found.opening += _read_opening(paragraph)
    for paragraph in [p for p in printed[:_OPENING] if not p.dropped][:_DATELINES]:
        found.opening += _read_dateline(paragraph)
    found.closing = _read_closing([p for p in printed if not p.dropped]) + below
    found.body = "\n".join(paragraph.text for paragraph in paragraphs if not paragraph.dropped)
    return found


def _found(parsed: Parsed, rule: str, paragraph: _Paragraph) -> list[Found]:
    return [Found(statement, rule, paragraph.number) for statement in parsed.statements]


def _read_whole(paragraph: _Paragraph, rule: str) -> list[Found] | None:
    """A paragraph that is nothing but bylines, or begins as one and is no sentence, leaves the body."""
    if len(paragraph.text) > _LONGEST_BYLINE or _is_prose(paragraph.text):
        return None
    line = fold(paragraph.text)
    provenance = _PROVENANCE.match(line.folded) is not None
    parsed = parse(line, whole=not provenance)
    labelled = "。" not in line.folded and parsed.statements and begins_with_label(line.folded)
    if not (parsed.whole or labelled or (provenance and _tells_provenance(line, parsed))):
        return None
    paragraph.dropped = True
    return _found(parsed, rule, paragraph)


def _is_prose(text: str) -> bool:
    """A look that tells most sentences at once: so long without any mark that a byline is set with."""
    return len(text) > _LONGEST_BARE and "。" in text and _BYLINE_MARK.search(text) is None


def _tells_provenance(line: Folded, parsed: Parsed) -> bool:
    """One sentence that is about the text and no part of it: 本文来自微信公众号“晨光夜读”，作者：李明。"""
    return "。" not in line.folded.rstrip("。)] ") and any(
        isinstance(statement, Source) and statement.strong for statement in parsed.statements
    )


def _read_opening(paragraph: _Paragraph) -> list[Found]:
    whole = _read_whole(paragraph, "opening line")
    if whole is not None:
        return whole
    if paragraph.text.lstrip().startswith(tuple(BULLETS)):
        line = fold(paragraph.text.strip())
        bulleted = _bare_credit(line[1:], line.printed)
        if bulleted is not None:
            paragraph.dropped = True
            return [Found(bulleted, "bulleted line", paragraph.number)]
    return _cut_leading_bracket(paragraph)


def _cut_leading_bracket(paragraph: _Paragraph) -> list[Found]:
    """【文/晨光报 李明】 in front of the first sentence; a reporter's bracket is a dateline and stays."""
    text = strip_controls(paragraph.text)
    if not text.lstrip().startswith(_OPENING_BRACKETS):
        return []
    line = fold(text[:_LONGEST_BYLINE])
    opened = len(line.folded) - len(line.folded.lstrip())
    close = _closing_bracket(line, opened)
    if close is None:
        return []
    parsed = parse(line[opened + 1 : close], bracketed=True)
    if not parsed.whole or not parsed.credits or not all(credit.label.pen for credit in parsed.credits):
        return []
    paragraph.text = text[close + 1 :].lstrip()
    paragraph.dropped = not paragraph.text
    return _found(parsed, "opening bracket", paragraph)


def _read_dateline(paragraph: _Paragraph) -> list[Found]:
    """晨光社东城12月9日电（记者李明）, 【晨光报记者 李明】, 晨光报讯 记者李明."""
    line = fold(paragraph.text[:_LONGEST_BYLINE])
    for bracket in _OPENING_BRACKET.finditer(line.folded, 0, _DATELINE):
        opened = bracket.start()
        before = line.folded[:opened].rstrip()
        close = _closing_bracket(line, opened)
        if close is None or "," in before or "。" in before:
            break
        inside = line[opened + 1 : close]
        parsed = parse(inside, bracketed=True)
        if not (parsed.whole and parsed.credits):
            parsed = _parse_placed(inside)
        if parsed.whole and parsed.credits:
            return _found(parsed, "dateline", paragraph)
        bare = (
            _bare_credit(inside, line.printed[opened : close + 1]) if before.endswith(("电", "讯")) else None
        )
        if bare is not None:
            return [Found(bare, "dateline", paragraph.number)]
    return _read_open_dateline(paragraph, line)


def _parse_placed(inside: Folded) -> Parsed:
    """晨光社记者李明台东县22日电: behind the name the place and the day, as Taiwan's agency sets them."""
    found = _PLACED.fullmatch(inside.folded)
    parsed = Parsed((), whole=False, blank=None)
    if found is None:
        return parsed
    end = found.end(1)
    is_county = inside.folded[end - 1] in "县市"
    for size in (3, 4, 2) if is_county else (2, 3):
        parsed = parse(inside[: end - size], bracketed=True)
        if parsed.whole and parsed.credits:
            break
    return parsed


def _read_open_dateline(paragraph: _Paragraph, line: Folded) -> list[Found]:
    ends = [at for mark in ",。:" if (at := line.folded.find(mark)) >= 0]
    head = line[: min(ends, default=_DATELINE)]
    found = []
    for credit in parse(head).credits:
        before = head.printed[: head.printed.find(credit.words)].strip(" 　([【（")
        if credit.label.rank and not credit.strong and (not before or before.endswith(_DATELINE_ENDS)):
            found.append(Found(credit, "dateline", paragraph.number))
    return found


def _read_closing(paragraphs: Sequence[_Paragraph]) -> list[Found]:
    """The sign-off, read from the end; the list is in the order of the text."""
    closing: list[Found] = []
    signed = 0
    for paragraph in reversed(_own_matter(paragraphs[-_CLOSING:])):
        whole = _read_whole(paragraph, "closing line")
        if whole is not None:
            closing[:0] = whole
        elif not is_boilerplate(paragraph.text):
            closing[:0] = _cut_signatures(paragraph, last=signed == 0)
            signed += 1
        if signed == _SIGNED:
            break
    return closing


def _read_names_below_labels(paragraphs: Sequence[_Paragraph]) -> list[Found]:
    """A label that is a paragraph of its own with its names in the next: 文章作者, then 李明."""
    found: list[Found] = []
    for above, below in pairwise(paragraphs):
        if max(len(above.text), len(below.text)) > _LONGEST_BARE or above.dropped or below.dropped:
            continue
        label = parse(fold(above.text)).blank if len(above.text) <= _LONGEST_LABEL_LINE else None
        value = value_of_blank(label, fold(below.text)) if label is not None and label.roles else None
        if value is not None:
            above.dropped = below.dropped = True
            found.append(Found(value, "label on the line before", below.number))
    return found


def _own_matter(paragraphs: Sequence[_Paragraph]) -> list[_Paragraph]:
    """What stands above the heading of a list of other articles, and the page's own editors below it."""
    start = next((n for n, p in enumerate(paragraphs) if opens_other_matter(p.text)), len(paragraphs))
    own = [p for p in paragraphs[start:] if len(p.text) <= _LONGEST_BYLINE and _names_editors(p.text)]
    return [*paragraphs[:start], *own]


def _names_editors(text: str) -> bool:
    parsed = parse(fold(text))
    return parsed.whole and any(credit.label.duty for credit in parsed.credits)


def _cut_signatures(paragraph: _Paragraph, *, last: bool) -> list[Found]:
    """The brackets that end a paragraph, while they name bylines; then a label behind the last sentence."""
    found: list[Found] = []
    for _ in range(_SIGNATURES):
        text = _STAMP.sub("", paragraph.text.rstrip())
        if not strip_controls(text[-_TAIL:]).endswith(_CLOSING_BRACKETS):
            break
        line = fold(text[-_TAIL:])
        opened = _opening_bracket(line)
        if opened is None:
            break
        inside = line[opened + 1 : len(line.folded) - 1]
        before = line.folded[:opened].rstrip()
        parsed = parse(inside, bracketed=True)
        bare = None
        if last and (not before or before.endswith(_SENTENCE_ENDS)):
            bare = _bare_credit(inside, line.printed[opened:])
        if parsed.whole and parsed.statements:
            found[:0] = _found(parsed, "closing bracket", paragraph)
        elif bare is not None:
            found.insert(0, Found(bare, "bare closing bracket", paragraph.number))
        elif inside.folded.strip() != "完" or not before.endswith((")", "]")):
            break
        paragraph.text = (text[:-_TAIL] + line.printed[:opened]).rstrip()
        paragraph.dropped = not paragraph.text
    return _cut_last_words(paragraph) + found


def _cut_last_words(paragraph: _Paragraph) -> list[Found]:
    """A byline that follows the last sentence without a bracket: …很多。作者：李明."""
    text = paragraph.text.rstrip()
    tail = strip_controls(text[-_TAIL:])
    before = _LAST_SENTENCE.match(tail)
    if before is None or len(tail) - before.end() > _LONGEST_BRACKET:
        return []
    parsed = parse(fold(tail[before.end() :]))
    if not parsed.whole or not parsed.credits:
        return []
    paragraph.text = text[:-_TAIL] + before[0]
    return _found(parsed, "last words", paragraph)


def _closing_bracket(line: Folded, opened: int) -> int | None:
    """The place of the bracket that closes the one at ``opened``, if it is near."""
    closer = _CLOSERS.get(line.folded[opened : opened + 1])
    close = line.folded.find(closer, opened, opened + _LONGEST_BRACKET) if closer else -1
    return close if close > 0 else None


def _opening_bracket(line: Folded) -> int | None:
    """The place of the bracket that the last character closes, brackets inside it balanced."""
    closer = line.folded[-1:]
    if closer not in _OPENERS:
        return None
    depth = 0
    for at in range(len(line.folded) - 1, max(-1, len(line.folded) - _LONGEST_BRACKET), -1):
        depth += (line.folded[at] == closer) - (line.folded[at] == _OPENERS[closer])
        if not depth:
            return at
    return None


def _bare_credit(inside: Folded, words: str) -> Credit | None:
    """A bracket of nothing but names, perhaps behind an office: （李明 王小红）, （东城图书馆 李明）."""
    folded = inside.folded.replace("、", " ").split()
    printed = inside.printed.replace("、", " ").split()
    office = None
    if len(folded) > 1 and is_office(folded[0]):
        office, folded, printed = printed[0], folded[1:], printed[1:]
    if len(folded) == 2 and all(len(word) == 1 for word in folded):
        folded, printed = ["".join(folded)], ["".join(printed)]
    if not 1 <= len(folded) <= 4 or not all(is_person(word, sure=True) for word in folded):
        return None
    author = LABELS["作者"]
    return Credit(author, author.roles, tuple(Name(name, office) for name in printed), words, strong=False)
