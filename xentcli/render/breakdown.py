"""The samples of the largest losses: as records for machines, as sections for people."""

from typing import Any, Final, NamedTuple

from xentcli.render.cells import digits, labels_of
from xentcli.report import Report
from xentcli.rows import IGNORED, SOFT
from xentcli.worst import Worst

LONGEST: Final = 60
"""Characters of a cell of the input that tables show; other formats show all."""


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


def sections(report: Report, precision: int) -> list[Section]:
    """What tables show of it."""
    return [] if report.worst is None else [_worst_section(report, report.worst, precision)]


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
