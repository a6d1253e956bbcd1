"""Plain decimals from text to float64, many at once, each rounded once.

Eight digits at a time are read as integers inside 64-bit words (the first byte lowest, whatever
the machine), and the digits of a cell scaled by one exact division (Clinger 1990), or where they
exceed 2^53 by a division in two doubles with a bound on its error. What that does not decide is
left to the caller: ties, more digits than fit 64 bits, and everything that is no decimal.
"""

from typing import Any, Final

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

PAD: Final = 32
"""Bytes that must exist before and after every cell: words are loaded across its edges."""


def _each(byte: int) -> np.uint64:
    return np.uint64(byte * 0x0101_0101_0101_0101)


_MINUS: Final = np.uint8(ord("-"))
_PLUS: Final = np.uint8(ord("+"))
_ZEROS, _ES = _each(ord("0")), _each(ord("e"))
_POINT: Final = np.uint64(ord(".") ^ ord("0"))
_POINTS: Final = _each(ord(".") ^ ord("0"))
_ONES, _TOPS, _CASE, _OVER_NINE = _each(0x01), _each(0x80), _each(0x20), _each(0x7F - 9)
_1, _7, _8, _16, _32, _64 = map(np.uint64, (1, 7, 8, 16, 32, 64))
_PAIRS: Final = np.uint64(0x000000FF_000000FF)
_WEIGHTS_1: Final = np.uint64((1_000_000 << 32) + 100)
_WEIGHTS_2: Final = np.uint64((10_000 << 32) + 1)

_REACH: Final = 280
_EXACT: Final = 22  # 10^22 is the largest power of ten that a double holds exactly
_POWERS: Final = [10**k for k in range(_REACH + 1)]
_HIGH: Final = np.array([float(p) for p in _POWERS])
_LOW: Final = np.array([float(p - int(float(p))) for p in _POWERS])
_SIGNED: Final = np.concatenate([_HIGH[: _EXACT + 1], -_HIGH[: _EXACT + 1]])
_MANTISSA_BITS: Final = 53
_UNUSED: Final = np.arange(64, -8, -8).astype(np.uint64)  # by bytes in use, 8 and more the same
_LONGEST: Final = 127
"""A cell of more bytes is none that can be decided here, whatever it is."""

_INTEGERS: Final = np.array(_POWERS[:20], np.uint64)


def _load(text: Array, at: Array) -> Array:
    """The eight bytes from each ``at``: the two whole words that they lie in, put together.

    That takes 2.6 ns a word, gathering bytes from anywhere 3.8.
    """
    words = text[: text.size // 8 * 8].view("<u8")
    place, shift = at >> 3, ((at & 7) << 3).view(np.uint64)
    low, high = words.take(place), words.take(place + 1)
    loaded: Array = low >> shift | high << (_64 - shift)
    return loaded.astype(np.uint64, copy=False)


def _marked(words: Array, pattern: np.uint64) -> Array:
    """1 at the first byte that equals the pattern's, 0 in a word where none does."""
    gap = words ^ pattern
    hit = (gap - _ONES) & ~gap & _TOPS
    return (hit & -hit) >> _7


def _place(mark: Array) -> Array:
    """The place of the marked byte, 0 to 7; 8 where there is none."""
    place: Array = np.bitwise_count(mark - _1) >> 3
    return place


def _eight_digits(digits: Array) -> Array:
    """The number that eight bytes 0 to 9 spell, the last byte being the units."""
    digits = digits * np.uint64(10) + (digits >> _8)
    left = (digits & _PAIRS) * _WEIGHTS_1
    right = ((digits >> _16) & _PAIRS) * _WEIGHTS_2
    return (left + right) >> _32


def _last_digits(text: Array, ends: Array, count: Array) -> tuple[Array, Array]:
    """The number spelt by the ``count`` (at most 8) bytes before ``ends``, and flaws in it."""
    digits = (_load(text, ends - 8) ^ _ZEROS) >> (unused := _unused(count)) << unused
    return _eight_digits(digits), digits | (digits + _OVER_NINE)


def _unused(count: Array) -> Array:
    """The bits of a word that remain when ``count`` of its bytes are taken."""
    return _UNUSED.take(count, mode="clip")


def decimals(
    text: Array, starts: Array, ends: Array, exponents: Array | None = None
) -> tuple[Array, Array]:
    """``[+-]digits[.digits]`` times a power of ten, and where that was decided for sure."""
    first = text.take(starts)
    negative = first == _MINUS
    starts = starts + (negative | (first == _PLUS))
    # What counts bytes is counted in bytes: such passes cost an eighth of those over words.
    length = np.minimum(ends - starts, _LONGEST).astype(np.int8)
    digits = _load(text, starts) ^ _ZEROS
    mark = _marked(digits, _POINTS)
    behind = length - _place(mark).view(np.int8) - np.int8(1)
    pointed = (mark != 0) & (behind >= 0)
    unit: Any = _1
    if not pointed.all():
        unit = pointed.astype(np.uint64)
        mark *= unit
        behind *= pointed
    # Close the gap: the digits before the point move up by a byte, over it.
    before = digits & (mark - unit)
    digits += (before << _8) - before - mark * _POINT
    digits <<= _unused(length)
    flaws = digits | (digits + _OVER_NINE)
    mantissa = _eight_digits(digits)
    longer = length > 8
    many = int(np.count_nonzero(longer))
    if many:
        at = np.flatnonzero(longer) if 4 * many < len(longer) else slice(None)
        mantissa[at], more = _continued(text, ends[at], length[at] - 8, mantissa[at])
        flaws[at] |= more
    good = (length > pointed) & (flaws & _TOPS == 0)
    if not good.all():
        mantissa *= good  # what is no number must not trouble the arithmetic
    values, sure = _scaled(mantissa, behind if exponents is None else behind - exponents, negative)
    return values, good & sure


def _continued(text: Array, ends: Array, rest: Array, head: Array) -> tuple[Array, Array]:
    """``head`` and then the ``rest`` (at most 16) digits before ``ends``; and flaws in them."""
    mantissa = head * _INTEGERS.take(rest, mode="clip")
    longest = int(rest.max())
    flaws = np.zeros(len(head), np.uint64)
    for done in range(0, min(longest, 16), 8):
        part, more = _last_digits(text, ends - done, rest - done)
        mantissa += part * _INTEGERS[done]
        flaws |= more
    if longest > 11:
        # Twenty digits may exceed 64 bits, unless some are leading zeros.
        long = (rest > 16) | (head * _HIGH.take(rest, mode="clip") > 1.8e19)
        flaws |= long * _TOPS
    return mantissa, flaws


def _scaled(mantissa: Array, scale: Array, negative: Array) -> tuple[Array, Array]:
    """``mantissa / 10^scale``, or its negative, rounded once; and where that is certain."""
    low, high = int(scale.min(initial=0)), int(scale.max(initial=0))
    if 0 <= low <= high <= _EXACT and int(mantissa.max(initial=0)) >> _MANTISSA_BITS == 0:
        power = _SIGNED.take(scale + negative.view(np.int8) * np.int8(_EXACT + 1))
        return mantissa / power, np.ones(len(mantissa), bool)
    values, sure = _widely_scaled(mantissa, scale)
    values *= 1 - 2.0 * negative
    return values, sure


def _widely_scaled(mantissa: Array, scale: Array) -> tuple[Array, Array]:
    """The same of any mantissas and powers."""
    top = mantissa.astype(np.float64)
    reach = int(scale.max(initial=0))
    if int(scale.min(initial=0)) < 0:
        up = _HIGH.take(np.clip(-scale, 0, _EXACT))
        down, sure = _widely_scaled(mantissa, np.maximum(scale, 0))
        exact = (mantissa >> np.uint64(_MANTISSA_BITS) == 0) & (scale >= -_EXACT)
        return np.where(scale < 0, top * up, down), np.where(scale < 0, exact, sure)
    power = _HIGH.take(scale, mode="clip")
    quotient = top / power
    if reach <= _EXACT and int(mantissa.max(initial=0)) >> _MANTISSA_BITS == 0:
        return quotient, np.ones(len(top), bool)
    # Two doubles hold the digits, and the quotient's error is known: its share is put right.
    low = (mantissa - top.astype(np.uint64)).view(np.int64).astype(np.float64)
    rest = _residue(top, quotient, power)
    if reach > _EXACT:
        rest -= quotient * _LOW.take(scale, mode="clip")
    correction = (rest + low) / power
    # Both roundings errors are below these margins; a tie or a near miss stays undecided.
    margin = np.abs(correction) * 2.0**-49 + quotient * 2.0**-99
    values = quotient + (correction + margin)
    sure = (values == quotient + (correction - margin)) & (scale <= _REACH)
    return values, sure


def _residue(top: Array, quotient: Array, power: Array) -> Array:
    """``top - quotient * power`` without error (Dekker 1971)."""
    product = quotient * power
    q_high, q_low = _halves(quotient)
    p_high, p_low = _halves(power)
    error = ((q_high * p_high - product) + q_high * p_low + q_low * p_high) + q_low * p_low
    residue: Array = (top - product) - error
    return residue


def _halves(x: Array) -> tuple[Array, Array]:
    scaled = x * 134217729.0  # 2^27 + 1
    high: Array = scaled - (scaled - x)
    return high, x - high


def scientific(text: Array, starts: Array, ends: Array) -> tuple[Array, Array]:
    """As ``decimals``, for cells that may end in ``e-05``."""
    length = np.clip(ends - starts, 0, 8)
    last = _load(text, ends - 8) >> _unused(length)
    at = _place(_marked(last | _CASE, _ES))
    marked = at < length
    stops = np.where(marked, ends - length + at, ends)
    sign = text.take(stops + 1)
    count = (ends - stops - 1) - ((sign == _MINUS) | (sign == _PLUS))
    count *= marked
    number, flaws = _last_digits(text, ends, count)
    exponents = number.view(np.int64) * (1 - 2 * (sign == _MINUS))
    good = (flaws & _TOPS == 0) & ((count > 0) | ~marked)
    values, sure = decimals(text, starts, stops, exponents)
    return values, good & sure
