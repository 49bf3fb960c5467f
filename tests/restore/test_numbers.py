"""What the numbers of a page tell of one that lost its first digit."""

from __future__ import annotations

import pytest

from pipelines.restore.numbers import LIKELY, MOST, Numbers


def told(page: str, before: str, behind: str) -> str:
    digit, probability = Numbers(page).first_digit(before, behind)
    assert 0 < probability < 1
    return digit if probability >= LIKELY else "?"


@pytest.mark.parametrize(
    ("page", "before", "behind", "digit"),
    [
        ("", "了", "8本", "?"),
        ("", "了", "月", "?"),
        ("1月开馆，1月闭馆，1月再开，", "在", "月，", "1"),
        ("1月开馆，2月闭馆，1月再开，", "在", "月，", "?"),
        ("住了31天，又32天，再35天", "了", "3天", "3"),
        ("住了31天，又32天，再35天", "了", "3人", "?"),  # another unit
        ("住了31天，又32天，再35天", "了", "39天", "?"),  # another length
        ("高3.1米，宽3.2米，长3.5米", "厚", ".3米", "3"),
        ("高3米，宽3米，长3米", "厚", ".3米", "?"),
        ("高3.1米，宽3.2米，长3.5米", "厚", "米", "?"),
        ("电话是6318。", "打", "318问", "6"),
        ("电话是6318。也有5318", "打", "318问", "?"),
        ("付了600元。", "打", "00问", "?"),
        ("地址a8318、8.318、B-8318", "打", "318问", "?"),  # no numbers of their own
    ],
)
def test_like_numbers_tell(page: str, before: str, behind: str, digit: str) -> None:
    assert told(page, before, behind) == digit


def test_the_first_digit_of_a_longer_number_is_a_small_one_most_likely() -> None:
    digit, probability = Numbers("").first_digit("了", "00元")
    assert (digit, round(probability, 3)) == ("1", 0.301)
    assert Numbers("").first_digit("了", "元")[1] == pytest.approx(1 / 9)


def test_no_page_makes_a_digit_dear() -> None:
    assert told("9月，" * MOST + "1月，" * 100 * MOST, "在", "月，") == "9"
