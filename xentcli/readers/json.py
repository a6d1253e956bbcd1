"""JSON and JSON Lines: objects of arrays, arrays of objects, nested arrays, one object.

A number is a JSON number, NaN or Infinity; ``true`` and ``false`` are the labels 1 and 0;
``null`` is missing; anything else in a selected place is refused with its path.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Any, Final

import numpy as np

from xentcli.errors import InputError
from xentcli.job import Job
from xentcli.readers.classes import Classes
from xentcli.readers.columns import Header
from xentcli.readers.roles import TEXTS, Meaning, given
from xentcli.readers.rows import Array, Cells, Place, in_memory, side_by_side
from xentcli.readers.source import Source
from xentcli.written import Written

MOST_AXES: Final = 8
LINE_LIMIT: Final = 64 << 20
CHUNK_BYTES: Final = 1 << 18


class _Constant(float):
    """NaN or Infinity as written, told apart from a literal such as 1e999 that overflowed."""


class _Literal(float):
    """A number that knows how it was written."""

    def __new__(cls, text: str) -> "_Literal":
        number = super().__new__(cls, text)
        number.text = text
        return number

    text: str


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    keys = dict(pairs)
    if len(keys) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _DuplicateKeyError(twice)
    return keys


class _DuplicateKeyError(Exception):
    """One object has a key twice."""


Decoder = json.JSONDecoder
PLAIN: Final = Decoder(object_pairs_hook=_unique, parse_int=float, parse_constant=_Constant)


def decoder(job: Job) -> Decoder:
    """What decodes the input: numbers keep their text, which takes time, where text is wanted."""
    if not given(job, TEXTS):
        return PLAIN
    return Decoder(
        object_pairs_hook=_unique,
        parse_int=_Literal,
        parse_float=_Literal,
        parse_constant=_Constant,
    )


def document(source: Source, decoder: Decoder = PLAIN) -> Any:
    """The one JSON value that ``source`` holds."""
    pieces = []
    buffer = bytearray(1 << 20)
    while got := source.readinto(memoryview(buffer)):
        pieces.append(bytes(buffer[:got]))
    text = _decoded(b"".join(pieces), source.source)
    if not text.strip():
        raise InputError("is empty", source=source.source)
    return parsed(text, source.source, decoder=decoder)


def _decoded(data: bytes, source: str, line: int = 1) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data[:64]:
        hint = "convert it with iconv -f utf-16 -t utf-8"
        raise InputError("is not UTF-8 (it looks like UTF-16)", source=source, hint=hint)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line += data.count(b"\n", 0, error.start)
        found = f"is not valid UTF-8 (byte 0x{data[error.start]:02x})"
        raise InputError(found, source=source, line=line) from None


def parsed(text: str, source: str, line: int = 1, decoder: Decoder = PLAIN) -> Any:
    """The value that ``text`` is; InputError where it is no JSON or has a key twice."""
    try:
        return decoder.decode(text)
    except json.JSONDecodeError as error:
        hint = "for one object per line say --input-format jsonl" if "Extra" in error.msg else None
        raise InputError(
            f"is not valid JSON at character {error.colno} ({error.msg.lower()})",
            source=source,
            line=line + error.lineno - 1,
            hint=hint,
        ) from None
    except _DuplicateKeyError as error:
        problem = f'has the key "{error}" twice in one object'
        raise InputError(problem, source=source, line=None if line == 1 else line) from None
    except RecursionError:
        raise InputError("is nested too deeply", source=source, line=line) from None


@dataclass(frozen=True, slots=True)
class Records:
    """Decoded rows, objects or arrays, of which columns can be asked by position in ``header``.

    ``where(row)`` is the place of a whole row.
    """

    rows: Sequence[Any]
    header: Header
    where: Callable[[int], Place]

    def cells(self, positions: Sequence[int], means: Meaning) -> Cells:
        """The values in all rows, side by side; an absent key is missing."""
        columns = [self._column(position, means) for position in positions]
        return in_memory(side_by_side(columns, self.header, positions))

    def _column(self, position: int, means: Meaning) -> Cells:
        return numbers(self._values(position), partial(self._at, position), means)

    def texts(self, positions: Sequence[int]) -> tuple[Written, ...]:
        """The columns at ``positions`` as text."""
        return tuple(texts(self._values(at), partial(self._at, at)) for at in positions)

    def _values(self, position: int) -> list[Any]:
        names = self.header.names
        kind: type = dict if names is not None else list
        for index, row in enumerate(self.rows):
            if type(row) is not kind:
                problem = f"is not an {'object' if names is not None else 'array'} like the first"
                raise InputError(problem, **self.where(index)._asdict())
        if names is not None:
            return [row.get(names[position]) for row in self.rows]
        self._refuse_ragged()
        return [row[position] for row in self.rows]

    def _refuse_ragged(self) -> None:
        width = self.header.width
        if set(map(len, self.rows)) != {width}:
            index = next(i for i, row in enumerate(self.rows) if len(row) != width)
            problem = f"has {len(self.rows[index])} values where the first row has {width}"
            raise InputError(problem, **self.where(index)._asdict())

    def _at(self, position: int, row: int, *inside: int) -> Place:
        place = self.where(row)
        step = f".{self.header.names[position]}" if self.header.names else f"[{position}]"
        return place._replace(item=(place.item or "$") + step + "".join(f"[{i}]" for i in inside))

    def place(self, position: int, flat: int) -> Place:
        """The path of one number."""
        shape, _ = rectangle(self._values(position), partial(self._at, position))
        return self._at(position, *map(int, np.unravel_index(flat, shape)))


def header_of(row: Any, place: Place) -> Header:
    """The keys of the first row, or how many items it has."""
    if isinstance(row, dict):
        return Header(tuple(row), len(row), place.source)
    if isinstance(row, list):
        return Header(None, len(row), place.source)
    raise InputError("is neither an object nor an array", **place._asdict())


def numbers(values: list[Any], at: Callable[..., Place], means: Meaning) -> Cells:
    """A rectangular nested list as an array; ``at(i, j, …)`` is the place of an item."""
    shape, level = rectangle(values, at)

    def place(index: int) -> dict[str, Any]:
        return at(*map(int, np.unravel_index(index, shape)))._asdict()

    named = None
    if means.classes is not None and any(type(item) is str for item in level):
        level, named = _looked_up(level, means.classes, place)
    allowed = {float, _Literal, _Constant, type(None)} | ({bool} if means.flags else set())
    if not set(map(type, level)) <= allowed:
        index = next(i for i, item in enumerate(level) if type(item) not in allowed)
        raise InputError(f"not a number: {_shown(level[index])}", **place(index))
    array = np.array(level, np.float64)
    for index in np.flatnonzero(np.isinf(array)).tolist():
        if type(level[index]) is not _Constant:
            raise InputError("a number too large for float64", **place(index))
    missing = np.array([item is None for item in level]) if None in level else None
    return Cells(array, missing, named).map(lambda own: own.reshape(shape))


def _looked_up(
    level: list[Any], classes: Classes, place: Callable[[int], dict[str, Any]]
) -> tuple[list[Any], Array]:
    """``level`` with the numbers of classes for their names, and where those stood."""
    words = {item for item in level if type(item) is str}
    known = {word: classes.find(word) for word in words}
    for index, item in enumerate(level):
        if type(item) is str and known[item] is None:
            problem, hint = classes.refusal(item)
            raise InputError(problem, hint=hint, **place(index))
    named = np.array([type(item) is str for item in level])
    numbered = [float(known[item] or 0) if type(item) is str else item for item in level]
    return numbered, named


def texts(values: list[Any], at: Callable[..., Place]) -> Written:
    """A list of scalars as text: strings as they are, numbers as they were written."""
    for index, value in enumerate(values):
        if type(value) in (list, dict):
            raise InputError(f"not text: {_shown(value)}", **at(index)._asdict())
    return Written.of(list(map(_text, values)))


def _text(value: Any) -> str:
    if type(value) is str:
        return value
    if value is None:
        return ""
    return value.text if type(value) is _Literal else json.dumps(value)


def rectangle(values: list[Any], at: Callable[..., Place]) -> tuple[list[int], list[Any]]:
    """The shape of a nested list, and its items one after the other."""
    shape = [len(values)]
    level: list[Any] = values
    while any(type(item) is list for item in level):
        level = _without_null_rows(level)
        width = next(len(item) for item in level if type(item) is list)
        for index, item in enumerate(level):
            if type(item) is not list or len(item) != width:
                found = f"has {len(item)}" if type(item) is list else "is not an array"
                place = at(*map(int, np.unravel_index(index, shape)))
                problem = f"{found} where {width} values belong"
                raise InputError(problem, **place._asdict(), hint="rows must be of one length")
        shape.append(width)
        if len(shape) > MOST_AXES:
            raise InputError("is nested too deeply", **at(0)._asdict())
        level = list(chain.from_iterable(level))
    return shape, level


def _without_null_rows(level: list[Any]) -> list[Any]:
    if None not in level:
        return level
    width = next(len(item) for item in level if type(item) is list)
    return [[None] * width if item is None else item for item in level]


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "an array"
    text = json.dumps(value)
    return text if len(text) <= 40 else text[:37] + "..."


def lines(source: Source, decoder: Decoder = PLAIN) -> Iterator[tuple[list[Any], list[int]]]:
    """JSON Lines: the values of the lines that one read gives, and their line numbers."""
    line = 1
    for text in _whole_lines(source):
        texts = _decoded(text, source.source, line).split("\n")
        numbered = [(line + i, content) for i, content in enumerate(texts) if content.strip()]
        if numbered:
            name = source.source
            values = [parsed(content, name, number, decoder) for number, content in numbered]
            yield values, [number for number, _ in numbered]
        line += len(texts) - 1


def _whole_lines(source: Source) -> Iterator[bytes]:
    buffer = bytearray(CHUNK_BYTES)
    carried: list[bytes] = []
    line = 1
    while got := source.readinto(memoryview(buffer)):
        cut = buffer.rfind(b"\n", 0, got) + 1
        if cut:
            whole = b"".join([*carried, buffer[:cut]])
            line += whole.count(b"\n")
            yield whole
            carried.clear()
        carried.append(bytes(buffer[cut:got]))
        if sum(map(len, carried)) > LINE_LIMIT:
            raise InputError("is longer than 64 MiB", source=source.source, line=line)
    if last := b"".join(carried):
        yield last
