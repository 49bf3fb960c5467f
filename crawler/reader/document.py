"""A page as a tree and as its visible lines, in the order in which a reader meets them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from crawler.reader.bounds import check_markup
from crawler.reader.decode import decode
from crawler.reader.unseen import unseen_elements
from pipelines.errors import Unreadable

HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_BLOCKS_NAMES = """
    address article aside blockquote body caption center dd details dialog dir div dl dt fieldset
    figcaption figure footer form header hgroup hr legend li main menu nav ol p pre section summary
    table tbody td tfoot th thead tr ul
"""
_BLOCKS = HEADINGS | frozenset(_BLOCKS_NAMES.split())
_NO_TEXT_NAMES = """
    -comment applet audio button canvas datalist embed head iframe map math noframes noscript object
    script select style svg template textarea title video
"""
_NO_TEXT = frozenset(_NO_TEXT_NAMES.split())

_HAN = r"[\u2e80-\u9fff\uff00-\uffef\U00020000-\U0003ffff]"
_BREAK_BETWEEN_HAN = re.compile(rf"(?<={_HAN})[ \t]*+[\r\n][ \t\r\n]*+(?={_HAN})")
_MOST_PICTURES = 500
_LONGEST_PARAGRAPH = 100_000
_GAP = "\x1f"
# What an info line begins with, where a page sets it inside its heading.
_INFORMATION = re.compile(
    r"[\s\u3000(（\[【]{0,9}(?:\d{4}\s?[-/.年]\s?\d{1,2}|\d{1,2}[-/月]\d{1,2}日?\s{1,3}\d{1,2}:"
    r"|(?:来源|來源|作者|时间|時間|日期|发[布表]\w{0,4}|發[佈布表]\w{0,4}|记者|記者|(?:责任?|責任?)?[编編][辑輯]|评论|浏览|点击)\s?[:：])"
)
_BLANKS = " \t\r\n\f\v\xa0\u3000\u2002\u2003\u2009\u200b\ufeff"


def squeeze(text: str) -> str:
    """One printed line: white space as HTML shows it, none at the ends, no break between Han characters.

    >>> squeeze("  图书馆\\n   的  早晨 ")
    '图书馆的 早晨'
    """
    # Nearly all white space of a page stands around its texts.
    text = text.strip(_BLANKS)
    if "\n" in text and len(text) <= _LONGEST_PARAGRAPH:
        text = _BREAK_BETWEEN_HAN.sub("", text)
    return _evened(text)


def _evened(text: str) -> str:
    # Replacing costs no object for each run of white space, of which a hostile page has millions.
    if "\n" in text or "\t" in text or "\r" in text or "\f" in text:
        text = text.replace("\n", " ").replace("\t", " ").replace("\r", " ").replace("\f", " ")
    while "  " in text:
        text = text.replace("  ", " ")
    return text


class VisibleLine:
    """One printed line: its text, and where it stands in the tree.

    ``element`` is the index of the innermost element in which the line begins, ``block`` that of the block
    around it, ``behind`` that of the last element before its text; ``linked`` counts the characters inside
    links.
    """

    __slots__ = ("_received", "behind", "block", "element", "linked", "text")

    def __init__(self, received: str, element: int, block: int, linked: int, behind: int) -> None:
        self._received = received
        # Most lines are a word or two in a link, with nothing to even out.
        self.text = text = received if received.isalnum() else squeeze(received.replace(_GAP, ""))
        self.element = element
        self.block = block
        self.behind = behind
        self.linked = min(linked, len(text)) if linked else 0

    @property
    def parted(self) -> str:
        """The text with a space wherever one element ends and another begins.

        Pages set ``<span>来源：A</span><span>编辑：B</span>`` apart by style alone.
        """
        return _evened(self._received.replace(_GAP, " ").strip(_BLANKS))


class Parsed:
    """A page as parsed: its address and its tree.

    Raises Unreadable for markup that would cost more than a page may, or that holds no body.
    """

    def __init__(self, markup: str, url: str) -> None:
        check_markup(markup, url)
        self.url = url
        self.tree = LexborHTMLParser(markup)
        if self.tree.body is None:
            raise Unreadable(url, "the page has no body (a frameset?); fetch its frames instead")
        self.body = self.tree.body


class Document:
    """What a reader sees of a page, or of one element of it: the visible elements and lines, in order.

    The elements are parallel lists (``nodes``, ``tags``, ``parents``); an element's descendants follow it
    directly, up to ``ends``. ``pictures`` are the indices of its visible ``img`` elements. ``veiled`` says
    whether much text was left out that is only marked invisible; with ``unveil`` it is taken for visible.
    """

    def __init__(self, parsed: Parsed, root: LexborNode | None = None, *, unveil: bool = False) -> None:
        self.url = parsed.url
        self.tree = parsed.tree
        self.nodes: list[LexborNode] = []
        self.tags: list[str] = []
        self.parents: list[int] = []
        self.blocks: list[int] = []
        self.ends: list[int] = []
        self.lines: list[VisibleLine] = []
        self.pictures: list[int] = []
        self._by_memory: dict[int, int] = {}
        self._come: list[int] = []  # for each line, how many elements had begun when it ended
        unseen, prose = unseen_elements(parsed.tree, root or parsed.body)
        self.veiled = bool(prose) and not unveil
        self._walk(root or parsed.body, unseen - prose if unveil else unseen)
        self._close()

    def index_of(self, node: LexborNode | None) -> int | None:
        """The index of a visible element, None for one that nobody sees."""
        return None if node is None else self._by_memory.get(node.mem_id)

    def all(self, selector: str) -> list[int]:
        """The indices of the visible elements that a CSS selector finds, in document order."""
        return [index for node in self.tree.css(selector) if (index := self.index_of(node)) is not None]

    def holds(self, outer: int, inner: int) -> bool:
        """Whether one element is, or stands inside, another."""
        return outer <= inner < self.ends[outer]

    def ancestors(self, element: int) -> Iterator[int]:
        """An element and those around it, the innermost first."""
        while element >= 0:
            yield element
            element = self.parents[element]

    def lines_in(self, element: int) -> range:
        """Which lines begin inside an element."""
        first = self.line_after(element)
        after = self.ends[element]
        last = self.line_after(after) if after < len(self.nodes) else len(self.lines)
        while first < last and not self.holds(element, self.lines[first].element):
            first += 1
        while last > first and not self.holds(element, self.lines[last - 1].element):
            last -= 1
        return range(first, last)

    def text_of(self, element: int) -> str:
        """The visible text of an element, its lines joined by a space."""
        return " ".join(self.lines[number].text for number in self.lines_in(element))

    def line_after(self, element: int) -> int:
        """The number of the first line that ends after an element begins."""
        return bisect_right(self._come, element)

    def path(self, element: int) -> str:
        """Where an element stands, as a short CSS path: it and the one around it, by id or first class."""
        parent = self.parents[element]
        around = f"{self._name(parent)} > " if parent >= 0 else ""
        return around + self._name(element)

    def _name(self, element: int) -> str:
        attributes = self.nodes[element].attributes
        if name := attributes.get("id"):
            return f"{self.tags[element]}#{name[:40]}"
        classes = (attributes.get("class") or "").split()
        return f"{self.tags[element]}.{classes[0][:40]}" if classes else self.tags[element]

    def _walk(self, root: LexborNode, unseen: set[int]) -> None:
        by_memory, lines, come = self._by_memory, self.lines, self._come
        nodes, tags, parents, blocks = self.nodes, self.tags, self.parents, self.blocks
        parts: list[str] = []
        begun = block = linked = last = behind = 0
        link = -1

        def flush() -> None:
            nonlocal linked
            received = "".join(parts)
            parts.clear()
            if block and _GAP in received and tags[block] in HEADINGS:
                heading, information = _parted_heading(received)
                if information:
                    lines.append(VisibleLine(heading, begun, block, 0, behind))
                    around = parents[block]
                    lines.append(VisibleLine(information, around, blocks[around], linked, behind))
                    come.extend((len(nodes), len(nodes)))
                    linked = 0
                    return
            line = VisibleLine(received, begun, block, linked, behind)
            if line.text:
                lines.append(line)
                come.append(len(nodes))
            linked = 0

        # A hand-made descent: twice as fast as the library's traversal, and it never enters what is not text.
        parent = -1
        node: LexborNode | None = root
        # The library makes a string of a tag's name each time it is asked; what holds no text has none here.
        names: dict[int, str | None] = {}
        while True:
            if node is None:
                if parent <= 0:
                    break
                node = nodes[parent].next
                if parent == link:
                    link = -1
                parent = parents[parent]
                continue
            try:
                tag = names[node.tag_id]
            except KeyError:
                tag = node.tag or ""
                tag = names[node.tag_id] = None if tag in _NO_TEXT else tag
            if tag == "-text":
                if parts and blocks[parent] != block:
                    flush()
                if not parts and node.is_empty_text_node:
                    node = node.next
                    continue
                text = node.text_content or ""
                if not parts:
                    if text.isspace():
                        node = node.next
                        continue
                    block = blocks[parent]
                    begun = parent
                    behind = len(nodes) - 1
                elif parent != last and (tags[block] in HEADINGS or not self._nested(parent, last)):
                    parts.append(_GAP)
                last = parent
                if "\n" in text and tags[block] == "pre":
                    *whole, text = text.split("\n")
                    for line in whole:
                        parts.append(line)
                        flush()
                parts.append(text)
                if link >= 0:
                    linked += len(text.strip())
            elif tag == "br":
                if parts:
                    if tags[block] in HEADINGS:
                        parts.append(_GAP + " ")
                    else:
                        flush()
            elif tag and (memory := node.mem_id) not in unseen:
                index = len(nodes)
                # The root is a block, whatever it is: no line goes on beyond it.
                if tag in _BLOCKS or index == 0:
                    if parts:
                        flush()
                    blocks.append(index)
                else:
                    blocks.append(blocks[parent])
                by_memory[memory] = index
                nodes.append(node)
                tags.append(tag)
                parents.append(parent)
                if tag == "img" and len(self.pictures) < _MOST_PICTURES:
                    self.pictures.append(index)
                if (child := node.first_child) is not None:
                    if tag == "a" and link < 0:
                        link = index
                    parent = index
                    node = child
                    continue
            if parent < 0:
                break
            node = node.next
        if parts:
            flush()

    def _nested(self, one: int, other: int) -> bool:
        """Whether one of two elements stands inside the other, while the tree is still being walked."""
        parents = self.parents
        inner, outer = (one, other) if one > other else (other, one)
        while inner > outer:
            inner = parents[inner]
        return inner == outer

    def _close(self) -> None:
        ends = list(range(1, len(self.nodes) + 1))
        for index in range(len(ends) - 1, 0, -1):
            parent = self.parents[index]
            if ends[index] > ends[parent]:
                ends[parent] = ends[index]
        self.ends = ends


def parse(body: bytes, url: str, content_type: str | None = None) -> Parsed:
    """A page from its bytes.

    Raises Unreadable for what is no page, or would cost more than a page may.
    """
    return Parsed(decode(body, url, content_type), url)


def _parted_heading(received: str) -> tuple[str, str]:
    """A heading, and the line about the article that is set inside it after a break or in an element."""
    pieces = received.split(_GAP)
    for at in range(1, len(pieces)):
        if _INFORMATION.match(pieces[at]) and "".join(pieces[:at]).strip(_BLANKS):
            return _GAP.join(pieces[:at]), _GAP.join(pieces[at:])
    return received, ""
