"""Pages that are no article: which kind of refusal they deserve."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urljoin, urlsplit

from crawler.reader.document import Document
from crawler.reader.metadata import Metadata
from pipelines.errors import Challenge, NeedsJavaScript, NoBody, NotAnArticle, Refusal, SoftNotFound
from pipelines.items import Article

_GONE = re.compile(
    r"(?:页面|頁面|网页|網頁|文章|内容|內容|稿件|新闻|新聞|帖子|主题|信息|视频)[^，。；！\s]{0,6}"
    r"(?:没有找到|沒有找到|不存在|未找到|找不到|已过期|已過期|已删除|已刪除|被删除|被刪除|已下线|已失效|已被撤销|走丢|飞走)"
    r"|(?:已|被)删除或过期的?稿件|找不到(?:该|该|此|您|你|相关|相應)?[^，。；\s]{0,8}(?:页面|頁面|网页|文章|内容)|页面没有找到"
    r"|您?(?:访问|訪問|查看|请求|浏览)的[^，。；]{0,8}(?:不存在|已删除|已被删除|已过期|找不到|丢失|下线)"
    r"|404\s?(?:not found|错误|錯誤|页面|error)|(?:page|file) not found|http 404",
    re.I,
)
_CHALLENGE = re.compile(
    r"(?:安全|访问|訪問|人机|人機|滑动|滑動|身份|浏览器|瀏覽器)(?:验证|驗證|校验|检查)"
    r"|(?:访问|操作|请求)(?:过于|太)频繁|访问(?:受限|异常)"
    r"|请(?:先)?(?:输入|完成|通过|进行|拖动|滑动|点击|按住)[^。；]{0,16}(?:验证|驗證|滑块)"
    r"|您的(?:访问|请求|IP)[^。；]{0,12}(?:拦截|阻断|限制)"
    r"|just a moment\.\.\.|attention required|checking your browser|unusual traffic"
    r"|verify (?:that )?you are (?:a )?human"
    r"|complete the captcha|are you a robot|too many requests",
    re.I,
)
_APP_ROOTS = (
    "#app, #root, #__next, #__nuxt, #__layout, #main-app, [id=container]:empty, [data-reactroot], [ng-app]"
)
_ASKS_FOR_SCRIPT = re.compile(
    r"(?:开启|启用|打开|允许|支持|禁用|啟用|開啟|enable|turn on|require|need)[^。]{0,20}java\s?script"
    r"|java\s?script[^。]{0,20}(?:禁用|关闭|disabled|required)",
    re.I,
)
_STATE = (
    "__INITIAL_STATE__",
    "__INITIAL_DATA__",
    "__NEXT_DATA__",
    "__NUXT__",
    "window.__data",
    "allData",
    "SSR_DATA",
)
_LITTLE = 300
# A page with more text than this is an article, even one that speaks of pages not found.
_SHORT_PAGE = 600
_SENTENCE = 25
_FEW_SENTENCES = 2
_LONGEST_NOTICE = 60


def gone(document: Document, metadata: Metadata) -> Refusal | None:
    """SoftNotFound for a page that says little else than that its article is gone, Challenge for a wall."""
    url = document.url
    if target := _refresh_target(document.url, metadata.refreshes):
        return SoftNotFound(url, f"the page sends the reader to {target} instead of an article")
    unlinked = [line.text for line in document.lines if line.linked * 2 <= len(line.text)]
    sentences = [text for text in unlinked if len(text) >= _SENTENCE and "。" in text]
    if sum(map(len, unlinked)) > _SHORT_PAGE or len(sentences) > _FEW_SENTENCES:
        return None
    node = document.tree.css_first("title")
    title = node.text().strip() if node is not None else ""
    if len(title) <= _LONGEST_NOTICE and (match := _CHALLENGE.search(title)):
        return Challenge(url, f"the page's title says: {match[0]}")
    for said in [title, *unlinked]:
        if len(said) <= _LONGEST_NOTICE and (match := _GONE.search(said)):
            return SoftNotFound(url, f"the page says that the article is gone: {match[0]}")
    return None


def told_gone(article: Article) -> Refusal | None:
    """SoftNotFound for an article that is nothing but the site's word that it is gone."""
    if len(article.body) <= _LONGEST_NOTICE and (match := _GONE.search(f"{article.title}\n{article.body}")):
        return SoftNotFound(article.url, f"the page says that the article is gone: {match[0]}")
    return None


def why_no_article(document: Document) -> Refusal:
    """The refusal for a page in which no body was found."""
    url = document.url
    text = sum(len(line.text) for line in document.lines)
    linked = sum(line.linked for line in document.lines)
    if text - linked < _LITTLE and (said := _asked_for_proof(document)):
        return Challenge(url, f"the page asks for a proof that a person reads it: {said}")
    if text - linked < _LITTLE and _filled_by_script(document):
        return NeedsJavaScript(url, "the page as sent holds no text; it is filled by JavaScript")
    if linked > 100 and linked * 2 > text:
        return NotAnArticle(url, "mostly links: a list or a front page")
    return NoBody(url, "no paragraphs of text were found; is the page cut off, or a picture or video alone?")


def _asked_for_proof(document: Document) -> str | None:
    return next((match[0] for line in document.lines if (match := _CHALLENGE.search(line.text))), None)


def _filled_by_script(document: Document) -> bool:
    tree = document.tree
    hints = [node.text()[:500] for node in tree.css("noscript")] + [line.text for line in document.lines]
    if any(map(_ASKS_FOR_SCRIPT.search, hints)):
        return True
    scripts = tree.css("script")
    if scripts and any(not node.text(strip=True) for node in tree.css(_APP_ROOTS)):
        return True
    return any(mark in node.text() for node in scripts for mark in _STATE) or (
        len(scripts) > 0 and not document.lines
    )


def _refresh_target(url: str, refreshes: Iterable[str]) -> str | None:
    """Where a meta refresh leads, if that is a front page."""
    for content in refreshes:
        if match := re.search(r"url\s{0,9}=\s{0,9}[\"']?([^\"'>\s]{1,500})", content, re.I):
            try:
                parts = urlsplit(urljoin(url, match[1]))
            except ValueError:
                continue
            here = urlsplit(url)
            if re.fullmatch(r"/?(?:index\.\w{2,5})?", parts.path) and parts.path != here.path:
                return f"{parts.scheme}://{parts.netloc}{parts.path}"
    return None
