"""Everything the sample site answers, as a table: path → status, headers, bytes. Nothing is served here."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import format_datetime
from html import escape
from importlib import resources

from archive.rows import BEIJING
from crawler.demo import render
from crawler.demo.render import Link
from crawler.demo.sources import COLUMNS, Source, articles

LIST_LENGTH = 4
SHARE_SUFFIX = "?from=singlemessage"
OLD_ADDRESS, NEW_ADDRESS = "/2019/1107/560101.shtml", "/2024/0419/691940.shtml"
MISSING = "/2024/0619/694811.shtml"
ROBOTS = "User-agent: *\nDisallow: /2024/0108/\nDisallow: /search/\n"
MIRROR_ROBOTS = "User-agent: *\nDisallow:\n"
MIRRORED = (690101, 688120)

_BUILT = datetime(2026, 10, 9, tzinfo=BEIJING)
_DEAD_LINKS = {
    "tianye": Link(OLD_ADDRESS, "村小的图书角（旧址）", date(2019, 11, 7)),
    "jiefang": Link(MISSING, "早市的那碗豆花", date(2024, 6, 19)),
}


@dataclass(frozen=True, slots=True)
class Response:
    """What the server answers to one address."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def site_pages(base_url: str) -> dict[str, Response]:
    """The sample site at ``base_url`` (no slash at its end): each path with its answer."""
    pages = {
        "/": _html(render.front([_link(source, base_url) for source in _public()[:12]])),
        "/robots.txt": _response(ROBOTS.encode(), "text/plain; charset=utf-8"),
        MISSING: _html(render.notice("404", "您要找的页面不在这里。"), status=404),
        OLD_ADDRESS: _response(b"", "text/html; charset=utf-8", 301, Location=base_url + NEW_ADDRESS),
        "/img/logo.svg": _drawing(render.SITE_LABEL),
    }
    for slug in COLUMNS:
        pages.update(_list_pages(slug, base_url))
    for source in articles():
        pages.update(_article_pages(source))
    return pages


def mirror_pages() -> dict[str, Response]:
    """The hijacked mirror: its front page, and articles of the sample site under their own paths."""
    pages = {source.path: _stored(f"{source.id}.html") for source in articles() if source.id in MIRRORED}
    pages["/"] = _stored("index.html")
    pages["/robots.txt"] = _response(MIRROR_ROBOTS.encode(), "text/plain; charset=utf-8")
    return pages


def list_paths(slug: str) -> list[str]:
    """The paths of the list pages of a column, first to last."""
    return list(_list_pages(slug, ""))


def _public() -> list[Source]:
    return [source for source in articles() if source.fate == "live"]


def _list_pages(slug: str, base_url: str) -> dict[str, Response]:
    links = [
        # A column that borrows an article of another links it as readers pass it on.
        _link(source, base_url, SHARE_SUFFIX if source.columns[0] != slug else "")
        for source in articles()
        if slug in source.columns
    ]
    if slug in _DEAD_LINKS:
        links.append(_DEAD_LINKS[slug])
    parts = [links[start : start + LIST_LENGTH] for start in range(0, len(links), LIST_LENGTH)]
    return {
        render.list_path(slug, number): _html(render.column(slug, part, number, len(parts)))
        for number, part in enumerate(parts, 1)
    }


def _link(source: Source, base_url: str, suffix: str = "") -> Link:
    return Link(base_url + source.path + suffix, source.title, source.published)


def _article_pages(source: Source) -> dict[str, Response]:
    if source.fate == "gone":
        return {source.path: _html(render.notice("页面没有找到", "抱歉，您访问的稿件已删除或过期。"))}
    related = [other for other in _public() if other.columns[0] == source.columns[0] and other != source][:3]
    pages = {render.picture_path(found.name): _drawing(found.caption) for found in source.pictures}
    # The label on a GBK page stands in the page alone, and it is the smaller set's.
    content_type = "text/html" if source.charset == "gbk" else f"text/html; charset={source.charset}"
    for number in range(1, len(source.pages) + 1):
        body = render.article(source, number, related).encode(source.charset)
        pages[render.page_path(source, number)] = _response(body, content_type, modified=source.published)
    return pages


def _drawing(caption: str) -> Response:
    """A drawing that stands for the photograph of ``caption``."""
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 270">'
        '<rect width="480" height="270" fill="#dde6d5"/>'
        f'<text x="240" y="140" text-anchor="middle" font-size="18">{escape(caption)}</text></svg>'
    )
    return _response(svg.encode(), "image/svg+xml")


def _stored(name: str) -> Response:
    file = resources.files(__package__).joinpath("mirror", name)
    return _response(file.read_bytes(), "text/html; charset=utf-8")


def _html(page: str, status: int = 200) -> Response:
    return _response(page.encode(), "text/html; charset=utf-8", status)


def _response(
    body: bytes, content_type: str, status: int = 200, modified: datetime = _BUILT, **headers: str
) -> Response:
    validators = {}
    if status == 200:
        validators = {
            "ETag": f'"{hashlib.sha256(body).hexdigest()[:16]}"',
            "Last-Modified": format_datetime(modified.astimezone(UTC), usegmt=True),
        }
    return Response(status, {"Content-Type": content_type, **validators, **headers}, body)
