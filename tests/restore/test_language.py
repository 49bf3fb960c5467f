"""The table of the language model: what was put in comes out, and nothing else."""

from __future__ import annotations

import pytest

from pipelines.restore.language import Header, Language, key_of, language, pack_table


def test_runs_come_back_with_their_shares() -> None:
    runs = {"中": (-5.0, -0.5), "国": (-6.0, 0.0), "中国": (-0.25, 0.0), "。": (-3.0, 0.0)}
    model = Language(Header(7).to_bytes() + pack_table(runs, 7))
    assert model.letter("国") == -6.0
    assert model.score("中国") == -0.25
    assert model.score("中。") == pytest.approx(-3.5)  # backed off


def test_what_was_never_seen_is_found_in_no_cell() -> None:
    # No run of the model has Hangul, and its own runs crowd every part of the table.
    model = language()
    hangul = [chr(0xAC00 + number) for number in range(200)]
    found = sum(model._find(left + right) != 0 for left in hangul for right in hangul)
    assert found <= 1


def test_a_file_of_another_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="build_language_model"):
        Language(b"LUNTANLM" + bytes(8))


def test_runs_of_one_cell_are_told_apart() -> None:
    keys = {
        key_of(chr(left) + chr(right), 1_000)
        for left in range(0x4E00, 0x4F00)
        for right in range(0x4E00, 0x4F00)
    }
    assert len(keys) == 256 * 256
