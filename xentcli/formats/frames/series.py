"""Columns of typed tables as numbers, by the column's type, not by the text of cells.

Whole numbers and decimals become the nearest float64, floats keep their type; ``true`` and
``false`` stay what they are, as labels 1 and 0; texts are names of classes; rows of lists are rows
of numbers; null is missing.
"""

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from xentcli.blocks.text_column import TextColumn
from xentcli.errors import InputError
from xentcli.formats.cells import Array, Cells, Place
from xentcli.formats.classes import Classes
from xentcli.formats.columns import Meaning
from xentcli.text import printable

if TYPE_CHECKING:
    import polars as pl

MOST_SHOWN: Final = 60
TEXTS: Final = frozenset({"String", "Categorical", "Enum"})
WHOLE: Final = frozenset(f"{sign}Int{bits}" for sign in ("", "U") for bits in (8, 16, 32, 64))
NARROW: Final = frozenset({"Float16", "Float32"})
LISTS: Final = frozenset({"List", "Array"})
At = Callable[..., Place]
"""``at(row, i, …)`` is the place of an item; without a row, that of the whole column."""


def numbers(column: "pl.Series", at: At, means: Meaning, width: int | None = None) -> Cells:
    """The cells of ``column``; rows of lists have ``width`` items (None: as many as the first).

    Raises InputError for a type that holds no numbers of this meaning, and for ragged lists.
    """
    leaf = _leaf(column.dtype)
    kind = _kind(leaf)
    nested = holds_lists(column.dtype)
    if means.classes is not None and not nested:
        flags = kind == "Boolean" and means.classes.flags is not None
        if kind in TEXTS or flags:
            return _names(column, at, means.classes, means.absent)
    if not (leaf.is_numeric() or kind == "Null" or (kind == "Boolean" and means.flags)):
        raise InputError(_refusal(column.dtype), hint=_hint(kind, nested), **at()._asdict())
    return _rows(column, at, width) if nested else _plain(column)


def texts(column: "pl.Series", place: Place) -> TextColumn:
    """The cells of ``column`` as text that names rows or groups; null is no text.

    Raises InputError for lists and other values that are not scalars.
    """
    kind = _kind(column.dtype)
    if holds_lists(column.dtype) or kind in ("Struct", "Binary", "Object"):
        problem = f"holds {printable(str(column.dtype))}, where one value per row belongs"
        raise InputError(problem, **place._asdict())
    written = column.cast(str).fill_null("")
    words: list[str] = written.unique(maintain_order=True).to_list()
    codes = written.replace_strict(words, list(range(len(words)))).cast(int).to_numpy()
    if column.dtype.is_float():  # whole numbers without a point, as from all other files
        words = [word.removesuffix(".0").lower() for word in words]
    return TextColumn.of(words, codes)


def list_length(column: "pl.Series") -> int | None:
    """How many items the first list of ``column`` has; None where all of them are null."""
    first = column.drop_nulls().head(1)
    return int(_lengths(first)[0]) if len(first) else None


def cells_in_row(column: "pl.Series") -> int:
    """How many numbers one row of ``column`` has, to judge by its first lists."""
    count = 1
    while holds_lists(column.dtype):
        column = column.drop_nulls().head(1)
        if not len(column):
            break
        column = column.explode()
        count *= len(column)
    return max(1, count)


def holds_lists(dtype: "pl.DataType") -> bool:
    """Whether every cell of such a column is a list."""
    return _kind(dtype) in LISTS


def _kind(dtype: "pl.DataType") -> str:
    return dtype.base_type().__name__


def _leaf(dtype: Any) -> Any:
    while holds_lists(dtype):
        dtype = dtype.inner
    return dtype


def _refusal(dtype: "pl.DataType") -> str:
    name = printable(str(dtype))
    shown = name if len(name) <= MOST_SHOWN else name[: MOST_SHOWN - 3] + "..."
    return f"holds {shown}, not numbers"


def _hint(kind: str, nested: bool) -> str | None:
    if kind == "Boolean":
        return "true and false are labels or a mask"
    if kind == "Struct":
        return "store its fields as columns"
    if kind in TEXTS and not nested:
        return "cast it to Float64 in the program that writes it"
    return None


def _plain(column: "pl.Series") -> Cells:
    kind = _kind(column.dtype)
    if kind in WHOLE and not column.null_count():
        return Cells(column.to_numpy())  # checks of labels of one byte cost an eighth
    if kind == "Decimal":
        column = column.cast(str)  # exactly; and from there to the nearest float64
    if kind == "Boolean":
        column_of_type = column.fill_null(value=False)
    else:
        column_of_type = column if kind in NARROW else column.cast(float)
    values = column_of_type.to_numpy()
    return Cells(values, column.is_null().to_numpy() if column.null_count() else None)


def _names(column: "pl.Series", at: At, classes: Classes, absent: Collection[str]) -> Cells:
    """The classes that texts name, each text looked up once."""
    texts = column.cast(str)  # of categories and of an Enum, too
    if absent:
        texts = texts.replace(list(absent), None)
    words: list[str] = texts.drop_nulls().unique().to_list()
    known = {word: classes.find(word) for word in words}
    unknown = [word for word, number in known.items() if number is None]
    if unknown:
        row = int(np.argmax(texts.is_in(unknown).fill_null(False).to_numpy()))
        problem, hint = classes.refusal(texts[row], among=words)
        raise InputError(problem, hint=hint, **at(row)._asdict())
    to = [float(number or 0) for number in known.values()]
    values = texts.replace_strict([*words, None], [*to, None]).cast(float)
    missing = texts.is_null().to_numpy() if texts.null_count() else None
    named = np.ones(len(texts), bool) if missing is None else ~missing
    return Cells(values.to_numpy(), missing, named)


def _rows(column: "pl.Series", at: At, width: int | None) -> Cells:
    """Lists of one length as rows of numbers; of a list that is null, every number is missing."""
    known = column
    at_row: Array | None = None
    if column.null_count():
        at_row = np.flatnonzero(column.is_not_null().to_numpy())
        known = column.drop_nulls()

    def row_of(index: int) -> int:
        return index if at_row is None else int(at_row[index])

    lengths = _lengths(known)
    if width is None:
        width = int(lengths[0]) if len(known) else 1
    odd = lengths != width
    if odd.any() or not width:
        index = int(np.argmax(odd))
        problem = f"has {lengths[index]} where {width} values belong" if width else "is empty"
        place = at(row_of(index))._asdict()
        raise InputError(problem, hint="rows must be of one length", **place)

    def inside(index: int, *rest: int) -> Place:
        return at(row_of(index // width), index % width, *rest)

    inner = known.explode()
    own = _rows(inner, inside, None) if holds_lists(inner.dtype) else _plain(inner)
    own = own.map(lambda flat: flat.reshape(len(known), width, *flat.shape[1:]))
    return own if at_row is None else _with_gaps(own, at_row, len(column))


def _lengths(lists: "pl.Series") -> Array:
    if _kind(lists.dtype) == "List":
        return lists.list.len().to_numpy()
    return np.full(len(lists), lists.dtype.shape[0])  # type: ignore[attr-defined]


def _with_gaps(own: Cells, at_row: Array, rows: int) -> Cells:
    """``own`` at its rows, and missing ones between them."""
    shape = (rows, *own.values.shape[1:])
    kind = own.values.dtype if own.values.dtype.kind == "f" else np.float64
    values, missing = np.full(shape, np.nan, kind), np.ones(shape, bool)
    values[at_row] = own.values
    missing[at_row] = False if own.missing is None else own.missing
    return Cells(values, missing)
