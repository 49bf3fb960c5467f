"""An article or a list of articles of the sample site → its HTML, in the markup of rmlt. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from html import escape
from importlib import resources
from itertools import groupby
from string import Template

from crawler.demo.sources import COLUMNS, Source, cells, picture, text_of

SITE_LABEL = "示例论坛网"
INDENT = "\u3000\u3000"
LOGO = f'<span class="ifengLogo"><a href="/"><img src="/img/logo.svg" alt="{SITE_LABEL}"></a></span>'


@dataclass(frozen=True, slots=True)
class Link:
    """One line of a list page."""

    url: str
    title: str
    published: date


@cache
def _template(name: str) -> Template:
    file = resources.files(__package__).joinpath("templates", f"{name}.html")
    return Template(file.read_text(encoding="utf-8"))


def frame(title: str, main: str, keywords: str = "", charset: str = "utf-8") -> str:
    """A whole page around ``main``: head, navigation, footer."""
    navigation = " ".join(f'<a href="/{slug}/">{label}</a>' for slug, label in COLUMNS.items())
    return _template("frame").substitute(
        title=escape(title),
        keywords=escape(keywords),
        charset=charset,
        site=SITE_LABEL,
        navigation=navigation,
        main=main,
    )


def page_path(source: Source, number: int) -> str:
    """The address of the ``number``-th page of an article (from 1), below the host."""
    return source.path if number == 1 else source.path.replace(".shtml", f"_{number}.shtml")


def article(source: Source, number: int, related: Iterable[Source]) -> str:
    """The ``number``-th page (from 1) of an article."""
    slug = source.columns[0]
    main = _template(source.template).safe_substitute(
        id=source.id,
        title=escape(source.title),
        subtitle=f"<h2>{escape(source.subtitle)}</h2>" if source.subtitle else "",
        date=f"{source.published:%Y-%m-%d %H:%M}",
        source=escape(source.source or ""),
        head=f'<span class="author">{escape(source.head)}</span>' if source.head else "",
        column=source.column_label,
        column_url=f"/{slug}/",
        editors=escape(source.editors or ""),
        body=_body(source, number),
        photos=_photos(source),
        pager=_article_pager(source, number),
        related=_related(related),
    )
    title = f"{source.title}_{source.column_label}_{SITE_LABEL}"
    label = "gb2312" if source.charset == "gbk" else source.charset
    return frame(title, main, ",".join(source.keywords), label)


def column(slug: str, links: Sequence[Link], number: int, last: int) -> str:
    """The ``number``-th list page (from 1, ``last`` is the last) of a column."""
    label = COLUMNS[slug]
    main = _template("column").substitute(
        column=label,
        column_url=f"/{slug}/",
        items="\n".join(map(_item, links)),
        pager=_list_pager(slug, number, last),
    )
    return frame(f"{label}_{SITE_LABEL}", main, label)


def front(links: Sequence[Link]) -> str:
    """The front page of the site."""
    hot, others = links[:3], links[3:]
    main = _template("front").substitute(hot="\n".join(map(_item, hot)), items="\n".join(map(_item, others)))
    return frame(SITE_LABEL, main)


def notice(title: str, text: str) -> str:
    """A page with a message and no article."""
    main = f'<div class="notice"><h2>{escape(title)}</h2><p>{escape(text)}</p></div>'
    return frame(f"{title}_{SITE_LABEL}", main)


def list_path(slug: str, number: int) -> str:
    """The address of the ``number``-th list page (from 1) of a column, below the host."""
    return f"/{slug}/" if number == 1 else f"/{slug}/list_{number}.shtml"


def picture_path(name: str) -> str:
    """The address of a picture below the host."""
    return f"/img/{name}.svg"


def _related(sources: Iterable[Source]) -> str:
    links = "\n".join(f'<li><a href="{source.path}">{escape(source.title)}</a></li>' for source in sources)
    if not links:
        return ""
    return f'<div class="related-news"><h3>相关新闻</h3><ul>\n{links}\n</ul></div>'


def _article_pager(source: Source, number: int) -> str:
    count = len(source.pages)
    if count == 1:
        return ""
    numbers = " ".join(
        f"<b>{other}</b>" if other == number else f'<a href="{page_path(source, other)}">{other}</a>'
        for other in range(1, count + 1)
    )
    following = f' <a href="{page_path(source, number + 1)}">下一页</a>' if number < count else ""
    return f'<div class="page">{numbers}{following}</div>'


def _list_pager(slug: str, number: int, last: int) -> str:
    """The pager of a list; each column marks the next page in its own way, as sites do."""
    previous = f'<a href="{list_path(slug, number - 1)}">上一页</a> ' if number > 1 else ""
    if number == last:
        return f'{previous}<span class="next">下一页</span>'
    address = list_path(slug, number + 1)
    following = {
        "yuedu": f'<a class="next" href="{address}">下一页</a>',
        "jiefang": f'<a href="{address}">下一页</a>',
        "shouyi": f'<a class="next" href="{address}">&gt;</a>',
    }.get(slug, f'<a href="{address}"> 下一页 </a>')
    return previous + following


def _body(source: Source, number: int) -> str:
    pages = source.pages
    blocks = pages[number - 1]
    if source.template == "photo":  # its pictures stand in a script
        blocks = tuple(block for block in blocks if picture(block) is None)
    parts = [_group(mark, list(group)) for mark, group in groupby(blocks, _mark)]
    if number == 1 and source.first:
        parts.insert(0, _paragraph(source.first))
    if number == len(pages):
        if source.tail:
            parts[-1] = _append(parts[-1], escape(source.tail))
        if source.last:
            parts.append(_paragraph(source.last))
        if source.template == "article":
            parts[-1] = _append(parts[-1], LOGO)
    return "\n".join(parts)


def _append(paragraphs: str, html: str) -> str:
    """Put ``html`` at the end of the last paragraph."""
    return paragraphs.removesuffix("</p>") + html + "</p>"


def _mark(block: str) -> str:
    """What kind of block a line is; neighbours of one kind are rendered together."""
    if picture(block):
        return "picture"
    return {"- ": "item", "| ": "row", "##": "heading"}.get(block[:2], "paragraph")


def _group(mark: str, blocks: list[str]) -> str:
    match mark:
        case "picture":
            return "\n".join(map(_figure, blocks))
        case "item":
            return f"<ul>{''.join(f'<li>{escape(text_of(block))}</li>' for block in blocks)}</ul>"
        case "row":
            return f"<table><tbody>{''.join(map(_row, blocks))}</tbody></table>"
        case "heading":
            return "\n".join(f"<h3>{escape(text_of(block))}</h3>" for block in blocks)
        case _:
            return "\n".join(map(_paragraph, blocks))


def _item(link: Link) -> str:
    return (
        f'<li><span class="date">{link.published:%Y-%m-%d}</span>'
        f' <a href="{escape(link.url)}">{escape(link.title)}</a></li>'
    )


def _paragraph(text: str) -> str:
    return f"<p>{INDENT}{escape(text)}</p>"


def _photos(source: Source) -> str:
    return ",\n".join(
        f"{{ orig: '{picture_path(found.name)}', title: '{source.id}', note: '{_escaped(found.caption)}' }}"
        for found in source.pictures
    )


def _escaped(text: str) -> str:
    """Every character as in a script, so that no quotation mark can end the string."""
    return "".join(f"\\u{ord(character):04x}" for character in text)


def _row(block: str) -> str:
    return f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in cells(block))}</tr>"


def _figure(block: str) -> str:
    found = picture(block)
    assert found is not None
    caption = escape(found.caption)
    return f'<figure><img src="{picture_path(found.name)}" alt=""><figcaption>{caption}</figcaption></figure>'
