"""Cells of text to float64, many at once, and bit for bit as Python's ``float`` rounds them.

``decimals`` decides nearly all; the rest goes through an automaton of the grammar and Python's
``float``, and cells of absurd length through ``grammar``, one by one.
"""

from typing import Any, Final, NamedTuple

import numpy as np

from xentcli.formats import grammar
from xentcli.formats.delimited.decimals import decimals, scientific

Array = np.ndarray[Any, np.dtype[Any]]

_ZERO, _BLANK = np.uint8(ord("0")), np.uint8(ord(" "))
_PROBE: Final = 8
_WIDEST: Final = 64  # cells beyond this are looked at one by one


class Numbers(NamedTuple):
    """float64 ``[n]``; which cells are missing, errors, or names of classes (None: none is)."""

    values: Array
    missing: Array | None = None
    bad: Array | None = None
    named: Array | None = None


def parse(text: Array, starts: Array, ends: Array) -> Numbers:
    """The numbers in ``text[starts[i]:ends[i]]``; NaN where missing or bad.

    ``text`` is uint8 with PAD bytes around every cell.
    """
    if len(starts) and int((ends - starts).max()) == 1:
        digits = text.take(starts) - _ZERO
        if int(digits.max()) <= 9 and int((ends - starts).min()) == 1:
            return Numbers(digits.astype(np.float64))
    with_power = (text.take(ends[:_PROBE] - 4) | _BLANK == ord("e")).all()
    values, good = (scientific if with_power else decimals)(text, starts, ends)
    if good.all():
        return Numbers(values)
    at = np.flatnonzero(~good)
    starts, ends = trimmed(text, starts[at], ends[at])
    values[at], good = scientific(text, starts, ends)
    if good.all():
        return Numbers(values)
    rest = np.flatnonzero(~good)
    found, state = _strict(text, starts[rest], ends[rest])
    at = at[rest]
    values[at] = found
    missing = bad = None
    if (state == _MISSING).any():
        missing = np.zeros(len(values), bool)
        missing[at] = state == _MISSING
    if (state == _BAD).any():
        bad = np.zeros(len(values), bool)
        bad[at] = state == _BAD
    return Numbers(values, missing, bad)


def trimmed(text: Array, starts: Array, ends: Array) -> tuple[Array, Array]:
    """The cells without the blanks around them."""
    starts, ends = starts.copy(), ends.copy()
    for edge, step, offset in ((starts, 1, 0), (ends, -1, -1)):
        live = np.flatnonzero(starts < ends)
        for _ in range(_WIDEST):
            byte = text.take(edge[live] + offset)
            live = live[(byte == 32) | (byte == 9)]
            if not live.size:
                break
            edge[live] += step
            live = live[starts[live] < ends[live]]
        for i in live.tolist():
            cell = text[starts[i] : ends[i]].tobytes()
            starts[i] = ends[i] - len(cell.lstrip(b" \t"))
            ends[i] = starts[i] + len(cell.strip(b" \t"))
    return starts, ends


_BAD, _MISSING, _NUMBER, _NONFINITE = range(4)


def _automaton() -> tuple[Array, Array]:
    """The grammar of a trimmed cell: next state by ``state * 256 + byte``; kind by state."""
    numeral = {
        "": {"+-": "sign", "d": "whole", ".": "point"},
        "sign": {"d": "whole", ".": "point"},
        "whole": {"d": "whole", ".": "fraction", "eE": "e"},
        "point": {"d": "fraction"},
        "fraction": {"d": "fraction", "eE": "e"},
        "e": {"+-": "e sign", "d": "exponent"},
        "e sign": {"d": "exponent"},
        "exponent": {"d": "exponent"},
    }
    edges = {
        (state, byte): after
        for state, ways in numeral.items()
        for bytes_, after in ways.items()
        for byte in bytes_.replace("d", "0123456789")
    }
    kinds = {"": _MISSING, "whole": _NUMBER, "fraction": _NUMBER, "exponent": _NUMBER}
    words = [(before, word, _NONFINITE) for before in ("", "sign") for word in _NONFINITES]
    for before, word, kind in words + [("", word, _MISSING) for word in _ABSENT]:
        state = before
        for byte in word:
            after = f"{state}<{byte}"
            edges[state, byte] = edges[state, byte.upper()] = after
            state = after
        kinds[state] = kind
    names = ["dead", "", *sorted({*edges.values(), *numeral} - {""})]
    table = np.zeros((len(names), 256), np.uint8)
    for (state, byte), after in edges.items():
        table[names.index(state), ord(byte)] = names.index(after)
    return table.ravel(), np.array([kinds.get(name, _BAD) for name in names], np.uint8)


_NONFINITES: Final = ("nan", "inf", "infinity")
_ABSENT: Final = ("na", "n/a", "null", "none")
_NEXT, _KIND = _automaton()


def _strict(text: Array, starts: Array, ends: Array) -> tuple[Array, Array]:
    """Values of trimmed cells by the whole grammar, and what each of them is."""
    length = ends - starts
    width = max(1, min(int(length.max()), _WIDEST))
    cells = np.zeros((width, len(starts)), np.uint8)
    state = np.ones(len(starts), np.intp)
    for place in range(width):
        inside = place < length
        byte = text.take(starts + place, mode="clip") * inside
        cells[place] = byte
        state = np.where(inside, _NEXT.take(state << 8 | byte), state)
    kind = _KIND.take(state)
    values = np.full(len(starts), np.nan)
    plain = np.flatnonzero((kind >= _NUMBER) & (length <= width))
    listed = np.ascontiguousarray(cells.T[plain]).view(f"S{width}").ravel().tolist()
    values[plain] = np.fromiter(map(float, listed), np.float64, len(listed))
    kind[plain[np.isinf(values[plain]) & (kind[plain] == _NUMBER)]] = _BAD
    for i in np.flatnonzero(length > width).tolist():
        values[i], kind[i] = _one(text[starts[i] : ends[i]].tobytes())
    values[kind == _BAD] = np.nan
    return values, kind


def _one(cell: bytes) -> tuple[float, int]:
    try:
        value = grammar.classify(cell.decode("utf-8", "replace"))
    except grammar.BadCellError:
        return np.nan, _BAD
    return (np.nan, _MISSING) if value is None else (value, _NUMBER)
