"""Shapes side by side: which of several an array has, and what else it might be."""

from collections.abc import Sequence

from xentcli.formats.cells import Shape
from xentcli.remarks import ONE_SAMPLE, Remark


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


def one_sample(labels: Shape, scores: Shape, scale: str) -> list[Remark]:
    """What to say of labels and scores ``[k]`` that are one sample; k samples have that shape, too.

    >>> one_sample((2,), (2,), "logits")[0].text[:56]
    'labels and logits in one row are one sample of 2 classes'
    """
    if labels != scores or len(scores) > 1 or scores[0] < 2:
        return []
    text = f"labels and {scale} in one row are one sample of {scores[0]} classes; "
    return [Remark(ONE_SAMPLE, f"{text}for {scores[0]} samples of one output use xent bce")]


def to_type(axes: Sequence[int]) -> str:
    """The options to type, one of which is meant: `` --axis 1 or --axis 2``."""
    return " or".join(f" --axis {axis}" for axis in axes)
