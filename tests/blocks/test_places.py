"""Places: the file, row and line of each row, whatever the pieces it was read in."""

from functools import reduce

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from xentcli.blocks.places import Extent, Lines, Origin, Places

FILES = st.lists(
    st.tuples(st.booleans(), st.lists(st.integers(1, 3), min_size=1, max_size=6)), max_size=4
).filter(bool)
"""Files: whether they have lines, and how many lines each row takes."""


def pieces(files: list[tuple[bool, list[int]]], cuts: set[int]) -> list[tuple[Places, Extent]]:
    """The rows of all files, each file's in pieces that begin at its beginning or at a cut."""
    found, number = [], 0
    for at, (lined, heights) in enumerate(files):
        starts = [n for n in range(len(heights)) if n == 0 or number + n in cuts]
        for start, stop in zip(starts, [*starts[1:], len(heights)], strict=True):
            offsets = np.concatenate(([0], np.cumsum(heights[start:stop])))
            # One line stands before the first row, as a header does; a piece begins with a row.
            lines = Lines(1 if start else 2, offsets) if lined else None
            origin = Origin(begins=not start, lines=lines)
            places = Places.of(origin, f"file {at}", np.arange(stop - start))
            found.append((places, origin.extent(stop - start)))
        number += len(heights)
    return found


def both(first: tuple[Places, Extent], other: tuple[Places, Extent]) -> tuple[Places, Extent]:
    rows = np.arange(other[1].rows)
    moved = other[0].after(first[1], rows < other[1].lead)
    return Places.joined((first[0], moved)), first[1] + other[1]


@given(FILES, st.sets(st.integers(1, 20)), st.booleans())
def test_any_pieces_merged_in_any_order_give_the_same_places(
    files: list[tuple[bool, list[int]]], cuts: set[int], to_the_right: bool
) -> None:
    parts = pieces(files, cuts)
    if to_the_right:
        places, extent = reduce(lambda late, early: both(early, late), reversed(parts))
    else:
        places, extent = reduce(both, parts)
    expected = [
        (f"file {at}", row + 1, 2 + sum(heights[:row]) if lined else 0)
        for at, (lined, heights) in enumerate(files)
        for row in range(len(heights))
    ]
    assert list(zip(*(own.tolist() for own in places), strict=True)) == expected
    assert extent.rows == len(expected)
    assert extent.file_rows == len(files[-1][1])
    assert extent.file_lines == (1 + sum(files[-1][1]) if files[-1][0] else 0)


def test_an_origin_further_on() -> None:
    origin = Origin(begins=True, lines=Lines(2, np.array([0, 1, 4, 5])))
    assert origin.later(0) is origin
    later = origin.later(1)
    assert not later.begins
    assert later.lines_of(np.arange(2)).tolist() == [1, 4]
    assert later.extent(2) == Extent(2, 2, 2, 4)
    assert origin.extent(1) + later.extent(2) == origin.extent(3) == Extent(3, 0, 3, 6)


def test_rows_of_one_line_each() -> None:
    assert Lines(5).at(np.arange(3)).tolist() == [5, 6, 7]
