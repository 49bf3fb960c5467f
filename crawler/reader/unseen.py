"""Which elements nobody sees: those that a style, an attribute or a style sheet in the page hides."""

from __future__ import annotations

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

# Ways to print text where nobody sees it; far-off positions are those beyond any screen.
_UNSEEN = re.compile(
    r"display\s{0,9}:\s{0,9}none|font-size\s{0,9}:\s{0,9}0(?![.\d])"
    r"|(?:left|top|right|bottom|text-indent|margin-left|margin-top)\s{0,9}:\s{0,9}-\d{4}"
)
_FAR_OFF = re.compile(r":\s{0,9}-\d{4}")
# Shown by script once the page has loaded, or never.
_VEILED = re.compile(r"visibility\s{0,9}:\s{0,9}hidden")
_MOST_VEILED = 9
_MUCH_TEXT = 200
_MAY_BE_HIDDEN = "[style], [hidden], [aria-hidden]"

# A style sheet in the page: a rule for one medium only, or for a state (a:hover), hides nothing for good.
_BRACES = re.compile(r"([{}])")
_HIDING = re.compile(r"display\s{0,9}:\s{0,9}none", re.I)
_NAME = r"[A-Za-z_][\w-]*"
_PART = rf"(?:{_NAME})?(?:[.#]{_NAME}){{0,5}}"
_SELECTOR = re.compile(rf"(?=\S){_PART}(?: ?[ >] ?(?=\w|[.#]){_PART}){{0,5}}")
_LONGEST_SHEETS = 300_000
_MOST_SELECTORS = 100


def unseen_elements(tree: LexborHTMLParser, root: LexborNode) -> tuple[set[int], set[int]]:
    """The elements at or below ``root`` that nobody sees, and those among them that hold much prose, which a
    script may show; elements are given by their ``mem_id``.
    """
    unseen: set[int] = set()
    prose: set[int] = set()
    veiled = 0
    # A page repeats the same few styles in all its elements.
    known: dict[str, str] = {}
    for node in root.css(_MAY_BE_HIDDEN):
        attributes = node.attributes
        style = attributes.get("style") or ""
        hidden = known.get(style)
        if hidden is None:
            known[style] = hidden = _hidden_by(style.lower())
        if hidden or "hidden" in attributes or attributes.get("aria-hidden") == "true":
            unseen.add(node.mem_id)
        if hidden == "veil":
            veiled += 1
            if veiled <= _MOST_VEILED and _is_prose(node):
                prose.add(node.mem_id)
    for node in _hidden_by_sheets(tree):
        unseen.add(node.mem_id)
        veiled += 1
        if veiled <= _MOST_VEILED and _is_prose(node):
            prose.add(node.mem_id)
    return unseen, prose


def _hidden_by(style: str) -> str:
    """How a style hides its element: for good, by a veil that a script may lift, or not at all."""
    # Few styles hide anything: looks for a word spare most the search.
    if not ("none" in style or "hidden" in style or "font-size" in style or _FAR_OFF.search(style)):
        return ""
    return "good" if _UNSEEN.search(style) else "veil" if _VEILED.search(style) else ""


def _hidden_by_sheets(tree: LexborHTMLParser) -> list[LexborNode]:
    sheets = "".join(node.text() for node in tree.css("style"))
    if "none" not in sheets or len(sheets) > _LONGEST_SHEETS:
        return []
    selectors = hiding_selectors(sheets)
    return tree.css(", ".join(selectors)) if selectors else []


def hiding_selectors(sheet: str) -> list[str]:
    """The simple selectors by class or id that a style sheet hides on every medium and in every state.

    >>> hiding_selectors(".ad, p b:hover {display:none} /* .x{} */ @media print {.text {display: none}}")
    ['.ad']
    """
    found: dict[str, None] = {}
    for prelude, declarations in _rules(sheet):
        if _HIDING.search(declarations):
            for selector in prelude.rpartition(";")[2].split(","):
                selector = " ".join(selector.split())
                if ("." in selector or "#" in selector) and _SELECTOR.fullmatch(selector):
                    found[selector] = None
    return list(found)[:_MOST_SELECTORS]


def _rules(sheet: str) -> Iterator[tuple[str, str]]:
    """What stands before and between the braces of each rule that stands by itself."""
    first, *commented = sheet.split("/*")
    text, prelude, depth, is_nested = "", "", 0, False
    for piece in _BRACES.split(first + "".join(part.partition("*/")[2] for part in commented)):
        if piece == "{":
            depth += 1
            is_nested = depth > 1
            if depth == 1:
                prelude = text
        elif piece == "}":
            if depth == 1 and not is_nested:
                yield prelude, text
            depth = max(0, depth - 1)
        else:
            text = piece


def _is_prose(node: LexborNode) -> bool:
    length = len(node.text().strip())
    return length >= _MUCH_TEXT and 2 * sum(len(link.text()) for link in node.css("a")[:200]) < length
