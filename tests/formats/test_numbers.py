"""``numbers.parse`` against Python's ``float`` and the grammar, bit for bit."""

import math
import struct

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from xentcli.formats import grammar
from xentcli.formats.delimited.decimals import PAD
from xentcli.formats.delimited.numbers import parse

# Neighbours of a cell: whatever stands beside it must not leak in.
FILLERS = (",", "9", ".", "-", "e", "\x00", "5.5e5")


def parsed(cells: list[str], filler: str = ",") -> tuple[list[float], list[bool], list[bool]]:
    pieces = [cell.encode() for cell in cells]
    text = filler.encode().join([b"", *pieces, b""])
    starts = np.cumsum([len(filler)] + [len(p) + len(filler) for p in pieces[:-1]]) + PAD
    ends = starts + [len(p) for p in pieces]
    edge = (filler * PAD).encode()
    buffer = np.frombuffer(edge[-PAD:] + text + edge[:PAD], np.uint8)
    found = parse(buffer, starts, ends)
    nothing = np.zeros(len(cells), bool)
    missing = nothing if found.missing is None else found.missing
    bad = nothing if found.bad is None else found.bad
    return found.values.tolist(), missing.tolist(), bad.tolist()


def expected(cell: str) -> tuple[bytes, bool, bool]:
    try:
        value = grammar.classify(cell)
    except ValueError:
        return bits(math.nan), False, True
    return bits(math.nan if value is None else value), value is None, False


def bits(value: float) -> bytes:
    return b"nan" if math.isnan(value) else struct.pack("d", value)


def check(cells: list[str], filler: str = ",") -> None:
    values, missing, bad = parsed(cells, filler)
    for cell, *found in zip(cells, map(bits, values), missing, bad, strict=True):
        assert (cell, *found) == (cell, *expected(cell))


digits = st.text("0123456789", max_size=25)
numerals = st.builds(
    "{}{}{}{}{}{}".format,
    st.sampled_from(["", "", "-", "+"]),
    digits,
    st.sampled_from(["", ".", "."]),
    digits,
    st.sampled_from(["", "", "e", "E-", "e+", "e-"]),
    st.text("0123456789", max_size=3),
)
words = st.sampled_from(
    [
        "NA",
        "N/A",
        "null",
        "None",
        "nan",
        "NaN",
        "-nan",
        "inf",
        "-Infinity",
        "infinit",
        "na/",
        "n",
        "nanu",
        "nul",
        "+",
        "-",
        ".",
        "e",
        "1e",
        "1e+",
        ".e5",
        "0,9",
        "1_000",
        "0x10",
        "１２",
        "−1",
        "1.2.3",
        "1..2",
        "--1",
        "+-1",
        "1-1",
        "1e5.0",
        "1e5e5",
        "true",
        "1d5",
        "1e400",
        "-1e400",
        "5.",
        ".5",
    ]
)
floats = st.floats().map(repr)
decimals = st.builds("{1:.{0}f}".format, st.integers(0, 20), st.floats(-1e3, 1e3))
engineering = st.builds("{1:.{0}e}".format, st.integers(0, 20), st.floats(-1e30, 1e30))
anything = st.text("0123456789.+-eE_ \tnaifulNA/x\x00é", max_size=30)
blanks = st.text(" \t", max_size=3)
tame = st.one_of(numerals, floats, decimals, engineering, words, anything)
cells = st.one_of(tame, st.builds("{}{}{}".format, blanks, tame, blanks))


@settings(max_examples=1000, deadline=None)
@given(st.lists(cells, min_size=1, max_size=12), st.sampled_from(FILLERS))
@example(["1", "0", "x"], ",")
@example(["1", "", "0"], ",")
@example([""], "-")
def test_as_float_and_refused_as_the_grammar_refuses(cells: list[str], filler: str) -> None:
    check(cells, filler)


@pytest.mark.parametrize("filler", FILLERS)
@pytest.mark.parametrize("digits", range(1, 26))
def test_random_digits_with_the_point_anywhere(digits: int, filler: str) -> None:
    rng = np.random.default_rng(digits)
    cells = []
    for _ in range(400):
        numeral = "".join(map(str, rng.integers(0, 10, digits)))
        point = int(rng.integers(0, digits + 1))
        cells.append(f"{numeral[:point]}.{numeral[point:]}")
        cells.append(f"-{numeral}e{int(rng.integers(-30, 30))}")
    check(cells, filler)


def halfway(value: float) -> str:
    """The exact decimal between ``value`` and the next double."""
    from fractions import Fraction

    middle = (Fraction(value) + Fraction(math.nextafter(value, math.inf))) / 2
    scale = middle.denominator.bit_length() - 1
    return f"{middle.numerator * 5**scale}e-{scale}"


def test_ties_and_their_neighbours() -> None:
    rng = np.random.default_rng(0)
    cells = ["9007199254740993", "9007199254740992.5", "18014398509481986", "9007199254740995.0"]
    for value in rng.uniform(0, 1, 200).tolist() + (2.0 ** rng.uniform(50, 62, 200)).tolist():
        tie = halfway(value)
        mantissa, _, power = tie.partition("e")
        for digits in (17, 18, 19, 20, 21, len(mantissa)):
            for step in (-1, 0, 1):
                cut = int(mantissa[:digits]) + step
                cells.append(f"{cut}e{len(mantissa) - len(mantissa[:digits]) + int(power)}")
    check(cells)


@pytest.mark.parametrize("form", ["{!r}", "{:.6f}", "{:.18e}", "{:.17g}", "{:.16f}", "{:.0f}"])
@pytest.mark.parametrize("spread", [1e-9, 1.0, 1e4, 1e12])
def test_columns_as_tools_print_them(form: str, spread: float) -> None:
    rng = np.random.default_rng(1)
    check([form.format(float(x)) for x in rng.normal(0, spread, 3000)])


def test_denormal_and_largest() -> None:
    check(["5e-324", "2.4703282292062328e-324", "2.4703282292062327e-324", "1e-400", "0e999"])
    check(["2.2250738585072011e-308", "1.7976931348623157e308", "1.7976931348623158e308"])
    check(["1.7976931348623159e308", "1" + "0" * 308, "1" + "0" * 309, "-0", "-0.0"])


def test_long_cells() -> None:
    check(["0." + "0" * 320 + "1", "9" * 200 + "x", "1" * 25, "0" * 80 + "1.5"])
    check([" " * 100, " " * 100 + "1", "\t1" + " " * 100, " " * 70 + "1" + " " * 70, " 1 2 "])


def test_no_cells() -> None:
    nothing = np.zeros(0, np.intp)
    assert parse(np.zeros(2 * PAD, np.uint8), nothing, nothing).values.shape == (0,)
