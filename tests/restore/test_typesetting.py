"""Where the lines of a page end, where it leaves blanks, and what its quotation marks are."""

from __future__ import annotations

import math

import pytest

from pipelines.restore.typesetting import QUOTES, Typesetting


@pytest.mark.parametrize(
    ("page", "likely", "unlikely"),
    [
        ("门开了。 人来了。 雨停了。 ", "。", "了"),
        ("门开了。” 人来了。” 雨停了。” ", "”", "。"),
        ("题图  门开了  人来了", " ", "。"),
        ("共3 本，又5 本，再8 本", "5", "本"),
        ("共3 本，又5 本，再8 本", "?", "？"),  # a figure that was lost
        ("甲 乙 丙 丁", "戊", "。"),  # behind any character
        (".a.b.c", " ", "."),  # no pattern of its own
        ("", "a", "甲"),
        ("", " ", "。"),
    ],
)
def test_a_blank_stands_where_the_page_has_such(page: str, likely: str, unlikely: str) -> None:
    typesetting = Typesetting(page)
    assert typesetting.blank(unlikely) + 1 < typesetting.blank(likely) < 0


def test_what_is_seen_more_often_is_surer() -> None:
    assert Typesetting("人来了。 " * 9).blank("。") > Typesetting("人来了。 ").blank("。")
    assert Typesetting("人来了。" * 9).blank("。") < Typesetting("人来了。").blank("。")


@pytest.mark.parametrize(("page", "sign"), [("来了。\n去了。\n", 1), ("来了。去了！来了？", -1), ("", 0)])
def test_lines_end_with_a_sentence_as_often_as_on_the_page(page: str, sign: int) -> None:
    assert math.copysign(1, Typesetting(page).lines) == sign if sign else Typesetting(page).lines == 0


@pytest.mark.parametrize(
    ("page", "mark"),
    [("", "“"), ("“你”", "”"), ("『你』『我』", "』"), ("「你」「我」", "「"), ("‘你’‘我’", "’")],
)
def test_quotation_marks_are_of_the_form_that_the_page_has(page: str, mark: str) -> None:
    typesetting = Typesetting(page)
    likeliest = max(QUOTES, key=lambda other: (typesetting.quotes(other), other == mark))
    assert likeliest == mark
    assert all(typesetting.quotes(other) < 0 for other in QUOTES)
