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
_HIDING = re.compile(r"display\s{0,9}:\s{0,9}none", re.I)
_NAME = r"[A-Za-z_][\w-]*"
_PART = rf"(?:{_NAME})?(?:[.#]{_NAME}){{0,5}}"
_SELECTOR = re.compile(rf"(?=\S){_PART}(?: ?[ >] ?(?=\w|[.#]){_PART}){{0,5}}")
# More are those of a whole site, and cost as much as the rest of the reading.
_LONGEST_SHEETS = 32_000
_LONGEST_PRELUDE = 1_000
_MOST_SELECTORS = 100


def unseen_elements(tree: LexborHTMLParser, root: LexborNode) -> tuple[set[int], set[int]]:
    """The elements at or below ``root`` that nobody sees, and those among them that hold much prose, which a
    script may show; elements are given by their ``mem_id``.
    """
    unseen: set[int] = set()
    veiled: list[LexborNode] = []
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
            veiled.append(node)
    in_sheets = _hidden_by_sheets(tree)
    unseen.update(node.mem_id for node in in_sheets)
    veiled += in_sheets[:_MOST_VEILED]
    return unseen, {node.mem_id for node in veiled[:_MOST_VEILED] if _is_prose(node)}


def _hidden_by(style: str) -> str:
    """How a style hides its element: for good, by a veil that a script may lift, or not at all."""
    # Few styles hide anything: looks for a word spare most the search.
    if not ("none" in style or "hidden" in style or "font-size" in style or _FAR_OFF.search(style)):
        return ""
    return "good" if _UNSEEN.search(style) else "veil" if _VEILED.search(style) else ""


def _hidden_by_sheets(tree: LexborHTMLParser) -> list[LexborNode]:
    sheets = "".join(node.text() for node in tree.css("style"))
    if not 0 < len(sheets) <= _LONGEST_SHEETS:
        return []
    selectors = hiding_selectors(sheets)
    return tree.css(", ".join(selectors)) if selectors else []


def hiding_selectors(sheet: str) -> list[str]:
    """The simple selectors by class or id that a style sheet hides on every medium and in every state.

    >>> hiding_selectors(".ad, p b:hover {display:none} /* .x{} */ @media print {.text {display: none}}")
    ['.ad']
    """
    if "/*" in sheet:
        first, *commented = sheet.split("/*")
        sheet = first + "".join(part.partition("*/")[2] for part in commented)
    found: dict[str, None] = {}
    depth = seen = 0
    sheet = sheet.replace("DISPLAY", "display")
    at = sheet.find("display")
    while at >= 0:
        if _HIDING.match(sheet, at):
            depth += sheet.count("{", seen, at) - sheet.count("}", seen, at)
            seen = at
            if depth == 1:
                found.update(dict.fromkeys(_selectors_before(sheet, sheet.rfind("{", 0, at))))
        at = sheet.find("display", at + 7)
    return list(found)[:_MOST_SELECTORS]


def _selectors_before(sheet: str, opened: int) -> Iterator[str]:
    """The simple ones of the selectors of the rule whose braces open at ``opened``."""
    nearest = max(0, opened - _LONGEST_PRELUDE)
    start = max(sheet.rfind(mark, nearest, opened) for mark in "{};")
    if start < 0 < nearest:
        return
    for selector in sheet[start + 1 : opened].split(","):
        selector = " ".join(selector.split())
        if ("." in selector or "#" in selector) and _SELECTOR.fullmatch(selector):
            yield selector


def _is_prose(node: LexborNode) -> bool:
    length = len(node.text().strip())
    return length >= _MUCH_TEXT and 2 * sum(len(link.text()) for link in node.css("a")[:200]) < length
