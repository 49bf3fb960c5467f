"""What is open at a place of a sentence, and what that says of what comes."""

from __future__ import annotations

import pytest

from pipelines.restore.enclosed import BRACKETS, EITHER, SAID, TERM, TITLE, UNOPENED, Enclosed, enclosed


@pytest.mark.parametrize(
    ("line", "quotes", "brackets", "stretch", "length"),
    [
        ("街坊管他叫“老", 1, 0, TERM, 1),
        ("她说：“今天", 1, 0, SAID, 2),
        ("走吧。“今天", 1, 0, EITHER, 2),
        ("“今天", 1, 0, EITHER, 2),
        ("街坊（多是老人", 0, 1, BRACKETS, 4),
        ("街坊(多是老人", 0, 0, BRACKETS, 4),  # on a folded page, where they are not counted
        ("他写的《湖", 0, 0, TITLE, 1),
        ("她说：“我读了《湖边》", 1, 0, None, 0),
        ("街坊叫他“老陈”。", 0, 0, None, 0),
        ("他叫）”", -1, -1, None, 0),
    ],
)
def test_a_line_leaves_open_what_it_does_not_close(
    line: str, quotes: int, brackets: int, stretch: object, length: int
) -> None:
    state = enclosed(line)
    assert (state.quotes, state.brackets, state.stretch) == (quotes, brackets, stretch)
    if stretch:
        assert -state.start == length


@pytest.mark.parametrize("stretch", [TERM, SAID, EITHER, BRACKETS, TITLE])
def test_what_is_open_is_likelier_to_be_closed_than_what_is_not(stretch: object) -> None:
    state = Enclosed(1, 1, stretch, 0)  # type: ignore[arg-type]
    end = stretch.ends[0]  # type: ignore[attr-defined]
    assert state.cost(end, "海", 4) < Enclosed(1, 1).cost(end, "海", 4) < UNOPENED
    assert state.cost(end, "海", 0) > state.cost(end, "海", 4)


def test_a_term_is_over_soon_and_speech_is_not() -> None:
    assert TERM.cost("”", "牛", 2) < EITHER.cost("”", "牛", 2) < SAID.cost("”", "牛", 2)
    assert TERM.cost("。", "牛", 2) > SAID.cost("。", "牛", 2) > 0
    assert TERM.cost("”", "。", 2) < 0 == TERM.cost("”", "，", 2)
    assert SAID.cost("。", "牛", 30) == SAID.cost("人", "牛", 30) == 0
    assert BRACKETS.cost(")", "2", 2) == 0  # ASCII behind ASCII is nothing that was counted


def test_what_is_not_open_is_seldom_closed() -> None:
    nothing = Enclosed()
    assert nothing.cost("”", "海", 5) == nothing.cost("）", "海", 5) == UNOPENED
    assert nothing.cost("“", "海", 5) == nothing.cost("海", "海", 5) == 0
    assert enclosed("她说：“我").cost("“", "我", 0) > 0
    assert nothing.cost("』", "海", 5) == nothing.cost("’", "海", 5) == UNOPENED
    assert enclosed("她说：『我").cost("』", "。", 0) < 0 == enclosed("她说：“她说‘我").cost("’", "。", 0)
