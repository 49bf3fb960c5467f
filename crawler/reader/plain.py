"""A page as plain text, as text-only crawls keep it: breadcrumb, title, paragraphs, byline lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from crawler.reader.breadcrumb import column_of, without_notes
from crawler.reader.published import Clock, published
from pipelines.byline import begins_with_label
from pipelines.errors import NoBody, NoTitle, Unreadable
from pipelines.items import Article, Line, Place, Trace
from pipelines.text import is_boilerplate, normalise_space, opens_other_matter, series_of

_MOST_CHARACTERS = 5_000_000
_LONGEST_TITLE = 100
_LONGEST_CRUMB = 20
_MOST_CRUMBS = 8
_LEAST_PARAGRAPH = 40
_LONGEST_LINE = 300  # a byline is shorter
_MOST_LINES = 40  # of the head and of the tail
_REPLACED_SHARE = 0.05
_CRUMBS_WITHIN = 60  # lines
_PLACE_LEAD = re.compile("^.{0,8}?(?:位置|所在|正在阅读|正在閱讀|您在|當前|当前)[^:：]{0,4}[:：] ?")
_HOME = re.compile("[^ >/-]{0,8}首[页頁]")
_ARROW = re.compile(" ?(?:>>?|＞|»|›|→) ?")
_ARROW_OR_DASH = re.compile(" ?(?:>>?|＞|»|›|→| - |/|::) ?")
_SENTENCE = re.compile("[。！？]|[!?…；;][”’」』）)\\]】]?$")
_TITLE_CANNOT_END = "。；;，,"
_TIME = re.compile(r"(?:19|20)\d\d(?:年|[-/.])\d{1,2}")
_JOINERS = re.compile("[,，_|｜\\-]+")
_LEAST_KEYWORDS = 5
_LONGEST_KEYWORD = 16
_EDITOR_LINE = re.compile("[\\[（(【 ]*(?:责任编辑|責任編輯|责编|責編) ?[:：/|]")
_FOOTER = ("上一篇", "下一篇", "友情链接", "友情鏈接", "版权所有", "版權所有", "Copyright")
_SUBTITLE = re.compile("[—－-]{2,3} ?([^—－-].{1,80})$")


@dataclass(frozen=True, slots=True)
class _Numbered:
    """A printed line and its number on the page, from 1."""

    number: int
    text: str

    @property
    def place(self) -> str:
        return f"line {self.number}"


def read_text(text: str, url: str | None) -> Article:
    """Read a page that is plain text into a raw article.

    The title is the line after the breadcrumb, or the first that can be one; what stands before it (spam,
    navigation) is dropped. The body runs from the first paragraph to the last; the lines between title and
    body and those after the body are kept in ``lines`` for the byline grammar. Nothing is restored or
    attributed here. Raises ``Unreadable`` (no text at all), ``NoTitle`` or ``NoBody``.

    >>> page = ["首页 > 社区观察 > 正文", "把书送到家门口", "流动图书车开进了小区。", "责任编辑：王红"]
    >>> article = read_text("\\n".join(page), None)
    >>> article.title, article.column, article.lines[-1].text
    ('把书送到家门口', '社区观察', '责任编辑：王红')
    """
    address = url or ""
    lines = _lines(text, address)
    crumb = _breadcrumb(lines)
    title = _title(lines, crumb, address)
    rest = lines[title + 1 :]
    subtitle = _SUBTITLE.match(rest[0].text) if rest else None
    rest = rest[1:] if subtitle else rest
    first, behind = _body(rest, address)
    around = [*_around(rest[:first], "head"), *_around(rest[behind:], "tail")]
    article = Article(
        url=address, title=lines[title].text, body="\n".join(line.text for line in rest[first:behind])
    )
    article.series = series_of(article.title)
    article.lines = around
    if subtitle:
        article.subtitle = subtitle[1]
        article.provenance["subtitle"] = Trace(subtitle[0], "line below the title", lines[title + 1].place)
    rule = "first line" if crumb is None else "line after the breadcrumb"
    article.provenance["title"] = Trace(article.title, rule, lines[title].place)
    article.provenance["body"] = Trace(
        rest[first].text, "first to last paragraph", f"{rest[first].place} to {rest[behind - 1].number}"
    )
    if article.series:
        article.provenance["series"] = Trace(article.title, "label of the title", lines[title].place)
    if crumb is not None:
        column = column_of(_crumbs(lines[crumb].text), article.title)
        if column:
            article.column = column
            article.provenance["column"] = Trace(lines[crumb].text, "breadcrumb", lines[crumb].place)
    moment = published(around, Clock(address))
    if moment is not None:
        article.published_at, article.provenance["published_at"] = moment
    return article


def _lines(text: str, url: str) -> list[_Numbered]:
    if len(text) > _MOST_CHARACTERS:
        raise Unreadable(
            url, f"{len(text)} characters, more than {_MOST_CHARACTERS}: no single article; split the file"
        )
    odd = text.count("\x00") + text.count("\ufffd")
    if odd > len(text) * _REPLACED_SHARE:
        raise Unreadable(
            url, f"{odd} of {len(text)} characters are none: binary, or read in a wrong encoding"
        )
    lines = ((number, normalise_space(line)) for number, line in enumerate(text.split("\n"), 1))
    kept = [_Numbered(number, line.replace("\n", " ")) for number, line in lines if line]
    if not kept:
        raise Unreadable(url, "no text at all; was the page saved whole?")
    return kept


def _crumbs(text: str) -> list[str]:
    lead = _PLACE_LEAD.match(text)
    marks = _ARROW_OR_DASH if lead or _HOME.match(text) else _ARROW
    return [part.strip() for part in marks.split(text[lead.end() :] if lead else text) if part.strip()]


def _breadcrumb(lines: Sequence[_Numbered]) -> int | None:
    """The index of the last line of the form 首页 > 栏目 > 正文 in front of the text.

    One sentence may stand before it, for that may be spam; two are text.
    """
    found, sentences = None, 0
    for index, line in enumerate(lines[:_CRUMBS_WITHIN]):
        sentences += "。" in line.text
        if sentences > 1 or (sentences and found is not None):
            break
        text = without_notes(line.text)
        if len(text) > _LONGEST_CRUMB * _MOST_CRUMBS:
            continue
        parts = _crumbs(text)
        if 1 < len(parts) <= _MOST_CRUMBS and all(len(part) <= _LONGEST_CRUMB for part in parts):
            found = index
    return found


def _is_keyword_list(text: str) -> bool:
    """Short words joined by commas or bars and no sentence: navigation, or a hijacked page's spam."""
    words = [word.strip() for word in _JOINERS.split(text) if word.strip()]
    if _SENTENCE.search(text):
        return False
    return (len(words) >= _LEAST_KEYWORDS and max(map(len, words)) <= _LONGEST_KEYWORD) or (
        "|" in text and len(words) > 1
    )


def _title(lines: Sequence[_Numbered], crumb: int | None, url: str) -> int:
    for index in range(0 if crumb is None else crumb + 1, len(lines)):
        text = lines[index].text
        if is_boilerplate(text) or (crumb is None and _is_keyword_list(text)) or begins_with_label(text):
            continue
        if len(text) > _LONGEST_TITLE or text[-1] in _TITLE_CANNOT_END or _TIME.match(text):
            break
        return index
    raise NoTitle(url, "no line that can be a title stands before the first paragraph")


def _is_paragraph(text: str) -> bool:
    if is_boilerplate(text) or begins_with_label(text) or _is_keyword_list(text):
        return False
    return len(text) >= _LEAST_PARAGRAPH or _SENTENCE.search(text) is not None


def _body(lines: Sequence[_Numbered], url: str) -> tuple[int, int]:
    """The first line of the body and the one behind its last: from the first paragraph to the last."""
    paragraphs = [index for index, line in enumerate(lines) if _is_paragraph(line.text)]
    if not paragraphs:
        raise NoBody(url, "a title and no paragraph of text behind it; was the page cut off?")
    first = paragraphs[0]
    behind = next(
        (index for index in range(first + 1, len(lines)) if _ends_article(lines[index].text)), len(lines)
    )
    return first, max(index for index in paragraphs if index < behind) + 1


def _ends_article(text: str) -> bool:
    """The responsible editor's line, or a heading of other matter: what follows is no text of the article."""
    return len(text) <= _LONGEST_LINE and (
        opens_other_matter(text) or text.startswith(_FOOTER) or _EDITOR_LINE.match(text) is not None
    )


def _around(lines: Sequence[_Numbered], place: Place) -> list[Line]:
    kept = [Line(line.text, place, line.place) for line in lines if len(line.text) <= _LONGEST_LINE]
    return kept[-_MOST_LINES:] if place == "head" else kept[:_MOST_LINES]
