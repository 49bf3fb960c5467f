"""Times of publication: every printed form, and which of several counts."""

from __future__ import annotations

import pytest

from crawler.reader.published import Clock, date_in_address, published, read_moment
from pipelines.items import Line

PLAIN = Clock("http://www.example.cn/a.html")
DATED = Clock("http://www.example.cn/2019/1107/561091.shtml")


@pytest.mark.parametrize(
    ("printed", "iso"),
    [
        ("2019年12月09日08:05", "2019-12-09T08:05+08:00"),
        ("2019-11-07 09:12", "2019-11-07T09:12+08:00"),
        ("2019-11-07 09:12:30", "2019-11-07T09:12:30+08:00"),
        ("2019-11-07T09:12:30.123", "2019-11-07T09:12:30+08:00"),
        ("2019/9/6 13:43:44", "2019-09-06T13:43:44+08:00"),
        ("2018.09.06 13:43", "2018-09-06T13:43+08:00"),
        ("发布时间：2019-05-18", "2019-05-18"),
        ("时间：2014-03-05 10:20:11 来源：校园广播", "2014-03-05T10:20:11+08:00"),
        ("２０１９年１１月７日", "2019-11-07"),
        ("2013年5月6日 星期一 10:11", "2013-05-06T10:11+08:00"),
        ("2013年5月6日（星期一）", "2013-05-06"),
        ("2020年10月4日 下午3:05", "2020-10-04T15:05+08:00"),
        ("2020年10月4日10时5分", "2020-10-04T10:05+08:00"),
        ("2020年10月4日上午9点", "2020-10-04T09:00+08:00"),
        ("2019-9-7 9:05 PM", "2019-09-07T21:05+08:00"),
        ("19-03-06", "2019-03-06"),
        ("98年3月6日", "1998-03-06"),
        ("二〇二六年三月十二日", "2026-03-12"),
        ("二○一九年十一月二十日", "2019-11-20"),
        ("2022 03/05 09:12:33", "2022-03-05T09:12:33+08:00"),
        ("发布时间：21-07-0308:15", "2021-07-03T08:15+08:00"),
        ("2021-07-0308:15", "2021-07-03T08:15+08:00"),
        ("Posted on November 7, 2019", "2019-11-07"),
        ("7th Nov 2019, 9:05 pm", "2019-11-07T21:05+08:00"),
        ("2020-06-05T12:35:10Z", "2020-06-05T20:35:10+08:00"),
        ("2020-06-05T22:35:10-0500", "2020-06-06T11:35:10+08:00"),
        ("2020-06-05T20:35+08:00", "2020-06-05T20:35+08:00"),
        ("2019-11-07 25:61", "2019-11-07"),
    ],
)
def test_every_printed_form(printed: str, iso: str) -> None:
    moment = read_moment(printed)
    assert moment is not None
    assert moment.isoformat() == iso


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2019年第24期",
        "2019-13-01",
        "2019-02-30",
        "010-62345678",
        "京ICP备05070218号",
        "版本 1.2.3",
        "1/2",
        "May 40, 2019",
        "Mark 12 2019",
        "昨天",
        "9:12",
    ],
)
def test_what_is_no_date(text: str) -> None:
    assert read_moment(text) is None


def said(*lines: str, clock: Clock = PLAIN) -> str | None:
    found = published([Line(line, "head", "div.info") for line in lines], clock)
    return found[0] if found else None


def test_a_year_that_is_not_printed_comes_from_the_address_or_the_metadata() -> None:
    assert said("11-07 09:12", clock=DATED) == "2019-11-07T09:12+08:00"
    assert (
        said("11月07日 09:12", clock=Clock(PLAIN.url, (("meta", "2018-11-08"),))) == "2018-11-07T09:12+08:00"
    )
    assert said("11月07日 09:12") is None


def test_the_printed_time_beats_the_stated_one() -> None:
    assert said("2019-09-07 19:02", clock=Clock(PLAIN.url, (("meta", "2019-9-7 21:30:50"),))) == (
        "2019-09-07T19:02+08:00"
    )


def test_of_several_times_the_one_of_publication_counts() -> None:
    assert said("最后更新: 2019-09-07 09:27:48", "2019-09-07 09:25:09") == "2019-09-07T09:25:09+08:00"
    assert said("活动时间：2019-10-01 08:00", "2019-11-07 09:12", clock=DATED) == "2019-11-07T09:12+08:00"
    assert said("浏览 2019-10-01", "发布日期：2019-09-30") == "2019-09-30"


def test_a_time_set_in_pieces_is_one_time() -> None:
    assert said("2019", "09/07", "19:02", "扬帆") == "2019-09-07T19:02+08:00"


def test_a_relative_time_needs_the_time_the_page_was_made() -> None:
    made = Clock(PLAIN.url, generated="页面生成时间 2023-10-23 11:23:36")
    assert said("昨天 09:05", clock=made) == "2023-10-22T09:05+08:00"
    assert said("今天", clock=made) == "2023-10-23"
    assert said("3小时前", clock=made) == "2023-10-23T08:23+08:00"
    assert said("2天前", clock=made) == "2023-10-21"
    assert said("昨天 09:05") is None


def test_without_print_the_metadata_and_at_last_the_address_tell() -> None:
    assert (
        said("来源：示例网", clock=Clock(DATED.url, (("meta", "20191106091230"),)))
        == "2019-11-06T09:12:30+08:00"
    )
    assert said("来源：示例网", clock=DATED) == "2019-11-07"
    assert said("来源：示例网") is None


def test_a_sentence_that_mentions_a_date_is_no_time_of_publication() -> None:
    assert said("市集从2015年3月5日起每周六开张，" + "摊主和读者都很喜欢这里。" * 15) is None


@pytest.mark.parametrize(
    ("address", "day"),
    [
        ("http://a.cn/2019/1107/561091.shtml", "2019-11-07"),
        ("http://a.cn/n1/2019/1209/c40531-31497.html", "2019-12-09"),
        ("http://a.cn/2019-11/07/content_1.htm", "2019-11-07"),
        ("http://a.cn/20191107/abc/c.html", "2019-11-07"),
        ("http://a.cn/x/2019_09_07_516891.shtml", "2019-09-07"),
        ("http://a.cn/2019/11/7/a.html", "2019-11-07"),
        ("http://a.cn/p/1234567890.html", None),
        ("http://a.cn/", None),
    ],
)
def test_the_day_in_an_address(address: str, day: str | None) -> None:
    found = date_in_address(address)
    assert (found.isoformat() if found else None) == day
