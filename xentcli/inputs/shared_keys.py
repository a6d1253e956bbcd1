"""Tables that are set side by side by position: do their rows belong together?

Columns of one name in both, however it is spelt, are compared. The same values in another order
would give a wrong number, so they are refused; other values in a column that numbers or names
rows are a warning.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import combinations
from typing import Final

from xentcli.blocks.input import Input
from xentcli.blocks.text_column import TextColumn
from xentcli.errors import InputError
from xentcli.formats import grammar
from xentcli.formats.cells import MOST_KEYS, Numbers, Provenance
from xentcli.formats.column_names import LOGITS, PROBS
from xentcli.formats.tables import Stretch, Table
from xentcli.inputs.roles import option
from xentcli.remarks import OTHER_KEYS, SIDE_BY_SIDE, Remark
from xentcli.sources.source import Source
from xentcli.text import folded

LARGEST: Final = 64 << 20
"""Bytes of NumPy's and JSON files from which their columns are not compared."""

MOST_COLUMNS: Final = 8
"""Shared columns that are compared at the most, scores last."""

Matches = Mapping[int, Sequence[tuple[Provenance, str]]]
"""By their place, columns that tables of arrays have too: those tables, and what they call them."""


def shared(names: Sequence[str], others: Sequence[str]) -> list[tuple[str, str]]:
    """The columns that stand once in both tables, as each spells them, those of scores last.

    >>> shared(("p", "ID", "a", "a"), ("id", "a", "y", "p"))
    [('ID', 'id'), ('p', 'p')]
    """
    both: dict[str, str] = {}
    for spelt in (str, folded):
        mine, theirs = _once(names, spelt), _once(others, spelt)
        for key, name in mine.items():
            if key in theirs:
                both.setdefault(name, theirs[key])
    return sorted(both.items(), key=lambda pair: _is_score(pair[0]))[:MOST_COLUMNS]


def _once(names: Sequence[str], spelt: Callable[[str], str]) -> dict[str, str]:
    """The names by their spelling, where that is not also another one's."""
    keys = list(map(spelt, names))
    times = Counter(keys)
    return {key: name for key, name in zip(keys, names, strict=True) if times[key] == 1}


def is_too_large(table: Table, source: Source) -> bool:
    """Whether text of a column would take too long: a table of arrays gives it all at once."""
    return table.by_rows and (source.size or 0) > LARGEST


def _is_score(name: str) -> bool:
    return any(pattern.fullmatch(name) for pattern in (LOGITS, PROBS))


def arrays_compared(input: Input, arrays: Mapping[str, Numbers]) -> tuple[Remark, ...]:
    """What to say of arrays in several files; InputError where their rows are in another order."""
    tables = _tables(arrays)
    remarks = _note(input, arrays, "")
    for one, other in combinations(tables, 2):
        for name, other_name in shared(one.names, other.names):
            mine, theirs = one.column(name), other.column(other_name)
            if mine is not None and theirs is not None:
                keys = KeyColumn(name, one.source, mine)
                remarks += keys.compare(other.source, theirs, 0)
                keys.finish(other.source)
    return tuple(remarks)


def _tables(arrays: Mapping[str, Numbers]) -> list[Provenance]:
    """The files that arrays are from, each once."""
    return list({own.provenance.source: own.provenance for own in arrays.values()}.values())


def _note(input: Input, arrays: Mapping[str, Numbers], file: str) -> list[Remark]:
    """That rows of several files are taken by their position; nothing where there is one file."""
    by_source: dict[str, list[str]] = {}
    for role, own in arrays.items():
        source = own.provenance.source
        if source and source != file:
            by_source.setdefault(source, []).append(option(input, role).removeprefix("--"))
    parts = [f"{' and '.join(roles)} of {source}" for source, roles in by_source.items()]
    parts += [f"the rows of {file}"] if file else []
    if len(parts) < 2:
        return []
    text = f"{', '.join(parts[:-1])} and {parts[-1]} are put side by side by position"
    return [Remark(SIDE_BY_SIDE, text)]


class Alongside:
    """Arrays beside the rows of files, whose shared columns are compared as those are read."""

    def __init__(self, input: Input, arrays: Mapping[str, Numbers], file: str, start: int) -> None:
        """``file`` is what messages call the first of the files.

        A piece that begins at ``start`` leaves it to the first piece, where that is not 0.
        """
        self._remarks = _note(input, arrays, file)
        tables = [] if start else _tables(arrays)
        self._tables = [own for own in tables if own.source not in ("", file)]
        self._keys: dict[tuple[str, str], KeyColumn | None] = {}

    def matches(self, names: Sequence[str]) -> Matches:
        """The columns of a file that the arrays' files have too."""
        found: dict[int, list[tuple[Provenance, str]]] = {}
        for table in self._tables:
            for name, theirs in shared(names, table.names):
                found.setdefault(names.index(name), []).append((table, theirs))
        return dict(sorted(found.items()))

    def compared(
        self, source: str, stretch: Stretch, matches: Matches, start: int
    ) -> tuple[Remark, ...]:
        """What to say of the columns that ``matches`` has in rows from ``start`` on; InputError
        where they are in another order."""
        remarks = [*self._remarks]
        for place, others in matches.items() if start < MOST_KEYS else ():
            for keys in map(self._of, others):
                cells = _texts(stretch, place)
                if keys is not None and cells is not None:
                    remarks += keys.compare(source, cells, start)
        return tuple(remarks)

    def finish(self, source: str) -> None:
        """InputError where all values of a column were there, in another order."""
        for keys in self._keys.values():
            if keys is not None:
                keys.finish(source)

    def _of(self, column: tuple[Provenance, str]) -> "KeyColumn | None":
        table, name = column
        key = table.source, name
        if key not in self._keys:
            cells = table.column(name)
            self._keys[key] = cells and KeyColumn(name, table.source, cells)
        return self._keys[key]


def _texts(stretch: Stretch, place: int) -> TextColumn | None:
    """A column as text; None where it holds something else, which is no key."""
    with suppress(InputError):
        return stretch.texts((place,))[0]
    return None


class KeyColumn:
    """A column of one table, with which that of another table is compared as it is read."""

    def __init__(self, name: str, source: str, cells: TextColumn) -> None:
        self._name = f"column {name}" if name else "column without a name"
        self._source = source
        self._cells = cells.take(slice(MOST_KEYS))
        self._values: list[str] = []
        self._places: dict[str, int] = {}
        self._names_rows = False
        self._differs = False
        self._balance = 0

    def compare(self, other: str, cells: TextColumn, start: int) -> Iterator[Remark]:
        """What to say of the next ``cells`` of the table ``other``, the first in row ``start``.

        Raises InputError where a row's value names another row here.
        """
        own = self._cells.take(slice(start, start + cells.size))
        cells = cells.take(slice(own.size))
        if not self._differs and own.same(cells):
            return
        self._look_up()
        pairs = zip(self._values[start : start + cells.size], cells.texts(), strict=True)
        for row, (mine, text) in enumerate(pairs, start):
            theirs = _spelt(text)
            if mine == theirs:
                continue
            self._balance += hash(mine) - hash(theirs)
            if self._names_rows and _may_name(theirs):
                place = self._places.get(theirs)
                if place is not None:
                    where = f": its row {row + 1} is row {place + 1} there"
                    raise self._crossed(other, where)
                if not self._differs:
                    yield Remark(OTHER_KEYS, self._other(other, row, theirs, mine))
            self._differs = True

    def finish(self, other: str) -> None:
        """InputError where all values were those here, in another order."""
        if self._differs and not self._balance:
            raise self._crossed(other, "")

    def _look_up(self) -> None:
        if not self._places:
            self._values = list(map(_spelt, self._cells.texts()))
            self._places = {value: row for row, value in enumerate(self._values)}
            distinct = len(self._places) == len(self._values)
            self._names_rows = distinct and all(map(_may_name, self._values))

    def _crossed(self, other: str, where: str) -> InputError:
        problem = f"has the values of {self._name} in {self._source}, in another order{where}"
        hint = "rows are put side by side by position: sort both files by that column"
        return InputError(problem, source=other, hint=hint)

    def _other(self, other: str, row: int, theirs: str, mine: str) -> str:
        return (
            f"{other} and {self._source} are put side by side by position, and in row {row + 1} "
            f"{self._name} is {grammar.shown(theirs)} and {grammar.shown(mine)}"
        )


def _spelt(cell: str) -> str:
    """A cell in one spelling, whatever wrote it: 1.0 is 1."""
    cell = cell.strip()
    if not grammar.NUMBER.fullmatch(cell):
        return cell
    if cell.lstrip("+-").isdecimal():
        return str(int(cell)) if len(cell) < 40 else cell
    value = float(cell)
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def _may_name(value: str) -> bool:
    """Whether a value may number or name a row: fractions do not."""
    return not grammar.NUMBER.fullmatch(value) or value.lstrip("-").isdecimal()
