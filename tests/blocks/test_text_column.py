"""Texts kept as bytes: told apart exactly, in the order in which they appear."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xentcli.blocks.text_column import TextColumn

NAMES = st.text(alphabet='ab\0é\ud800,"\n ', max_size=3) | st.sampled_from(
    ["", "eight by", "nine byte", "x" * 64, "x" * 65, "y" * 500]
)


@settings(deadline=None)
@given(st.lists(NAMES, max_size=40))
def test_codes_are_places_in_the_order_of_appearance(names: list[str]) -> None:
    written = TextColumn.of(names)
    different, codes = written.coded()
    assert different == list(dict.fromkeys(names))
    assert [different[code] for code in codes] == names == written.texts()


@pytest.mark.parametrize("prefix", ["", "a longer name of group "])
def test_codes_of_many_names(prefix: str) -> None:
    numbers = np.random.default_rng(1).integers(0, 50_000, 60_000)
    names = [f"{prefix}{number}" for number in numbers.tolist()]
    different, codes = TextColumn.of(names).coded()
    assert different == list(dict.fromkeys(names))
    assert [different[code] for code in codes] == names


def test_names_that_share_buckets_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xentcli.blocks.text_column._BUCKET_BITS", 1)
    names = [str(number % 97) for number in range(500)]
    different, codes = TextColumn.of(names).coded()
    assert [different[code] for code in codes] == names
