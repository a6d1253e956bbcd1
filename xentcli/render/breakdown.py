"""The samples of the largest losses, and groups: records for machines, sections for people."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from xentcli.render.cells import digits, labels_of
from xentcli.report import Report, Share
from xentcli.rows import IGNORED, SOFT
from xentcli.worst import Worst, largest

LONGEST: Final = 60
"""Characters of a cell of the input that tables show; other formats show all."""


MOST_GROUPS: Final = 20
"""Groups that tables show: those with the most of the loss."""

MISSING: Final = "(missing)"
ABSENT: Final = "-"


class Section(NamedTuple):
    """A titled table: columns with their headings, which of them stand right, a line below."""

    title: str
    columns: list[list[str]]
    right: tuple[int, ...]
    below: str = ""


class Records(NamedTuple):
    """Values by name: ``columns`` are as many as ``names``."""

    names: list[str]
    columns: list[list[Any]]

    @property
    def rows(self) -> list[tuple[Any, ...]]:
        """The values record by record."""
        return list(zip(*self.columns, strict=True))


def worst_records(report: Report, worst: Worst) -> Records:
    """The worst samples: number, label, loss and ids."""
    names = ["sample", "loss"]
    columns = [(worst.rows.numbers + 1).tolist(), worst.rows.means.tolist()]
    labels = _labels(report, worst)
    if labels is not None:
        names.insert(1, "label")
        columns.insert(1, labels)
    for place, name in enumerate(report.layout.ids):
        while name in names:  # a column of the input that is called like one of ours
            name = f"id_{name}"
        names.append(name)
        columns.append([texts[place] for texts in worst.ids])
    return Records(names, columns)


def _labels(report: Report, worst: Worst) -> list[Any] | None:
    """Class names or numbers, None where a sample has no one class; None for several outputs."""
    if worst.rows.classes is not None:
        return list(labels_of(worst.rows, report.layout))
    if worst.labels is None:
        return None
    numbers = [int(label) if label.is_integer() else label for label in worst.labels.tolist()]
    names = report.layout.classes
    return [names[n] if names and n in (0, 1) else n for n in numbers]


def group_records(groups: Sequence[Share]) -> Records:
    """Every group: name, samples, mean, sum of losses, share of the whole sum."""
    names = ["group", "samples", "mean", "sum", "share"]
    rows = [(one.name, one.samples, one.mean, one.sum, one.share) for one in groups]
    return Records(names, [list(column) for column in zip(*rows, strict=True)])


def sections(report: Report, precision: int) -> list[Section]:
    """What tables show of it."""
    found = []
    if report.worst is not None:
        found.append(_worst_section(report, report.worst, precision))
    if report.groups is not None:
        found.append(_group_section(report, report.groups, precision))
    return found


def _worst_section(report: Report, worst: Worst, precision: int) -> Section:
    names, columns = worst_records(report, worst)
    table = [[name, *_cells(own, precision)] for name, own in zip(names, columns, strict=True)]
    if worst.rows.classes is not None:
        table[1] = ["label", *_kinds(table[1][1:], worst.rows.classes.tolist())]
    own = len(names) - len(report.layout.ids)
    return Section("Largest losses", table, tuple(range(own)))


def _kinds(labels: list[str], classes: list[int]) -> list[str]:
    """Labels, or in words why there is none."""
    kinds = {SOFT: "soft", IGNORED: "ignored"}
    return [kinds.get(number, label) for number, label in zip(classes, labels, strict=True)]


def _cells(values: list[Any], precision: int) -> list[str]:
    return [
        digits(value, precision) if isinstance(value, float) else shortened(str(value))
        for value in values
    ]


def shortened(text: str) -> str:
    """The beginning of a long text."""
    return text if len(text) <= LONGEST else text[: LONGEST - 3] + "..."


def _group_section(report: Report, groups: Sequence[Share], precision: int) -> Section:
    sums = np.array([group.sum for group in groups])
    shown = [groups[place] for place in sorted(largest(sums, MOST_GROUPS).tolist())]
    columns = [
        ["group", *(shortened(one.name) or MISSING for one in shown)],
        ["samples", *(str(one.samples) for one in shown)],
        ["mean", *(_figure(one.mean, precision) for one in shown)],
        ["share of loss", *(_percent(one.share) for one in shown)],
    ]
    left_out = len(groups) - len(shown)
    below = ""
    if left_out:
        what = "1 group with less" if left_out == 1 else f"{left_out} groups with less"
        below = f"not shown: {what} of the loss (-f csv has all)"
    return Section(f"Loss by {shortened(report.layout.by)}", columns, (1, 2, 3), below)


def _figure(value: float | None, precision: int) -> str:
    return ABSENT if value is None else digits(value, precision)


def _percent(share: float | None) -> str:
    return ABSENT if share is None else f"{100 * share:.2f} %"
