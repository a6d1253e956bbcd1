"""The samples of the largest losses, and groups: records for machines, sections for people."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from xentcli.measures.class_sums import ClassFigures
from xentcli.measures.loss.report import Report
from xentcli.measures.loss.shares import Share
from xentcli.measures.samples import IGNORED, SOFT
from xentcli.measures.worst import Worst, largest
from xentcli.render.digits import digits
from xentcli.render.sample_keys import place_columns, shown_places, unlike, with_ids
from xentcli.render.table_cells import ABSENT, labels_of, shortened, shown_path, shown_values
from xentcli.render.writers import Records

MOST_GROUPS: Final = 20
"""Groups that tables show: those with the most of the loss."""

ERROR_DIGITS: Final = 3
"""Digits of a standard error that tables show."""

MISSING: Final = "(missing)"


class Section(NamedTuple):
    """A titled table: columns with their headings, which of them stand right, a line below."""

    title: str
    columns: list[list[str]]
    right: tuple[int, ...]
    below: str = ""


def worst_records(report: Report, worst: Worst, located: Sequence[str]) -> Records:
    """The worst samples: number, place, label, loss and ids."""
    rows = worst.rows
    names = ["sample", *located]
    columns = [(rows.numbers + 1).tolist(), *place_columns(rows, located)]
    labels = _labels(report, worst)
    if labels is not None:
        names.append("label")
        columns.append(labels)
    columns += [rows.means.tolist(), *(column.tolist() for column in rows.ids)]
    return Records(with_ids([*names, "loss"], report.layout), columns)


def _labels(report: Report, worst: Worst) -> list[Any] | None:
    """Class names or numbers, None where a sample has no one class; None for several outputs."""
    if worst.rows.classes is not None:
        return list(labels_of(worst.rows, report.layout))
    if worst.labels is None:
        return None
    numbers = [int(label) if label.is_integer() else label for label in worst.labels.tolist()]
    names = report.layout.classes
    return [names[n] if names and n in (0, 1) else n for n in numbers]


def group_records(report: Report, groups: Sequence[Share]) -> Records:
    """Every group: name, samples, mean, sum of losses, share of the whole sum, standard error."""
    names = ["samples", "mean", "sum", "share", "std_error"]
    figures = [(one.samples, one.mean, one.sum, one.share, one.std_error) for one in groups]
    columns = [list(column) for column in zip(*figures, strict=True)]
    return Records([*_keys(report, names), *names], [*_key_columns(groups), *columns])


def _keys(report: Report, names: Sequence[str]) -> list[str]:
    """What the columns of the groups' names are called beside ``names``."""
    by = report.layout.by
    return ["group"] if len(by) == 1 else [unlike(name, names, "by") for name in by]


def _key_columns(groups: Sequence[Share]) -> list[list[str]]:
    return [list(column) for column in zip(*(one.key for one in groups), strict=True)]


def sections(report: Report, precision: int) -> list[Section]:
    """What tables show of it."""
    found = []
    if report.worst is not None:
        found.append(_worst_section(report, report.worst, precision))
    if report.groups is not None:
        found.append(_group_section(report, report.groups, precision))
    if report.classes is not None:
        found.append(_class_section(report.classes, precision))
    return found


def class_records(classes: Sequence[ClassFigures]) -> Records:
    """Every class that has samples: name, samples, mean, and the weight that was used."""
    columns = [list(column) for column in zip(*classes, strict=True)]
    return Records(list(ClassFigures._fields), columns)


def _class_section(classes: Sequence[ClassFigures], precision: int) -> Section:
    means = np.array([one.mean for one in classes])
    shown = [classes[place] for place in sorted(largest(means, MOST_GROUPS).tolist())]
    columns = [
        ["class", *(shortened(one.name) for one in shown)],
        ["samples", *(str(one.samples) for one in shown)],
        ["mean", *(digits(one.mean, precision) for one in shown)],
    ]
    if shown[0].weight is not None:
        columns.append(["weight", *(_figure(one.weight, precision) for one in shown)])
    left_out = len(classes) - len(shown)
    what = "1 class" if left_out == 1 else f"{left_out} classes"
    below = f"not shown: {what} with a smaller mean (-f json has all)" if left_out else ""
    return Section("Loss by class", columns, tuple(range(1, len(columns))), below)


def _worst_section(report: Report, worst: Worst, precision: int) -> Section:
    located = shown_places(report, worst.rows)
    names, columns = worst_records(report, worst, located)
    table = [[name, *_cells(own, precision)] for name, own in zip(names, columns, strict=True)]
    if "file" in located:
        table[1] = ["file", *map(shown_path, columns[1])]
    if worst.rows.classes is not None:
        at = names.index("label")
        table[at] = ["label", *_kinds(table[at][1:], worst.rows.classes.tolist())]
    own = len(names) - len(report.layout.ids)
    samples = "1 sample" if report.samples == 1 else f"{report.samples} samples"
    title = f"Largest losses: {len(worst.rows)} of {samples}"
    return Section(title, table, tuple(range(own)))


def _kinds(labels: list[str], classes: list[int]) -> list[str]:
    """Labels, or in words why there is none."""
    kinds = {SOFT: "soft", IGNORED: "ignored"}
    return [kinds.get(number, label) for number, label in zip(classes, labels, strict=True)]


def _cells(values: list[Any], precision: int) -> list[str]:
    return shown_values(digits(one, precision) if isinstance(one, float) else one for one in values)


def _group_section(report: Report, groups: Sequence[Share], precision: int) -> Section:
    sums = np.array([group.sum for group in groups])
    shown = [groups[place] for place in sorted(largest(sums, MOST_GROUPS).tolist())]
    columns = [
        [name, *(shortened(text) or MISSING for text in texts)]
        for name, texts in zip(_keys(report, ()), _key_columns(shown), strict=True)
    ]
    keys = len(columns)
    columns.append(["samples", *(str(one.samples) for one in shown)])
    columns.append(["mean", *(_figure(one.mean, precision) for one in shown)])
    if any(one.std_error is not None for one in shown):
        rough = min(precision, ERROR_DIGITS)
        columns.append(["±", *(_figure(one.std_error, rough) for one in shown)])
    columns.append(["share of loss", *(_percent(one.share) for one in shown)])
    left_out = len(groups) - len(shown)
    below = ""
    if left_out:
        what = "1 group with less" if left_out == 1 else f"{left_out} groups with less"
        below = f"not shown: {what} of the loss (-f csv has all)"
    by = ", ".join(map(shortened, report.layout.by))
    return Section(f"Loss by {by}", columns, tuple(range(keys, len(columns))), below)


def _figure(value: float | None, precision: int) -> str:
    return ABSENT if value is None else digits(value, precision)


def _percent(share: float | None) -> str:
    return ABSENT if share is None else f"{100 * share:.2f} %"
