"""Laws of the byline grammar: names go in and come out, nothing raises, time grows with length."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.byline import read_bylines
from pipelines.byline.fold import fold
from pipelines.byline.grammar import parse
from pipelines.byline.names import is_person, split_glued
from pipelines.items import Line
from pipelines.text import strip_controls

BODY = "东城公园周六开放，游人很多。"
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱郭何罗梁宋唐许邓曹彭曾萧蔡潘田董袁余叶蒋杜苏魏程吕丁沈任姚卢"
DOUBLE = ["欧阳", "司马", "上官", "诸葛", "慕容", "令狐"]
GIVEN = "明红芳伟静敏磊军洋勇艳杰娟涛超霞刚玲丹萍鹏辉宇欣怡梓涵浩轩诗雅琪琳婷雯倩雪梅兰"

given_names = st.text(GIVEN, min_size=1, max_size=2)
chinese = st.builds(str.__add__, st.sampled_from(SURNAMES), given_names)
double = st.builds(str.__add__, st.sampled_from(DOUBLE), given_names)
dotted = st.builds(
    "·".join, st.lists(st.text("买提艾力阿古丽卡木古尔", min_size=2, max_size=4), min_size=2, max_size=3)
)
names = st.one_of(chinese, double, dotted)
people = st.lists(names, min_size=1, max_size=5, unique=True)

# How a list of names is printed behind each label; {} is the list.
SEPARATORS = ["、", " ", "　", "，", ", ", " 、 ", "/"]
AUTHOR_FORMS = [
    "作者：{}",
    "（作者：{}）",
    "作者: {}",
    "文/{}",
    "文｜{}",
    "撰文丨{}",
    "【文/晨光网专栏作者 {}】",
    "晨光报记者 {}",
    "本报记者{}",
    "（记者{}）",
    "采写：晨光报见习记者 {}",
    "執筆/{}",
]
EDITOR_FORMS = [
    "责任编辑：{}",
    "责编：{}",
    "[责任编辑：{}]",
    "（责编：{}）",
    "编辑 {}",
    "编辑/{}",
    "責任編輯：{}",
    "发布日期：2019-03-06   责任编辑：{} 打印 收藏",
]


@given(people, st.sampled_from(AUTHOR_FORMS), st.sampled_from(SEPARATORS))
def test_authors_come_out_as_they_went_in(people: list[str], form: str, separator: str) -> None:
    reading = read_bylines([Line(form.format(separator.join(people)), "head", "x")], BODY)
    assert (reading.author, reading.editor) == ("、".join(people), None)


@given(people, st.sampled_from(EDITOR_FORMS), st.sampled_from(SEPARATORS))
def test_editors_come_out_as_they_went_in(people: list[str], form: str, separator: str) -> None:
    reading = read_bylines([Line(form.format(separator.join(people)), "tail", "x")], BODY)
    assert (reading.author, reading.editor) == (None, "、".join(people))


@given(people, people, st.sampled_from(["　", " ", "    ", " | ", ""]))
def test_two_credits_on_one_line_stay_apart(authors: list[str], editors: list[str], gap: str) -> None:
    line = f"作者：{'、'.join(authors)}{gap or '；'}责任编辑：{'、'.join(editors)}"
    reading = read_bylines([Line(line, "tail", "x")], BODY)
    assert (reading.author, reading.editor) == ("、".join(authors), "、".join(editors))


@given(people, st.sampled_from(["（作者：{}）", "（记者 {}）", "（{}）", "【作者：{}】"]))
def test_a_signature_leaves_the_body(people: list[str], form: str) -> None:
    if form == "（{}）":
        people = [name for name in people[:4] if "·" not in name] or ["李明"]
    reading = read_bylines([], BODY + form.format("、".join(people)))
    assert (reading.author, reading.body) == ("、".join(people), BODY)


@given(st.sampled_from(SURNAMES), st.sampled_from(GIVEN), st.sampled_from([" ", "　", "  "]))
def test_a_name_set_wide_is_one_name(surname: str, character: str, space: str) -> None:
    assert (
        read_bylines([Line(f"责任编辑：{surname}{space}{character}", "tail", "x")], BODY).editor
        == surname + character
    )


@given(st.lists(chinese, min_size=2, max_size=3))
def test_glued_names_are_split_as_they_were_or_not_at_all(glued: list[str]) -> None:
    run = "".join(glued)
    parts = split_glued(run)
    assert parts is None or ("".join(parts) == run and all(map(is_person, parts)))


LINES = st.builds(
    Line, st.text(max_size=80), st.sampled_from(["head", "tail", "meta", "title"]), st.text(max_size=20)
)
SOUP = st.text(
    st.sampled_from(
        "作者记责任编辑来源文图摄：:/|（）【】《》“”、， 李明王红系为和报社网2019-年月日讯电完\n"
    ),
    max_size=200,
)


@given(st.lists(LINES, max_size=8), st.text(max_size=300))
def test_no_text_raises(lines: list[Line], body: str) -> None:
    read_bylines(lines, body)


@settings(max_examples=300)
@given(SOUP, SOUP)
def test_no_soup_of_labels_raises_and_names_are_words_of_the_page(line: str, body: str) -> None:
    reading = read_bylines([Line(line, "head", "x")], body)
    page = "".join((line + "\n" + body).split())
    for byline in reading.bylines:
        assert byline.name.replace(" ", "") in page and byline.words
    assert set("".join(reading.body.split())) <= set(page)


@given(SOUP)
def test_folding_keeps_every_position(text: str) -> None:
    line = fold(text)
    assert len(line.printed) == len(line.folded) and line.printed == strip_controls(text)
    assert fold(line.folded).folded == line.folded


ADVERSARIES: dict[str, Callable[[int], str]] = {
    "brackets": lambda n: "（" * n,
    "closed brackets": lambda n: "（李明）" * (n // 4),
    "labels": lambda n: "责任编辑" * (n // 4),
    "labels with colons": lambda n: "作者：" * (n // 3),
    "glued names": lambda n: "记者李明" * (n // 4),
    "names": lambda n: "李明 " * (n // 3),
    "names and bars": lambda n: "李明/" * (n // 3),
    "characters set wide": lambda n: "责 " * (n // 2),
    "being": lambda n: "作者系" * (n // 3),
    "Latin": lambda n: "Ab " * (n // 3),
    "dates": lambda n: "2019-" * (n // 5),
    "dots": lambda n: "·" * n,
    "spaces": lambda n: " " * n,
}


def _seconds(text: str) -> float:
    pieces = [text[start : start + 250] for start in range(0, len(text), 250)]
    lines = [Line(piece, "tail", "x") for piece in pieces]
    start = time.process_time()
    parse(fold(text))
    read_bylines(lines, text + "\n" + "\n".join(pieces))
    return time.process_time() - start


@pytest.mark.parametrize("name", ADVERSARIES)
def test_time_grows_no_faster_than_the_text(name: str) -> None:
    short, eightfold = (_seconds(ADVERSARIES[name](length)) for length in (25_000, 200_000))
    assert eightfold < 8 * 3 * short + 0.5
