"""The body of a page of unknown layout: the densest run of real paragraphs."""

from __future__ import annotations

import re

from crawler.reader.document import HEADINGS, Document, VisibleLine
from crawler.reader.noise import Noise
from crawler.reader.others import Others, is_signed
from crawler.reader.paragraphs import Body, read_body
from crawler.reader.published import prints_time
from crawler.reader.wording import is_button, is_promotion, turns_elsewhere
from pipelines.byline import begins_with_label

_MARKS = re.compile("[，。！？；：、”…]|[,.;:!?] ")
_SHORTEST_PARAGRAPH = 12
# How much of a paragraph's worth counts for the element around it, the one around that, and so on.
_SHARES = (1.0, 0.6, 0.3, 0.15)
_ABOVE_TITLE = 0.2
# Less text than this outside the boxes beside the article is taken for no article.
_LEAST = 60
_MANY_TEASERS = 5
_FEW_TEASERS = 2
_NEAR = 8  # lines
_SHORTEST_TITLE = 6
_LONGEST_SIGN = 60
# The share of the longest text that another one, nearer the title, must have to be taken for the article.
_MUCH = 0.33


def find_body(document: Document, noise: Noise, title: int) -> Body | None:
    """The body of the page, or None where no paragraph stands; ``title`` is the title's line number or -1.

    Every paragraph counts, by its length, for the element that holds it and less for those around; what
    stands in boxes beside the article counts for nothing.
    """
    worth = {number: value for number, line in enumerate(document.lines) if (value := _worth(line))}
    boxes: Noise | frozenset[int] = noise
    outside = {number: value for number, value in worth.items() if document.lines[number].block not in boxes}
    if 2 * sum(outside.values()) < sum(worth.values()) and _clear_article(document, noise, worth, title):
        outside = {
            number: value for number, value in worth.items() if document.lines[number].block not in boxes
        }
    if sum(outside.values()) >= _LEAST:
        worth = outside
    else:
        # Some sites name the article's own box like one beside it.
        boxes = frozenset()
    if not worth:
        return None
    teasers = Others(document, titled=True)
    if teased := _teased(document, worth, teasers):
        worth = {number: value for number, value in worth.items() if number not in teased}
    container = _densest(document, worth, title)
    numbers = [number for number in document.lines_in(container) if document.lines[number].block not in boxes]
    if teased:
        numbers = [number for number in numbers if number not in teasers]
    numbers = _trim(document, numbers, worth, title)
    if not numbers:
        return None
    pictures = [
        picture
        for picture in document.pictures
        if document.holds(container, picture) and picture not in boxes
    ]
    return read_body(document, numbers, pictures)


def _clear_article(document: Document, noise: Noise, worth: dict[int, int], title: int) -> bool:
    """Clear the box that holds the densest text of all boxes, if no text stands between it and the title.

    Whatever its name says: makers call an article's own box after the advertisement beside it. Below an
    article, the readers' comments may be denser than it.
    """
    boxed = {number: value for number, value in worth.items() if document.lines[number].block in noise}
    densest = _densest(document, boxed, title)
    start = document.lines_in(densest).start
    if densest not in noise or start <= title:
        return False
    between = (value for number, value in worth.items() if title < number < start and number not in boxed)
    if sum(between) >= _LEAST:
        return False
    noise.clear(densest)
    return True


def is_list(document: Document, body: Body) -> bool:
    """Whether what was taken for a body is a list of articles with their first words: links between."""
    between = set(range(body.lines[0] - 1, body.lines[-1])) - set(body.lines)
    titles = [number for number in between if _is_teaser(document.lines[number])]
    return len(titles) >= _MANY_TEASERS and len(titles) * 2 >= len(body.lines)


def _is_teaser(line: VisibleLine) -> bool:
    return len(line.text) >= 8 and line.linked * 10 > len(line.text) * 7


def _teased(document: Document, worth: dict[int, int], teasers: Others) -> set[int]:
    """The paragraphs that stand in lists of others; none where hardly any text would be left."""
    likely = [number for number in worth if _may_be_teaser(document, number)]
    teased = {number for number in likely if number in teasers} if len(likely) >= _FEW_TEASERS else set()
    left = sum(value for number, value in worth.items() if number not in teased)
    return teased if left >= _LEAST else set()


def _may_be_teaser(document: Document, number: int) -> bool:
    """Whether a title that is a link stands near above a line, and what signs it near: a quick look."""
    above = document.lines[max(0, number - 2) : number]
    if not any(line.linked == len(line.text) >= _SHORTEST_TITLE for line in above):
        return False
    around = document.lines[max(0, number - 2) : number + 3]
    texts = (line.text for line in around if not line.linked)
    return any(len(text) <= _LONGEST_SIGN and is_signed(text) for text in texts)


def _worth(line: VisibleLine) -> int:
    """What a line says for being a paragraph of an article: its length, or nothing."""
    length = len(line.text)
    if length < _SHORTEST_PARAGRAPH or line.linked * 2 > length or not _MARKS.search(line.text):
        return 0
    return length - line.linked


def _densest(document: Document, worth: dict[int, int], title: int) -> int:
    scores: dict[int, float] = {}
    for number, value in worth.items():
        element = _holder(document, document.lines[number].block)
        credit = value * (_ABOVE_TITLE if number < title else 1.0)
        for share in _SHARES:
            if element < 0:
                break
            scores[element] = scores.get(element, 0.0) + share * credit
            element = document.parents[element]
    best = max(scores, key=lambda element: scores[element])
    if title >= 0:
        best = _nearer_title(document, scores, best, title)
    # Paragraphs end up in inline elements where a page leaves them open; the block around holds the rest.
    return document.blocks[best]


def _nearer_title(document: Document, scores: dict[int, float], best: int, title: int) -> int:
    """The element between the title and the best one that holds much text of its own, if there is any.

    The readers' comments stand below the article and may be longer than it.
    """
    nearer = [
        element
        for element, score in scores.items()
        if score >= _MUCH * scores[best]
        and document.ends[element] <= best
        and document.lines_in(element).start > title
    ]
    return max(nearer, key=lambda element: scores[element], default=best)


def _holder(document: Document, block: int) -> int:
    """The innermost element around a block that holds more than that block's one line."""
    while block > 0 and len(document.lines_in(block)) <= 1:
        block = document.parents[block]
    return block


def _trim(document: Document, numbers: list[int], worth: dict[int, int], title: int) -> list[int]:
    """The lines that are text: without those about the article, links to elsewhere, buttons and promotion."""
    lines = document.lines
    numbers = [number for number in numbers if number > title or title not in numbers]
    numbers = _before_other_matter(document, numbers, worth)
    while numbers and _is_foreword(document, numbers[0]):
        del numbers[0]
    while numbers and _is_afterword(lines[numbers[-1]]):
        numbers.pop()
    numbers = [number for number in numbers if not _is_elsewhere(document, number)]
    return numbers if any(number in worth for number in numbers) else []


def _before_other_matter(document: Document, numbers: list[int], worth: dict[int, int]) -> list[int]:
    """The lines up to where the container goes on with other articles, comments or the site itself."""
    total = sum(worth.get(number, 0) for number in numbers)
    before = 0
    for at, number in enumerate(numbers):
        if turns_elsewhere(document.lines[number].text) and (
            before * 3 >= total * 2 or (before * 3 >= total and _lists_others(document, numbers[at + 1 :]))
        ):
            return numbers[:at]
        before += worth.get(number, 0)
    return numbers


def _lists_others(document: Document, numbers: list[int]) -> bool:
    """Whether the next lines are titles that lead to other articles, with or without their first words."""
    teasers = (number for number in numbers[:_NEAR] if _is_teaser(document.lines[number]))
    return sum(1 for _ in teasers) >= _FEW_TEASERS


def _is_information(line: VisibleLine) -> bool:
    """Whether a line at the head is about the article: its time, its counts, the buttons beside it."""
    if len(line.text) > 100:
        return False
    if is_button(line.text):
        return True
    return prints_time(line.parted) and not re.search(r"[。，！]|[\u4e00-\u9fff]{20}", line.text)


def _is_foreword(document: Document, number: int) -> bool:
    """Whether a line at the head is about the article, a promotion or a link to elsewhere."""
    line = document.lines[number]
    return _is_information(line) or is_promotion(line.text) or _is_elsewhere(document, number)


def _is_afterword(line: VisibleLine) -> bool:
    """Whether a line at the tail is a button, a promotion, or names a person or a source."""
    text = line.text
    if is_button(text) or is_promotion(text):
        return True
    return len(text) <= 80 and text[-1] not in "。！？" and begins_with_label(line.parted)


def _is_elsewhere(document: Document, number: int) -> bool:
    """Whether a line inside the text is a link to elsewhere, or a promotion and no sentence."""
    line = document.lines[number]
    if line.linked * 10 > len(line.text) * 7 and document.tags[line.block] not in HEADINGS:
        return True
    return line.text[-1] not in "。！？”" and is_promotion(line.text)
