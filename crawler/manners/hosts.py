"""What a crawl knows of each host's patience: paused until when, how often it refused, left alone and why.

A host is paused or left as a whole, never a single request of it. Times are seconds of ``clock``. Nothing
here sleeps: the queue of requests asks which hosts are open (`crawler.manners.queue`).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from weakref import WeakKeyDictionary

from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest


class HostLeft(IgnoreRequest):
    """The host is asked nothing more in this run; its pages wait for the next one."""


@dataclass(slots=True)
class Host:
    """One host: ``opens_at`` is when it may be asked again, ``why`` the reason of its last pause or end.

    ``refusals`` and ``challenges`` count the pages in a row that were refused, each once; ``strain`` counts
    the answers, so that a page asked for again makes the next pause longer, but does not end the run.
    """

    name: str
    opens_at: float = 0.0
    why: str = ""
    strain: int = 0
    refusals: int = 0
    challenges: int = 0
    is_left: bool = False
    # Set where the server itself said when to come again.
    not_before: datetime | None = None


class Hosts:
    """The hosts of one crawl. ``on_change`` is called with a host that was paused or left."""

    def __init__(
        self,
        *,
        delay: float,
        pause_start: float,
        pause_max: float,
        max_refusals: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.delay = delay
        self.pause_start = pause_start
        self.pause_max = pause_max
        self.max_refusals = max_refusals
        self.clock = clock
        self.met: dict[str, Host] = {}
        self.on_change: Callable[[Host], None] = lambda host: None

    @classmethod
    def of(cls, crawler: Crawler) -> Hosts:
        """The hosts of a crawl, the same to all that ask."""
        if crawler not in _of_crawlers:
            settings = crawler.settings
            _of_crawlers[crawler] = cls(
                delay=settings.getfloat("DOWNLOAD_DELAY"),
                pause_start=settings.getfloat("HOST_PAUSE_START"),
                pause_max=settings.getfloat("HOST_PAUSE_MAX"),
                max_refusals=settings.getint("HOST_MAX_REFUSALS"),
            )
        return _of_crawlers[crawler]

    def host(self, name: str) -> Host:
        """What is known of a host."""
        return self.met.get(name) or self.met.setdefault(name, Host(name))

    def left(self) -> list[Host]:
        """The hosts that are asked nothing more."""
        return [host for host in self.met.values() if host.is_left]

    def paused(self) -> list[Host]:
        """The hosts that wait for a pause to end: `Host.opens_at` says until when, `Host.why` why."""
        now = self.clock()
        return [host for host in self.met.values() if host.opens_at > now and not host.is_left]

    def answered(self, name: str) -> None:
        """The host answered as a host does; what it refused before is forgotten."""
        host = self.met.get(name)
        if host and host.strain:
            host.strain = host.refusals = 0

    def read(self, name: str) -> None:
        """A page of the host was what it should be: no wall before its pages."""
        host = self.met.get(name)
        if host and host.challenges:
            host.challenges = 0

    def failed(self, name: str, why: str, *, is_first: bool) -> None:
        """The host refused, broke down or was not reached: a pause of 2, 4, 8 … times the delay.

        ``is_first``: the page was not asked for before in this run.
        """
        host = self.host(name)
        if self._takes_note(host, is_first):
            self._pause(host, why, _doubled(self.delay * 2, host.strain))

    def challenged(self, name: str, why: str) -> None:
        """The host asks for a proof that a person is there, in the place of a page."""
        host = self.host(name)
        if not host.is_left:
            host.challenges += 1
            self._pause(host, why, _doubled(self.delay * 2, host.challenges))

    def pushed_back(self, name: str, why: str, seconds: float | None, *, is_first: bool) -> None:
        """The host says that it is asked too much: a pause of ``seconds``, or one that doubles every time."""
        host = self.host(name)
        is_news = self._takes_note(host, is_first)
        if seconds is not None:
            # "Retry-After: 0" again and again is no leave to ask as fast as before.
            seconds = max(seconds, min(_doubled(self.delay * 2, host.strain), self.pause_max))
            self.wait_until(name, why, datetime.now(UTC) + timedelta(seconds=seconds))
        elif is_news:
            self._pause(host, why, _doubled(self.pause_start, host.strain))

    def wait_until(self, name: str, why: str, at: datetime) -> None:
        """The host asks to be left alone until ``at``: a pause or, where that is too long, its end."""
        host = self.host(name)
        seconds = (at - datetime.now(UTC)).total_seconds()
        if host.is_left:
            return
        if seconds > self.pause_max:
            host.not_before = at
            self._leave(host, why)
        else:
            self._pause(host, why, seconds)

    def _takes_note(self, host: Host, is_first: bool) -> bool:
        # Answers to what was asked before a pause began tell nothing new.
        if host.is_left or host.opens_at > self.clock():
            return False
        host.strain += 1
        host.refusals += is_first
        return True

    def _pause(self, host: Host, why: str, seconds: float) -> None:
        if max(host.refusals, host.challenges) >= self.max_refusals:
            self._leave(host, why)
            return
        if seconds <= 0:
            return
        host.opens_at = max(host.opens_at, self.clock() + min(seconds, self.pause_max))
        host.why = why
        self.on_change(host)

    def _leave(self, host: Host, why: str) -> None:
        host.is_left = True
        host.why = why
        self.on_change(host)


def _doubled(seconds: float, times: int) -> float:
    """``seconds`` for the first time, twice as many for the second, and so on; at last more than any bound.

    >>> [_doubled(30.0, times) for times in (1, 2, 3)], _doubled(1.0, 5_000) > 86_400
    ([30.0, 60.0, 120.0], True)
    """
    return seconds * 2.0 ** min(times - 1, 64)


_of_crawlers: WeakKeyDictionary[Crawler, Hosts] = WeakKeyDictionary()
