"""The hostile site: columns of traps, and what a crawl should make of each of their articles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from answers import (
    Answer,
    article_page,
    bomb,
    endless,
    fails_first,
    head,
    list_page,
    nested_bomb,
    raw,
    redirect,
    story,
    trickle,
    whole,
)

# What a page's text may try: SQL, HTML, terminal escapes, formulas, marks that turn the script.
SQL = "'); DROP TABLE articles; --"
HTML = "<script>alert(1)</script><img src=x onerror=alert(1)>"
TERMINAL = "\x1b]0;owned\x07\x1b[2J\x9b31m"
FORMULA = '=HYPERLINK("http://evil.example/","x")'
BIDI = "\u202egnp.exe\u2066"

ROBOTS = b"User-agent: *\nDisallow: /2024/0909/\n"


@dataclass
class Traps:
    """``routes`` answers; ``good`` must be stored, ``refused`` says what must become of other articles."""

    elsewhere: str
    answers: dict[str, Answer] = field(default_factory=dict)
    good: set[str] = field(default_factory=set)
    # The path of an article, its state, and words of its reason.
    refused: dict[str, tuple[str, str]] = field(default_factory=dict)
    columns: list[str] = field(default_factory=list)

    def routes(self, path: str) -> Answer:
        """The answer to a path."""
        if path.startswith("/calendar/"):
            return _calendar(path)
        if path.startswith("/endless/"):
            return _endless(path)
        return self.answers.get(path, whole("nothing here", "404 Not Found"))

    def column(self, slug: str, links: list[str], next_page: str | None = None) -> None:
        """A column with one list page."""
        self.columns.append(slug)
        self.answers[f"/{slug}/"] = whole(list_page([(link, link) for link in links], next_page))

    def article(self, path: str, answer: Answer | None = None) -> str:
        """An article that must be stored."""
        self.answers[path] = answer or whole(story(path))
        self.good.add(path)
        return path

    def trap(self, path: str, answer: Answer, state: str, reason: str) -> str:
        """An article that must end in ``state`` for a reason that holds these words."""
        self.answers[path] = answer
        self.refused[path] = (state, reason)
        return path


def hostile(elsewhere: str) -> Traps:
    """The whole site; ``elsewhere`` is the address of a server that must never be asked."""
    traps = Traps(elsewhere)
    traps.answers["/robots.txt"] = whole(ROBOTS.ljust(10_000_000, b"#"), Content_Type="text/plain")
    for part in (_good, _walks, _away, _heavy, _broken, _words, _errors, _storm):
        part(traps)
    return traps


def _good(traps: Traps) -> None:
    links = [traps.article(f"/2024/0101/{number}.shtml") for number in range(1, 5)]
    forbidden = traps.trap("/2024/0909/9.shtml", whole(article_page("不许")), "refused", "ForbiddenByRobots")
    traps.column("good", [*links[:2], forbidden], "/good/2/")
    traps.answers["/good/2/"] = whole(list_page([(link, link) for link in links[2:]]))


def _walks(traps: Traps) -> None:
    """List pages without an end: the same again and again, ever new days, two that name each other."""
    traps.columns += ["endless", "calendar"]
    traps.article("/2024/0101/10.shtml")
    traps.column("loop", [traps.article("/2024/0101/11.shtml")], "/loop/2/")
    traps.answers["/loop/2/"] = whole(list_page([(traps.article("/2024/0101/12.shtml"), "b")], "/loop/"))
    first = traps.article("/2024/0101/90.shtml", _more_pages(1))
    for number in range(2, 70):
        traps.answers[f"/2024/0101/90_{number}.shtml"] = _more_pages(number)
    traps.column("pages", [first])


def _more_pages(number: int) -> Answer:
    pager = f'<p><a href="/2024/0101/90_{number + 1}.shtml">下一页</a></p>'
    return whole(
        article_page(
            "没有尽头的文章", lines=[f"这是第{number}页上的一句话，说的是旧书市集。" * 3], extra=pager
        )
    )


def _endless(path: str) -> Answer:
    number = int(path.strip("/").partition("/")[2] or 1)
    return whole(list_page([("/2024/0101/10.shtml", "旧书市集")], f"/endless/{number + 1}/"))


def _calendar(path: str) -> Answer:
    day = int(path.strip("/").partition("/")[2] or 1)
    return whole(list_page([(f"/2030/0101/{day}.shtml", f"第{day}天")], f"/calendar/{day + 1}/"))


def _away(traps: Traps) -> None:
    """Links and redirects to other hosts, to private addresses, to other schemes, and round in circles."""
    there = traps.elsewhere
    port = there.rpartition(":")[2]
    targets = [
        f"{there}/2024/0101/1.shtml",
        f"http://localhost:{port}/",
        f"http://2130706433:{port}/",
        f"http://0x7f.1:{port}/",
        f"http://[::ffff:127.0.0.1]:{port}/",
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        "https://evil.example/2024/0101/1.shtml",
        "file:///etc/passwd",
        "ftp://evil.example/a",
        "javascript:alert(1)",
        "data:text/html,<p>",
        "//evil.example/2024/0101/1.shtml",
        "http://user:word@169.254.169.254/",
        "http://[broken/",
    ]
    links = [
        traps.trap(f"/2024/0202/{number}.shtml", redirect(target), "refused", "it redirects to")
        for number, target in enumerate(targets)
    ]
    links.append(traps.trap("/2024/0202/50.shtml", redirect("/2024/0202/50.shtml"), "refused", "redirects"))
    ring = [f"/2024/0202/{number}.shtml" for number in (60, 61)]
    traps.answers |= {ring[0]: redirect(ring[1]), ring[1]: redirect(ring[0])}
    chain = [f"/2024/0202/{number}.shtml" for number in range(70, 80)]
    traps.answers |= {here: redirect(next_one) for here, next_one in pairwise(chain)}
    traps.column("away", [*targets, *links, ring[0], chain[0]], f"{there}/away/2/")
    for number, target in enumerate(targets):
        traps.columns.append(f"away{number}")
        traps.answers[f"/away{number}/"] = redirect(target)
    traps.columns.append("circle")
    traps.answers["/circle/"] = redirect("/circle/")
    stated = f'<img src="{there}/a.jpg" width="600" height="400"><link rel="canonical" href="{there}/c">'
    traps.column(
        "stated", [traps.article("/2024/0101/20.shtml", whole(story("/2024/0101/20.shtml", extra=stated)))]
    )


def _heavy(traps: Traps) -> None:
    """Bodies and headers that are larger than anybody should take."""
    gzip, twice = {"Content_Encoding": "gzip"}, {"Content_Encoding": "gzip, gzip"}
    million = bytes(1_000_000)
    size = {"Content-Type": "text/html", "Content-Length": str(100_000_000)}
    many = b"X-Filler: " + b"x" * 1_000 + b"\r\n"
    ok = b"HTTP/1.1 200 OK\r\n"
    large = "TooLargeAnswer"
    links = [
        traps.trap("/2024/0303/1.shtml", whole(bomb(), **gzip), "refused", large),
        traps.trap("/2024/0303/2.shtml", whole(nested_bomb(), **twice), "refused", large),
        traps.trap("/2024/0303/3.shtml", endless(head("200 OK", size), million, 100), "refused", large),
        traps.trap("/2024/0303/4.shtml", endless(head("200 OK", {}), million, 100), "refused", large),
        traps.trap("/2024/0303/5.shtml", endless(ok, many, 1_000), "refused", large),
        traps.trap("/2024/0303/6.shtml", raw(ok + b"X-Filler: " + million), "refused", large),
        traps.trap("/2024/0303/7.shtml", endless(ok, many, 1_000_000), "refused", large),
        traps.trap("/2024/0303/8.shtml", whole("no gzip at all", **gzip), "refused", "UnreadableAnswer"),
        traps.trap("/2024/0303/9.shtml", whole(b"<p>" * 3_000_000), "refused", "tags"),
        traps.article("/2024/0303/99.shtml"),
    ]
    traps.column("heavy", links)


def _broken(traps: Traps) -> None:
    """Answers that stop, or go wrong, at every stage."""
    page = article_page("断了的文章").encode()
    chunked = head("200 OK", {"Content-Type": "text/html", "Transfer-Encoding": "chunked"})
    sized = head("200 OK", {"Content-Type": "text/html", "Content-Length": str(len(page))})
    wrong: Mapping[str, Answer] = {
        "before the status": raw(),
        "in the status": raw(b"HTTP/1.1 20"),
        "in the headers": raw(b"HTTP/1.1 200 OK\r\nContent-Type: te"),
        "in the body": raw(sized + page[:200]),
        "in a chunk": raw(chunked + b"400\r\n" + page[:200]),
        "between chunks": raw(chunked + b"c8\r\n" + page[:200] + b"\r\n"),
        "no chunk": raw(chunked + b"not a number\r\n" + page),
        "no status": raw(b"nonsense\r\n\r\n" + page),
        "a byte at a time": trickle(head("200 OK", {"Content-Type": "text/html"}), page),
        "headers a byte at a time": trickle(b"HTTP/1.1 200 OK\r\n", b"X-Filler: 1\r\n" * 100),
        "two lengths": raw(
            b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 50000\r\n\r\n" + page[:100]
        ),
    }
    links = [
        traps.trap(f"/2024/0404/{number}.shtml", answer, "failed", "took longer" if "byte" in what else ": ")
        for number, (what, answer) in enumerate(wrong.items())
    ]
    traps.column("broken", [*links, traps.article("/2024/0404/99.shtml")])


def _words(traps: Traps) -> None:
    """An article whose words try everything that words can try."""
    lines = [
        f"{FORMULA} {SQL} {HTML} {TERMINAL} {BIDI} 说的是旧书市集。",
        "第二段也是普通的一段话，写在后面。",
    ]
    page = article_page(f"{FORMULA}{SQL}{HTML}{BIDI}", author="秦远山", lines=lines)
    traps.column("words", [traps.article("/2024/0505/1.shtml", whole(page))])


def _errors(traps: Traps) -> None:
    """Three of ten articles fail twice before they come."""

    def answer(number: int) -> Answer:
        good = whole(story(f"/2024/0606/{number}.shtml"))
        return fails_first(2, "500 Internal Server Error", good) if number % 10 < 3 else good

    links = [traps.article(f"/2024/0606/{number}.shtml", answer(number)) for number in range(20)]
    traps.column("errors", links)


def _storm(traps: Traps) -> None:
    """Articles that are refused at first because too much is asked for, with and without a time to wait."""
    links = []
    for number, wait in enumerate(({"Retry_After": "1"}, {"Retry_After": "soon"}, {})):
        path = f"/2024/0707/{number}.shtml"
        answer = fails_first(2, "429 Too Many Requests", whole(story(path)), **wait)
        links.append(traps.article(path, answer))
    traps.column("storm", links)
