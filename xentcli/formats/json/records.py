"""JSON and JSON Lines: objects of arrays, arrays of objects, nested arrays, one object.

A number is a JSON number, NaN or Infinity; ``true`` and ``false`` are the labels 1 and 0;
``null`` is missing; anything else in a selected place is refused with its path.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, NamedTuple

import numpy as np

from xentcli.blocks.places import Lines as RowLines
from xentcli.blocks.text_column import TextColumn
from xentcli.errors import InputError
from xentcli.formats.cells import Cells, Place, in_memory, side_by_side
from xentcli.formats.columns import Header, Meaning
from xentcli.formats.encoding import UTF8_MARK, marked, text_fault
from xentcli.formats.foreign import TAR, is_tar
from xentcli.formats.json import nested_lists
from xentcli.formats.json.nested_lists import Constant, Literal
from xentcli.sources.source import Source
from xentcli.text import shown_bytes

LINE_LIMIT: Final = 64 << 20
_BLANKS: Final = re.compile(r"[ \t\r\n]*")
SPREAD: Final = "for values over several lines, or several on one, say --input-format json"
CHUNK_BYTES: Final = 1 << 18
MEMORY: Final = 4 << 30
BYTES_OF_ONE: Final = 20
"""Bytes of memory that a byte of JSON comes to at the most: 300 MB of ``1,`` took 5.9 GB."""


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
PLAIN: Final = Decoder(object_pairs_hook=_unique, parse_int=float, parse_constant=Constant)


def decoder(*, texts: bool) -> Decoder:
    """What decodes the input: numbers keep their text, which takes time, where ``texts`` are
    wanted."""
    if not texts:
        return PLAIN
    return Decoder(
        object_pairs_hook=_unique,
        parse_int=Literal,
        parse_float=Literal,
        parse_constant=Constant,
    )


def document(source: Source, decoder: Decoder = PLAIN, memory: int | None = None) -> Any:
    """The JSON value that ``source`` holds; several that follow each other are rows.

    InputError where they may take more than ``memory`` bytes.
    """
    pieces = []
    buffer = bytearray(1 << 20)
    room = (MEMORY if memory is None else memory) // BYTES_OF_ONE
    while got := source.readinto(memoryview(buffer)):
        room -= got
        if room < 0:
            raise _too_large(source, MEMORY if memory is None else memory)
        pieces.append(bytes(buffer[:got]))
    text = _decoded(_begun(b"".join(pieces), source.source), source.source)
    if not text.strip():
        raise InputError("is empty", source=source.source)
    values = _values(text, source.source, decoder)
    return values[0] if len(values) == 1 else values


def _too_large(source: Source, memory: int) -> InputError:
    size = source.plain_size
    text = f"more than {shown_bytes(memory // BYTES_OF_ONE)}" if size is None else shown_bytes(size)
    problem = (
        f"is {text} of JSON as a whole, which may take more than {shown_bytes(memory)} of memory"
    )
    needed = 2 * memory if size is None else size * BYTES_OF_ONE
    hint = f"allow more: --memory {shown_bytes(needed, up=True)}; or write JSON Lines, any size"
    return InputError(problem, source=source.source, hint=hint)


def _begun(data: bytes, source: str) -> bytes:
    """What a file begins with, without a byte order mark."""
    if is_tar(data):
        raise TAR.error(source)
    if (found := marked(data)) is not None:
        raise InputError(found[0], source=source, hint=found[1])
    return data.removeprefix(UTF8_MARK)


def _decoded(data: bytes, source: str, line: int = 1) -> str:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = ""
    if text and "\0" not in text:
        return text
    fault = text_fault(data)
    if fault is None:
        return text
    line += data.count(b"\n", 0, fault.offset)
    raise InputError(fault.problem, source=source, line=line, hint=fault.hint)


def parsed(
    text: str, source: str, line: int = 1, decoder: Decoder = PLAIN, hint: str | None = None
) -> Any:
    """The value that ``text`` is; InputError where it is no JSON or has a key twice."""
    with _faults(source, line, hint):
        return decoder.decode(text)


def _values(text: str, source: str, decoder: Decoder) -> list[Any]:
    """The values that follow each other in ``text``, as ``jq`` writes them: over several lines."""
    found = []
    with _faults(source, 1, None):
        at = _BLANKS.match(text, 0).end()  # type: ignore[union-attr]
        while at < len(text):
            value, at = decoder.raw_decode(text, at)
            found.append(value)
            at = _BLANKS.match(text, at).end()  # type: ignore[union-attr]
    return found


@contextmanager
def _faults(source: str, line: int, hint: str | None) -> Iterator[None]:
    """What the decoder raises of a text that begins on ``line``, in words."""
    try:
        yield
    except json.JSONDecodeError as error:
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

    ``where(row)`` is the place of a whole row; ``numbers`` are the lines of JSON Lines (None: one
    document).
    """

    rows: Sequence[Any]
    header: Header
    where: Callable[[int], Place]
    numbers: RowLines | None = None

    def lines(self) -> RowLines | None:
        """The lines on which the rows begin."""
        return self.numbers

    def cells(self, positions: Sequence[int], means: Meaning) -> Cells:
        """The values in all rows, side by side; an absent key is missing."""
        columns = [self._column(position, means) for position in positions]
        return in_memory(side_by_side(columns, self.header, positions))

    def _column(self, position: int, means: Meaning) -> Cells:
        return nested_lists.numbers(self._values(position), partial(self._at, position), means)

    def texts(self, positions: Sequence[int]) -> tuple[TextColumn, ...]:
        """The columns at ``positions`` as text."""
        return tuple(
            nested_lists.texts(self._values(at), partial(self._at, at)) for at in positions
        )

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
        shape, _ = nested_lists.rectangle(self._values(position), partial(self._at, position))
        return self._at(position, *map(int, np.unravel_index(flat, shape)))


def header_of(row: Any, place: Place) -> Header:
    """The keys of the first row, or how many items it has."""
    if isinstance(row, dict):
        return Header(tuple(row), len(row), place.source)
    if isinstance(row, list):
        return Header(None, len(row), place.source)
    raise InputError("is neither an object nor an array", **place._asdict())


class Lines(NamedTuple):
    """Whole lines of JSON Lines as bytes, the first of which is ``line`` (from 1)."""

    data: bytes
    line: int

    def decoded(self, source: str, decoder: Decoder) -> Iterator[tuple[Any, int]]:
        """The values of the lines that are not blank, and their line numbers."""
        texts = _decoded(self.data, source, self.line).split("\n")
        for line, content in enumerate(texts, self.line):
            if content.strip():
                yield parsed(content, source, line, decoder, SPREAD), line

    def records(self, header: Header, decoder: Decoder) -> Records | None:
        """The rows, decoded; None where all lines are blank."""
        found = list(self.decoded(header.source, decoder))
        numbers = [line for _, line in found]
        if not found:
            return None
        offsets = None
        if numbers[-1] - self.line >= len(numbers):  # blank lines stand between
            offsets = np.array([*numbers, numbers[-1] + 1]) - self.line
        return Records(
            [row for row, _ in found],
            header,
            lambda row: Place(header.source, line=numbers[row]),
            RowLines(self.line, offsets),
        )


def lines(source: Source, size: int = CHUNK_BYTES, *, begins: bool = True) -> Iterator[Lines]:
    """JSON Lines as reads of ``size`` bytes give them; ``begins``: from the first of the file."""
    buffer = bytearray(size)
    carried: list[bytes] = []
    line = 1
    while got := source.readinto(memoryview(buffer)):
        cut = buffer.rfind(b"\n", 0, got) + 1
        if cut:
            whole = b"".join([*carried, buffer[:cut]])
            yield Lines(_begun(whole, source.source) if begins else whole, line)
            begins = False
            line += whole.count(b"\n")
            carried.clear()
        carried.append(bytes(buffer[cut:got]))
        if sum(map(len, carried)) > LINE_LIMIT:
            raise InputError("is longer than 64 MiB", source=source.source, line=line)
    if last := b"".join(carried):
        yield Lines(_begun(last, source.source) if begins else last, line)
