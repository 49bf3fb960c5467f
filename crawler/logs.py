"""What the log says of a crawl, one line an event: addresses and reasons, never whole articles.

A line for people and simple tools is ``2026-03-01T08:00:00+08:00 INFO crawler.x: words``, in Beijing time as
in the archive; with ``LOG_JSON`` it is a JSON object of ``time``, ``level``, ``logger``, ``message``, and for
a page its `EVENT` fields. Whatever a page or a server put into the words, a line stays one line of text.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

import click
from scrapy import Spider
from scrapy.http import Response
from scrapy.logformatter import LogFormatter as ScrapyLogFormatter
from scrapy.logformatter import LogFormatterResult
from scrapy.settings import Settings
from twisted.python.failure import Failure

from archive.rows import BEIJING
from archive.visible import visible_json, visible_line
from crawler.screen import SCREEN
from pipelines.coat import refusal_of
from pipelines.items import Article, Page

# What a JSON line gives of the arguments of its words: of a page, and of a whole crawl.
EVENT = ("url", "state", "status", "reason")
OUTCOME = ("archive", "counts")

# What Scrapy says at every start, over many lines, of its own parts.
DULL_LOGGERS = ("scrapy.addons", "scrapy.middleware", "scrapy.utils.log")
DULL_MESSAGES = ("Overridden settings:",)


class BadLogSetting(ValueError):
    """A setting of the log that can not be done."""


class LineFormatter(logging.Formatter):
    """``time level logger: message``; a traceback stands behind the message, its line ends escaped."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        words = record.getMessage()
        if record.exc_info:
            words = f"{words}\n{self.formatException(record.exc_info)}"
        return f"{_time(record)} {record.levelname} {record.name}: {visible_line(words)}"


class JsonFormatter(logging.Formatter):
    """One JSON object; the arguments named in `EVENT` and `OUTCOME` are fields of it."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        said: dict[str, Any] = {
            "time": _time(record),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if isinstance(record.args, Mapping):
            said |= {name: record.args[name] for name in (*EVENT, *OUTCOME) if name in record.args}
        if record.exc_info:
            said["traceback"] = self.formatException(record.exc_info)
        return visible_json(json.dumps(said, ensure_ascii=False, default=str))


FORMATTERS: dict[str, logging.Formatter] = {"line": LineFormatter(), "json": JsonFormatter()}
# How a command speaks: in sentences to the one who watches, else as the log does.
Voice = Literal["sentence", "line", "json"]


def voice(*, as_json: bool = False) -> Voice:
    """How to speak: as JSON where that is wanted, in sentences where somebody watches, else in lines."""
    if as_json:
        return "json"
    return "sentence" if sys.stderr.isatty() else "line"


def tell(how: Voice, level: int, words: str, fields: Mapping[str, Any] | None = None) -> None:
    """Say ``words``, with ``fields`` in their places as in logging, on stderr, whatever level is logged."""
    record = logging.LogRecord("luntan", level, "", 0, words, (fields,) if fields else (), None)
    if how != "sentence":
        line = FORMATTERS[how].format(record)
    else:
        line = ("Error: " if level >= logging.ERROR else "") + visible_line(record.getMessage())
    click.echo(line, err=True)


class LogHandler(logging.StreamHandler[Any]):
    """Writes to stderr, above the live view where there is one."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        with SCREEN.stood_aside():
            super().emit(record)


class LogFormatter(ScrapyLogFormatter):
    """One short line a page: what became of it and why."""

    def scraped(self, item: Any, response: Response | Failure | None, spider: Spider) -> Any:
        """The line of an article that was kept, or of a page that holds none."""
        page = item.page if isinstance(item, Article) else item
        return _event(page) if isinstance(page, Page) else None

    def dropped(
        self, item: Any, exception: BaseException, response: Response | Failure | None, spider: Spider
    ) -> Any:
        """The line of an article that was refused."""
        refusal = refusal_of(exception)
        if not isinstance(item, Article) or item.page is None or refusal is None:
            return LogFormatterResult(level=logging.INFO, msg="%(reason)s", args={"reason": str(exception)})
        return _event(item.page, state="refused", reason=refusal.reason)


def set_up_logging(settings: Settings) -> None:
    """Log to stderr or ``LOG_FILE``, by ``LOG_LEVEL`` and ``LOG_JSON``.

    To be called when Scrapy, with ``LOG_INSTALL_ROOT_HANDLER`` off, has set up what it sets up. Raises
    `BadLogSetting`.
    """
    if not settings.getbool("LOG_ENABLED"):
        return
    path = settings.get("LOG_FILE")
    try:
        handler = (
            logging.FileHandler(path, encoding="utf-8", errors="backslashreplace") if path else LogHandler()
        )
        handler.setLevel(settings.get("LOG_LEVEL"))
    except OSError as error:
        raise BadLogSetting(f"LOG_FILE={path}: {error.strerror} - give a file that can be written") from error
    except (ValueError, TypeError) as error:
        raise BadLogSetting(f"LOG_LEVEL: {error} - give ERROR, WARNING, INFO or DEBUG") from error
    handler.setFormatter(FORMATTERS["json" if settings.getbool("LOG_JSON") else "line"])
    handler.addFilter(lambda record: not str(record.msg).startswith(DULL_MESSAGES))
    logging.root.addHandler(handler)
    # What nobody sees is not even made; but errors are counted, whatever is shown of them.
    for logger in (logging.root, logging.getLogger("scrapy")):
        logger.setLevel(min(handler.level, logging.ERROR))
    for name in DULL_LOGGERS:
        logging.getLogger(name).setLevel(logging.WARNING)


def _event(page: Page, **changed: Any) -> LogFormatterResult:
    values = {name: getattr(page, name) for name in EVENT} | changed
    msg = "%(state)s %(url)s: %(reason)s" if values["reason"] else "%(state)s %(url)s"
    return LogFormatterResult(level=logging.INFO, msg=msg, args=values)


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, BEIJING).isoformat(timespec="seconds")
