"""The grammar of one cell, and what line 1 says."""

import math
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xentcli.errors import OptionError
from xentcli.formats.delimited.dialect import checked_delimiter, detect_delimiter, split_line
from xentcli.formats.delimited.header import has_header
from xentcli.formats.grammar import BadCellError, classify, is_missing, is_plain, shown
from xentcli.formats.open_options import Picks


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_float_reads_as_itself(value: float) -> None:
    for text in (repr(value), f"{value:.17e}", f" \t{value!r} ", f"{value:.17g}".upper()):
        assert classify(text) == value
        assert math.copysign(1, classify(text) or value) == math.copysign(1, value)


@pytest.mark.parametrize("cell", ["5.", ".5", "+1", "-0", "1e5", "1E+05", "00012", "1.e-3", "\t1 "])
def test_numbers(cell: str) -> None:
    assert classify(cell) == float(cell)


@pytest.mark.parametrize("cell", ["nan", "NaN", "-nan", "inf", "-INF", "+Infinity", " inf "])
def test_not_finite(cell: str) -> None:
    assert repr(classify(cell)) == repr(float(cell))
    assert not is_missing(cell)
    assert is_plain(cell)


@pytest.mark.parametrize(
    "cell", ["", " ", "\t ", "NA", "na", "N/A", "n/a", "null", "NULL", "None", " NA "]
)
def test_missing(cell: str) -> None:
    assert classify(cell) is None
    assert is_missing(cell)


# All of these Python's float() takes, or a lenient parser does.
@pytest.mark.parametrize(
    ("cell", "hint"),
    [
        ("0,9", "use a decimal point"),
        ("-1,5e3", "use a decimal point"),
        ("1_000", "drop the underscore"),
        ("1,000.5", "drop the thousands separators"),
        ("50%", "divide by 100 and drop the percent sign"),
        ("1.5d-3", "write the exponent with e"),
        ("True", "write 1 and 0"),
        ("\u22121.5", "use the ASCII minus sign -"),
        ("\uff11\uff12", "use the ASCII digits 0-9"),
        ("\u0661", "use the ASCII digits 0-9"),
        ("'0.5'", "drop the inner quotes"),
        ("0,9;1", "if ; separates the columns, say --delimiter ';'"),
        ("\xa01", None),
        ("1\n", None),
        ("\x0b1", None),
        ("0x1F", None),
        ("1e", None),
        ("e5", None),
        (".", "if it stands for a missing value, say --missing-values '.' --missing skip"),
        ("+-1", None),
        ("1 2", "separate numbers by commas"),
        ("1e5.0", None),
        ("infinit", None),
        ("-NA", None),
        ("nan(0)", None),
        ("1\x00", None),
    ],
)
def test_refused(cell: str, hint: str | None) -> None:
    assert not is_plain(cell)
    with pytest.raises(BadCellError) as caught:
        classify(cell)
    assert caught.value.problem == f"not a number: {cell!r}"
    assert caught.value.hint == hint
    assert str(caught.value) == (
        f"{caught.value.problem}; {hint}" if hint else caught.value.problem
    )


@pytest.mark.parametrize("cell", ["9" * 10**6 + "x", " " * 10**6 + "x", "9" * 10**6 + "e" * 9])
def test_long_cells_are_refused_at_once(cell: str) -> None:
    with pytest.raises(BadCellError):
        classify(cell)


@pytest.mark.parametrize("cell", ["1e309", "-1e400", "1" + "0" * 309, "179769313486231580793e289"])
def test_overflow(cell: str) -> None:
    with pytest.raises(BadCellError, match="too large"):
        classify(cell)


@given(st.text())
def test_shown_is_short_and_has_no_control_characters(cell: str) -> None:
    text = shown(cell)
    assert text.isprintable()
    assert eval(text)[:37] == cell[:37]
    assert len(eval(text)) <= 40


@pytest.mark.parametrize(
    ("line", "delimiter"),
    [
        ("a,b", ","),
        ("a;b", ";"),
        ("a|b", "|"),
        ("a,b\tc", "\t"),
        ("a;b,c", ","),
        ('"a,b";c', ";"),
        ('"a,b"', " "),
        ('5" disk, b', ","),
        ("a b", " "),
        ("0.5", " "),
        ("", " "),
    ],
)
def test_detected_delimiter(line: str, delimiter: str) -> None:
    assert detect_delimiter(line) == delimiter


@given(st.text('ab", ;', max_size=30), st.sampled_from(",;"))
def test_cells_as_csv_splits_them(line: str, delimiter: str) -> None:
    import csv

    assert split_line(line, delimiter) == (
        next(csv.reader([line], delimiter=delimiter), None) or [""]
    )


def test_delimiters_that_numbers_are_made_of() -> None:
    assert [checked_delimiter(d) for d in (",", "\t", "\\t", "TAB", " ", "space", ":")] == list(
        ",\t\t\t  :"
    )
    for wrong in ("", ",,", "0", "e", ".", "-", '"', "\r", "\n", "\0", "é"):
        with pytest.raises(OptionError, match="--delimiter"):
            checked_delimiter(wrong)


@pytest.mark.parametrize(
    ("cells", "header"),
    [
        (["label", "p"], True),
        (["0", "x"], True),
        (["0,9"], True),
        (["0", "1.5"], False),
        (["nan", "-inf", "NA", ""], False),
        (["0", "1"], False),
        (["1", "2", "3"], False),
        (["0", "1", "2.0"], False),
    ],
)
def test_header(cells: list[str], header: bool) -> None:
    assert has_header(cells, "f.csv", Picks()) is header


@pytest.mark.parametrize("cells", [["0", "1", "2"], [" 0", "1 ", "2", "3"]])
def test_counting_header_is_ambiguous(cells: list[str]) -> None:
    with pytest.raises(OptionError, match=r"f\.csv, line 1 .*--header or --no-header"):
        has_header(cells, "f.csv", Picks())


def test_completion_needs_no_numpy() -> None:
    code = "import sys, xentcli.formats.delimited.header; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
