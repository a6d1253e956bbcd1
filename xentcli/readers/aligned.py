"""Rows whose labels, scores and weights may come from different places, set side by side."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from xentcli.errors import OptionError, ShapeError
from xentcli.job import Job, Layout
from xentcli.readers.columns import Header, Selection, select
from xentcli.readers.in_memory import ArrayTable
from xentcli.readers.inline import ROLES
from xentcli.readers.rows import Cells, Place, Rows
from xentcli.readers.source import opened
from xentcli.readers.tables import Stretch, Table, open_table


def stretches(job: Job, files: tuple[str, ...], arrays: Mapping[str, Cells]) -> Iterator[Rows]:
    """The rows of ``files`` one after the other, with ``arrays`` laid beside them."""
    options = {ROLES[option]: option for option in arrays}
    start = 0
    for path in files:
        with opened(path) as source:
            table = open_table(job, path, source)
            selection = select(job, table.header)
            layout = _layout(table, selection)
            positions = selection.positions
            if not positions:
                raise OptionError(f"no column of {source.source} is used", hint="leave it out")
            before = 0
            for stretch in table.stretches(selection):
                cells = {
                    role: stretch.cells(picked, scores=role == "scores")
                    for role, picked in positions.items()
                }
                stop = start + len(next(iter(cells.values())).values)
                beside = {
                    ROLES[option]: whole.take(slice(start, stop))
                    for option, whole in arrays.items()
                }
                read = source.bytes_read
                place = _Finder(options, start, stretch, positions)
                yield Rows.of(cells | beside, layout=layout, place=place, bytes_read=read - before)
                start, before = stop, read
    for option, whole in arrays.items():
        if len(whole.values) != start:
            raise ShapeError(f"{option} has {len(whole.values)} rows, the input has {start}")


def _layout(table: Table, selection: Selection) -> Layout:
    header: Header = table.header
    names = header.names or ()
    return Layout(
        source=header.source,
        scale=selection.scale,
        outputs=None,
        names=tuple(names[position] for position in selection.scores or () if names),
        headed=None if isinstance(table, ArrayTable) else bool(names),
        note=selection.note,
    )


@dataclass(frozen=True, slots=True)
class _Finder:
    """From a role, a row and a column within the role back to a place."""

    options: Mapping[str, str]
    start: int
    stretch: Stretch
    positions: Mapping[str, tuple[int, ...]]

    def __call__(self, role: str, row: int, column: int) -> Place:
        if role in self.options:
            return Place(self.options[role], item=f"sample {self.start + row + 1}")
        picked = self.positions[role]
        if len(picked) == 1:
            return self.stretch.place(picked[0], row, None if role == "weights" else column)
        return self.stretch.place(picked[column], row, 0)
