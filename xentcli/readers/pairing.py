"""Columns that are found by their names are used by their position: do the two agree?

``y_a, y_b`` beside ``p_b, p_a``, or classes ``p_2, p_1, p_0``, would give a wrong number without
a word, so they are refused unless the order was typed.
"""

from collections.abc import Sequence
from os.path import commonprefix

from xentcli.errors import InputError
from xentcli.job import Job, Scale

MOST_LISTED = 6


def refuse_crossed(
    job: Job, scale: Scale, labels: Sequence[str], scores: Sequence[str], source: str
) -> None:
    """InputError where the names of ``labels`` and ``scores`` say another order than they have.

    >>> refuse_crossed(Job("bce"), "probs", ["y_a", "y_b"], ["p_b", "p_a"], "a.csv")
    Traceback (most recent call last):
        ...
    xentcli.errors.InputError: a.csv: p_b, p_a are in another order than y_a, y_b; list them \
in the labels' order: --probs p_a,p_b
    """
    if job.scores is not None and not any(mark in job.scores for mark in ("*", "?", "..")):
        return
    tails = _tails(scores)
    if len(labels) > 1:
        wanted, whose = _tails(labels), "labels"
        problem = f"{_listed(scores)} are in another order than {_listed(labels)}"
    else:
        wanted, whose = _counted(tails), "classes"
        problem = f"{_listed(scores)} are not in the order of the classes"
        if job.loss != "ce":
            return
    if wanted != tails and sorted(wanted) == sorted(tails):
        order = [scores[tails.index(tail)] for tail in wanted]
        example = ",".join(order) if len(order) <= MOST_LISTED else ",".join(order[:2]) + ",..."
        hint = f"list them in the {whose}' order: --{scale} {example}"
        raise InputError(problem, source=source, hint=hint)


def _tails(names: Sequence[str]) -> list[str]:
    """What tells the names apart: all but the beginning that they share."""
    shared = len(commonprefix(list(names)))  # noqa: RUF071 (characters are what is meant)
    return [name[shared:] for name in names]


def _counted(tails: list[str]) -> list[str]:
    """Numbers without a gap in ascending order; anything else as it is."""
    if not all(tail.isdecimal() for tail in tails):
        return tails
    ascending = sorted(tails, key=int)
    first = int(ascending[0])
    whole = [int(tail) for tail in ascending] == list(range(first, first + len(tails)))
    return ascending if whole else tails


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names if len(names) <= MOST_LISTED else [*names[:3], "..."])
