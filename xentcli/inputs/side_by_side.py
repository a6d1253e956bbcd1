"""Rows whose roles may come from different places, set side by side."""

import math
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass

from xentcli.blocks.input import Input
from xentcli.blocks.layout import Layout
from xentcli.blocks.places import Origin
from xentcli.blocks.split import Split
from xentcli.errors import OptionError, ShapeError
from xentcli.formats.cells import Numbers, Place, Texts, is_called
from xentcli.formats.classes import Classes
from xentcli.formats.columns import Header, Selection
from xentcli.formats.registry import format_of, open_table
from xentcli.formats.tables import Cuttable, Stretch, Table
from xentcli.inputs import arguments
from xentcli.inputs.arguments_beside_files import typed_arrays
from xentcli.inputs.picked_by import blaming
from xentcli.inputs.picks import open_options
from xentcli.inputs.roles import ROLES, TEXTS, given, meaning, option
from xentcli.inputs.rows import Unread
from xentcli.inputs.selectors import POSITIONS, select
from xentcli.inputs.shared_keys import Alongside, Matches, is_too_large
from xentcli.sources.opening import opened
from xentcli.sources.source import Source


def stretches(
    input: Input, split: Split, arrays: Mapping[str, Numbers], classes: Classes, kept: ExitStack
) -> Iterator[Unread]:
    """The rows of a split's files one after the other, with ``arrays`` laid beside them.

    So are arrays that were typed, where the first table has no columns of such names. ``classes``
    are those that scores among the arrays name.
    """
    start, line_1 = 0, ""
    typed: Mapping[str, Numbers] | None = None
    alongside: Alongside | None = None
    for path in split.files:
        with opened(path) as source:
            table = _opened_table(input, path, source, split)
            if typed is None:
                typed, _ = arguments.arrays(input, typed_arrays(input, table.header.names), kept)
                arrays = {**arrays, **typed}
            selection = _selected(input, table, arrays, classes)
            alongside = alongside or Alongside(input, arrays, source.source, split.start)
            file = _File(input, split, source, table, selection, arrays, alongside, start, line_1)
            yield from file.rows()
            start, line_1 = file.start, file.line_1
    if alongside is not None:
        alongside.finish(source.source)
    if split.stop is None:  # else whoever reads the last piece says what goes on behind it
        _refuse_other_lengths(input, arrays, start, line_1)


def _selected(
    input: Input, table: Table, arrays: Mapping[str, Numbers], classes: Classes
) -> Selection:
    """The columns of a table, beside ``arrays`` whose scores may name ``classes``."""
    selection = select(input, table.header, beside=arrays)
    if "scores" in arrays:
        remarks = (*selection.remarks, *classes.remarks(selection.scale))
        return selection._replace(classes=classes, remarks=remarks)
    return selection


def _refuse_other_lengths(
    input: Input, arrays: Mapping[str, Numbers], count: int, line_1: str
) -> None:
    """ShapeError for an array that has more or fewer rows than the ``count`` of the files."""
    for role, whole in arrays.items():
        rows = whole.shape[0]
        if rows != count:
            problem = f"{option(input, role)} has {rows} rows, the input has {count}"
            lines = dict.fromkeys((whole.provenance.line_1, line_1))
            raise ShapeError(problem, hint="; ".join(filter(None, lines)) or None)


@dataclass(slots=True)
class _File:
    """An open file of a split, and what is laid beside its rows.

    ``start`` rows were read before the next one, and ``line_1`` is what the first line of a text
    was taken for: of an earlier file until rows of this one are read.
    """

    input: Input
    split: Split
    source: Source
    table: Table
    selection: Selection
    arrays: Mapping[str, Numbers]
    alongside: Alongside
    start: int
    line_1: str

    def rows(self) -> Iterator[Unread]:
        """Its stretches of rows."""
        input, split, table, selection = self.input, self.split, self.table, self.selection
        matches = self._matches()
        if not (selection.positions or selection.texts):
            raise OptionError(f"no column of {self.source.source} is used", hint="leave it out")
        layout = None
        before = 0 if table.by_rows else split.start
        origin = Origin(begins=not split.start)
        wanted = {**selection.texts, "keys": tuple(matches)} if matches else selection.texts
        for stretch, cells in _parsed(input, table, selection._replace(texts=wanted)):
            origin = origin._replace(lines=stretch.lines(), start=0)
            texts = {role: stretch.texts(own) for role, own in selection.texts.items()}
            layout = layout or _layout(input, table, selection, {**cells, **self.arrays})
            found = self.alongside.compared(self.source.source, stretch, matches, self.start)
            layout = layout._replace(remarks=tuple(dict.fromkeys((*layout.remarks, *found))))
            stop = self.start + _count(cells, texts)
            taken = slice(self.start, stop)
            read = self._bytes_read()
            yield Unread(
                cells | {role: own.take(taken) for role, own in self.arrays.items()},
                layout,
                selection.classes,
                place=_Finder(input, self.start, stretch, selection.positions),
                bytes_read=read - before,
                texts=texts,
                origin=origin,
                start=split.start if table.by_rows else 0,
                stop=split.stop if table.by_rows else None,
            )
            origin = origin.later(stop - self.start)
            self.start, before = stop, read
            self.line_1 = next((own.provenance.line_1 for own in cells.values()), self.line_1)

    def _matches(self) -> Matches:
        """The columns that stand beside those of the same name in other files."""
        if is_too_large(self.table, self.source):
            return {}
        return self.alongside.matches(self.table.header.names or ())

    def _bytes_read(self) -> int:
        read = self.source.plain_size if self.table.by_rows else None
        return self.source.bytes_read if read is None else read


def _parsed(
    input: Input, table: Table, selection: Selection
) -> Iterator[tuple[Stretch, dict[str, Numbers]]]:
    """The stretches of a table and their numbers by role."""
    scores = selection.positions.get("scores", ())
    with blaming(table.header, scores, f"--{selection.scale}", input.scores or ""):
        for stretch in table.stretches(selection):
            yield (
                stretch,
                {
                    role: stretch.cells(picked, meaning(role, selection.classes, selection.absent))
                    for role, picked in selection.positions.items()
                },
            )


def _count(cells: Mapping[str, Numbers], texts: Texts) -> int:
    """How many rows there are."""
    if cells:
        return next(iter(cells.values())).shape[0]
    return next(iter(texts.values()))[0].size


def _opened_table(input: Input, path: str, source: Source, split: Split) -> Table:
    if split.whole or format_of(path, source, input.input_format).cut == "rows":
        return open_table(path, source, open_options(input))
    if not split.start:
        source.narrow(0, split.stop)
    table = open_table(path, source, open_options(input))
    assert isinstance(table, Cuttable)  # nothing else is cut
    table.narrow(source, split.start, split.stop)
    return table


def _layout(
    input: Input, table: Table, selection: Selection, cells: Mapping[str, Numbers]
) -> Layout:
    """What all rows share; ``cells`` are the first ones."""
    header: Header = table.header
    names = header.names or ()
    # Names of score columns are used where labels are names: the first rows decide it for all.
    labels = cells.get("labels")
    called = labels is not None and is_called(labels)
    unsaid = (
        input.scores is None
        and labels is not None
        and not called
        and math.prod(labels.shape[1:]) == 1
        and selection.classes.unnumbered
    )
    return Layout(
        source=header.source,
        scale=selection.scale,
        outputs=None,
        names=tuple(names[position] for position in selection.positions.get("scores", ()) if names),
        classes=selection.classes.in_use(called=called),
        headed=None if table.by_rows and names else bool(names),
        remarks=selection.remarks,
        by_position=selection.classes.names if unsaid else (),
        ids=tuple(header.name(place) for place in selection.texts.get("id", ())),
        by=tuple(header.name(place) for place in selection.texts.get("by", ())),
        columns={
            role: tuple(header.name(place) for place in places)
            for role, places in {**selection.positions, **selection.texts}.items()
        },
        header=names if _by_position(input) else (),
    )


def _by_position(input: Input) -> bool:
    """Whether some option picks columns by their position."""
    values = given(input, ROLES + TEXTS).values()
    picks = (value.split(",") for value in values if not value.startswith("@"))
    return any(POSITIONS.fullmatch(own) for selectors in picks for own in selectors)


@dataclass(frozen=True, slots=True)
class _Finder:
    """From a role and a number in it back to a place."""

    input: Input
    start: int
    stretch: Stretch
    positions: Mapping[str, tuple[int, ...]]

    def __call__(self, role: str, row: int, flat: int) -> Place:
        picked = self.positions.get(role)
        if picked is None:
            return Place(option(self.input, role), item=f"sample {self.start + row + 1}")
        flat, column = divmod(flat, len(picked))
        return self.stretch.place(picked[column], flat)
