"""When an article appeared: every printed form of a time, as ISO 8601 at the printed precision.

Chinese pages print Beijing time and never say so; a time printed with another offset is converted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pipelines.items import Line, Trace

_YEARS = range(1980, 2100)
_LEAP_YEAR = 2000
# A line longer than this is a sentence that mentions a date.
_LONGEST_LINE = 160

_S = r"[\s\u3000]{0,9}"
# Two elements side by side, the day and the hour, read as one word: 21-07-0308:15.
_GLUED = r"(?<=[-/.]\d\d)(?=\d\d[:：]\d\d)"
_CLOCK = (
    rf"(?:(?:{_S}[（(]?(?:星期|周|週|礼拜)[一二三四五六日天][)）]?)?[Tt\s\u3000,，|·-]{{0,9}}"
    r"(?P<half>凌晨|早上|上午|中午|下午|晚上|傍晚|晚间)?[\s\u3000]{0,9}"
    r"(?P<hour>\d{1,2})(?:[:：](?P<minute>\d{2})(?:[:：](?P<second>\d{2})(?:[.,]\d{1,9})?)?"
    rf"|{_S}[时時点點]{_S}(?:(?P<minute2>\d{{1,2}}){_S}分(?:{_S}(?P<second2>\d{{1,2}}){_S}秒)?)?)"
    r"(?![\d:：])(?:\s?(?P<apm>[AaPp][Mm])\b)?"
    r"(?:\s?(?P<zone>Z\b|UTC|GMT|[+-]\d{2}:?\d{2}(?!\d|-)))?)?"
)
_FULL = re.compile(
    rf"(?<![\d.])(?P<year>\d{{4}}){_S}(?:年{_S}(?P<month>\d{{1,2}}){_S}月{_S}(?P<day>\d{{1,2}})(?!\d){_S}[日号]?"
    rf"|[-/.]{_S}(?P<month2>\d{{1,2}}){_S}[-/.]{_S}(?P<day2>\d{{1,2}})(?:(?!\d)|{_GLUED})日?"
    rf"|\s(?P<month3>\d{{1,2}}){_S}/{_S}(?P<day3>\d{{1,2}})(?!\d))" + _CLOCK
)
_SHORT_YEAR = re.compile(
    r"(?<![\d.:/-])(?P<year>\d{2})(?:年(?P<month>\d{1,2})月(?P<day>\d{1,2})日?"
    r"|(?P<mark>[-/.])(?P<month2>\d{1,2})(?P=mark)(?P<day2>\d{1,2}))(?:(?![\d./-])|" + _GLUED + ")" + _CLOCK
)
_NO_YEAR = re.compile(
    rf"(?<![\d./年-])(?:(?P<month>\d{{1,2}}){_S}月{_S}(?P<day>\d{{1,2}}){_S}日"
    r"|(?P<month2>\d{1,2})[-/.](?P<day2>\d{1,2})(?=\s\s?\d{1,2}[:：]\d{2}))(?![\d/-])" + _CLOCK
)
_HAN_DIGITS = "〇○零一二三四五六七八九"
_HAN_DATE = re.compile(
    r"(?P<year>[〇○零一二三四五六七八九]{4})年(?P<month>[一二三四五六七八九十]{1,3})月"
    r"(?P<day>[一二三四五六七八九十廿卅]{1,4})日" + _CLOCK
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_ENGLISH_DATE = re.compile(
    rf"\b(?:(?P<month>{_MONTH})\s{{1,3}}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?"
    rf"|(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\s{{1,3}}(?P<month2>{_MONTH})),?\s{{1,3}}(?P<year>\d{{4}})"
    + _CLOCK,
    re.I,
)
_YEAR_ALONE = re.compile(r"(?:19|20)\d{2}[年./-]?")
_DAY_ALONE = re.compile(r"\d{1,2}[-/.]\d{1,2}")
_COMPACT = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d{2})(?P<month>[01]\d)(?P<day>[0-3]\d)"
    r"(?:(?P<hour>[0-2]\d)(?P<minute>[0-5]\d)(?P<second>[0-5]\d)?)?(?!\d)"
)
_RELATIVE = re.compile(
    rf"(?P<day>今天|今日|昨天|昨日|前天){_S}(?:(?P<hour>\d{{1,2}})[:：](?P<minute>\d{{2}}))?"
    r"|(?P<count>\d{1,3})\s?(?P<unit>分钟|分鐘|小时|小時|天)前"
)
_ADDRESS_DATE = re.compile(
    r"(?<!\d)(?P<year>(?:19[89]|20[0-4])\d)[-/_]?(?P<month>0[1-9]|1[0-2]|[1-9](?=[-_/]))[-/_]?"
    r"(?P<day>0[1-9]|[12]\d|3[01]|(?<=[-_/])[1-9])(?!\d)"
)
# Without one of these a text prints no time.
_MAY_BE_TIME = re.compile(r"[\d年]")
_APPEARED = re.compile("发[布表稿]|發[佈布表]|时间|時間|日期|刊[发登]|出版|上传|pub", re.I)
_CHANGED = re.compile("更新|修改|修订|截[止至]|开始|结束|有效|浏览|打印|生成|modif|updat", re.I)


@dataclass(frozen=True, slots=True)
class Moment:
    """A time at the precision at which it was printed, in Beijing time."""

    day: date
    hour: int | None = None
    minute: int = 0
    second: int | None = None

    def isoformat(self) -> str:
        """As ``pipelines.items`` wants it: the day, or the day and time with +08:00."""
        if self.hour is None:
            return self.day.isoformat()
        seconds = "" if self.second is None else f":{self.second:02}"
        return f"{self.day.isoformat()}T{self.hour:02}:{self.minute:02}{seconds}+08:00"


def read_moment(text: str, *, year: int | None = None) -> Moment | None:
    """The first time that ``text`` prints; ``year`` completes one that is printed without.

    >>> read_moment("2019年12月09日08:05").isoformat()
    '2019-12-09T08:05+08:00'
    >>> read_moment("发布时间：2019-05-18").isoformat()
    '2019-05-18'
    >>> read_moment("二〇二六年三月十二日").isoformat()
    '2026-03-12'
    >>> read_moment("2020-06-05T12:35:10Z").isoformat()
    '2020-06-05T20:35:10+08:00'
    >>> read_moment("11月20日 09:12", year=2019).isoformat()
    '2019-11-20T09:12+08:00'
    >>> read_moment("Dec. 9th, 2019 8:05 PM").isoformat()
    '2019-12-09T20:05+08:00'
    """
    found = next(_moments(text, year), None)
    return found[0] if found else None


def prints_time(text: str) -> bool:
    """Whether a text prints a day with its year, or a day and an hour.

    >>> [prints_time(text) for text in ("2019年12月9日", "10-17 06:58", "10月17日")]
    [True, True, False]
    """
    moment = read_moment(text, year=_LEAP_YEAR)
    return moment is not None and (moment.hour is not None or read_moment(text) is not None)


def date_in_address(url: str) -> date | None:
    """The day that an address names, as in ``/2019/1107/561091.shtml`` or ``/2019-11/07/``.

    >>> date_in_address("http://www.example.cn/2019/1107/561091.shtml")
    datetime.date(2019, 11, 7)
    """
    path = url.split("://", 1)[-1].partition("/")[2].partition("?")[0]
    for match in _ADDRESS_DATE.finditer(path[:500]):
        if day := _day(int(match["year"]), int(match["month"]), int(match["day"])):
            return day
    return None


@dataclass(frozen=True, slots=True)
class Clock:
    """What a page's unprinted evidence says of time: its metadata, the time it was made, its address.

    ``scripted`` looks through the page's scripts; it is asked only where nothing else states a time.
    """

    url: str
    published: tuple[tuple[str, str], ...] = ()
    generated: str | None = None
    changed: tuple[str, ...] = ()
    scripted: Callable[[], tuple[str, str] | None] = lambda: None

    def stated(self) -> tuple[Moment, Trace] | None:
        """The time of publication that the metadata states: the first that can be read."""
        return _stated(self.published)

    def said_by_script(self) -> tuple[Moment, Trace] | None:
        """The time of publication that the page's scripts state."""
        return _stated(filter(None, (self.scripted(),)))


def published(lines: Sequence[Line], clock: Clock) -> tuple[str, Trace] | None:
    """The time of publication: as printed in ``lines``, else as the metadata say, else the address's day.

    ``lines`` are those beside the body in document order. A printed time that is labelled as one of
    publication, or whose day the address or the metadata confirm, beats others; one that is labelled as
    a change counts least. A relative time (昨天) counts only where the page says when it was made, and
    states no time of publication.
    """
    stated = clock.stated()
    addressed = date_in_address(clock.url)
    days = {day for day in (addressed, stated[0].day if stated else None) if day}
    year = addressed.year if addressed else stated[0].day.year if stated else None
    printed = _best(_printed(lines, year), days)
    if printed is None and year is None:
        printed = _completed(lines, clock)
    made = read_moment(clock.generated) if clock.generated else None
    found = printed or stated or clock.said_by_script() or (_relative(lines, made) if made else None)
    if found:
        return found[0].isoformat(), found[1]
    if addressed:
        return addressed.isoformat(), Trace(addressed.isoformat(), "date in the address", clock.url)
    return None


def _stated(said: Iterable[tuple[str, str]]) -> tuple[Moment, Trace] | None:
    for name, text in said:
        if moment := read_moment(text) or _compact(text):
            return moment, Trace(text, "metadata", name)
    return None


def _completed(lines: Sequence[Line], clock: Clock) -> tuple[Moment, Trace] | None:
    """The first time printed without its year whose day is one of those on which the page was changed."""
    for text in clock.changed:
        if changed := read_moment(text):
            for moment, trace, _ in _printed(lines, changed.day.year):
                if moment.day == changed.day:
                    return moment, trace
    return None


def _printed(lines: Sequence[Line], year: int | None) -> Iterator[tuple[Moment, Trace, str]]:
    kept = [line for line in lines if len(line.text) <= _LONGEST_LINE]
    found = False
    for line in kept:
        for moment, words, before in _moments(line.text, year):
            found = True
            yield moment, Trace(words, "printed time", line.path or line.place), before
    if not found:
        # A time may be set in pieces: the year, the day and the hour each in an element of their own.
        yield from _pieced(kept)


def _pieced(lines: list[Line]) -> Iterator[tuple[Moment, Trace, str]]:
    texts = [line.text.strip() for line in lines]
    for number, text in enumerate(texts):
        if _YEAR_ALONE.fullmatch(text):
            pieces = texts[number : number + 3]
            if number and _DAY_ALONE.fullmatch(texts[number - 1]):
                pieces = [text, texts[number - 1].replace("-", "/").replace(".", "/"), *pieces[1:2]]
            for moment, read, before in _moments(" ".join(pieces), None):
                path = lines[number].path or lines[number].place
                yield moment, Trace(read, "printed time, in pieces", path), before


def _best(found: Iterable[tuple[Moment, Trace, str]], days: set[date]) -> tuple[Moment, Trace] | None:
    best: tuple[int, Moment, Trace] | None = None
    for moment, trace, before in found:
        rank = 3 * (moment.day in days) + (moment.hour is not None)
        if _CHANGED.search(before):
            rank -= 4
        elif _APPEARED.search(before):
            rank += 2
        if best is None or rank > best[0]:
            best = rank, moment, trace
    return (best[1], best[2]) if best else None


def _relative(lines: Sequence[Line], made: Moment) -> tuple[Moment, Trace] | None:
    for line in lines:
        if len(line.text) > _LONGEST_LINE or not (match := _RELATIVE.search(line.text)):
            continue
        now = datetime(made.day.year, made.day.month, made.day.day, made.hour or 0, made.minute)
        trace = Trace(match[0], "relative to the time the page was made", line.path or line.place)
        if match["day"]:
            back = {"今": 0, "昨": 1, "前": 2}[match["day"][0]]
            hour = int(match["hour"]) if match["hour"] else None
            return Moment((now - timedelta(days=back)).date(), hour, int(match["minute"] or 0)), trace
        count = int(match["count"])
        if match["unit"] == "天" or made.hour is None:
            return Moment((now - timedelta(days=count if match["unit"] == "天" else 0)).date()), trace
        then = now - (timedelta(minutes=count) if match["unit"][0] == "分" else timedelta(hours=count))
        return Moment(then.date(), then.hour, then.minute), trace
    return None


def _moments(text: str, year: int | None) -> Iterator[tuple[Moment, str, str]]:
    """Every time printed in a text, with its words and the words before it."""
    if not _MAY_BE_TIME.search(text):
        return
    found = False
    for pattern in (_FULL, _HAN_DATE, _ENGLISH_DATE, _SHORT_YEAR, _NO_YEAR):
        if found or (pattern is _NO_YEAR and year is None):
            return
        end = 0
        for match in pattern.finditer(text):
            if moment := _moment(match, year):
                found = True
                yield moment, match[0].strip(), text[end : match.start()][-12:]
            end = match.end()


def _moment(match: re.Match[str], year: int | None) -> Moment | None:
    parts = {name: value for name, value in match.groupdict().items() if value}
    digits = {name.rstrip("23"): value for name, value in parts.items()}
    stated = _number(digits["year"]) if "year" in digits else year or 0
    if stated < 100:
        stated += 2000 if stated < 80 else 1900
    day = _day(stated, _number(digits["month"]), _number(digits["day"]))
    if day is None:
        return None
    if "hour" not in digits:
        return Moment(day)
    hour, minute = int(digits["hour"]), int(digits.get("minute", "0"))
    second = int(digits["second"]) if "second" in digits else None
    half = digits.get("half", "") + digits.get("apm", "").lower()
    if half in ("下午", "晚上", "傍晚", "晚间", "pm") and hour < 12:
        hour += 12
    if hour > 23 or minute > 59 or (second or 0) > 59:
        return Moment(day)
    return _in_beijing(Moment(day, hour, minute, second), digits.get("zone"))


def _in_beijing(moment: Moment, zone: str | None) -> Moment:
    if zone is None or moment.hour is None:
        return moment
    offset = timedelta()
    if zone[0] in "+-":
        offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:])) * (-1 if zone[0] == "-" else 1)
    printed = datetime(*moment.day.timetuple()[:3], moment.hour, moment.minute, moment.second or 0)
    there = printed - offset + timedelta(hours=8)
    return Moment(there.date(), there.hour, there.minute, None if moment.second is None else there.second)


def _compact(text: str) -> Moment | None:
    match = _COMPACT.search(text)
    return _moment(match, None) if match else None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if year in _YEARS else None
    except ValueError:
        return None


def _number(digits: str) -> int:
    """A number in Arabic digits, in Chinese ones (二〇二六), in words (十二, 廿三), or an English month's.

    >>> [_number(text) for text in ("09", "２０１９", "二〇二六", "十二", "二十", "三十一", "Sept.")]
    [9, 2019, 2026, 12, 20, 31, 9]
    """
    if digits.isdecimal():
        return int(digits)
    if digits.isascii():
        return 1 + _MONTHS.index(digits[:3].lower())
    if len(digits) == 4 and not set(digits) & set("十廿卅"):
        return int("".join(str(max(0, _HAN_DIGITS.index(digit) - 2)) for digit in digits))
    digits = digits.replace("廿", "二十").replace("卅", "三十")
    tens, ten, ones = digits.rpartition("十")
    value = max(0, _HAN_DIGITS.find(ones) - 2) if ones else 0
    return value + ((max(0, _HAN_DIGITS.find(tens) - 2) if tens else 1) * 10 if ten else 0)
