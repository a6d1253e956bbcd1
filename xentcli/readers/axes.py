"""Shapes side by side: which of several an array has, and the axis that would make it fit."""

from collections.abc import Sequence

from xentcli.readers.rows import Shape


def meant(shape: Shape, ways: Sequence[Shape]) -> Shape | None:
    """Which of the ``ways`` an array has: as it is, or but for axes of length 1.

    >>> meant((5, 1), [(5, 3), (5,)]), meant((5, 2), [(5, 3), (5,)])
    ((5,), None)
    """
    if shape in ways:
        return shape
    bare = _without_ones(shape)
    return next((way for way in ways if _without_ones(way) == bare), None)


def _without_ones(shape: Shape) -> Shape:
    return tuple(length for length in shape if length != 1)


def other_axes(shape: Shape, axis: int, labels: Shape, first: int) -> list[int]:
    """The axes of ``shape``, from ``first`` on, without which it is that of the labels."""
    return [
        other
        for other in range(first, len(shape))
        if other != axis % len(shape)
        and shape[other] > 1
        and meant(labels, [shape[:other] + shape[other + 1 :]]) is not None
    ]


def to_type(axes: Sequence[int]) -> str:
    """The options to type, one of which is meant: `` --axis 1 or --axis 2``."""
    return " or".join(f" --axis {axis}" for axis in axes)
