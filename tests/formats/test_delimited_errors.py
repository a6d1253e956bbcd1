"""The errors of ``Delimited`` name the first fault by its line and column."""

import io
import zlib

import pytest
from delimited_text import SIZES, error_of, opened, rows_of

from xentcli.formats.delimited import lines
from xentcli.formats.delimited.parser import Delimited

ERRORS = [
    ("", "is empty", None, None),
    ("\n \r\n", "is empty", None, None),
    ("\ufeff", "is empty", None, None),
    ("\n\na,b\n", "blank", 1, None),
    ("a,b\n", "header but no rows", None, None),
    ("a,b", "header but no rows", None, None),
    ("a,b\n\n\n", "header but no rows", None, None),
    ("a,b\n1,2\n1,2,3\n", "has 3 cells, line 1 has 2", 3, None),
    ("a,b\n1,2\n1\n", "has 1 cell, line 1 has 2", 3, None),
    ("a,b\n1,2,\n", "has 3 cells", 2, None),
    ("a,b\n1,x\n1,2,3\n", "'x'", 2, "b"),
    ("a,b\n1,2\n\n1,2\n", "blank", 3, None),
    ("a,b\n1,2\n \n\n\n\n1,2\n", "blank", 3, None),
    ("a\n1\n\n2\n", "blank", 3, None),
    ("a b\n1 2\n\n2 3\n", "blank", 3, None),
    ("a b\n1 2\n1 2 3\n", "has 3 cells", 3, None),
    ("a,b\n1,0x1F\n", "not a number: '0x1F'", 2, "b"),
    ("1,2\n3,4\n5,6z\n", "not a number: '6z'", 3, ":2"),
    ("a,\n1,2\nz,y\n", "'z'", 3, "a"),
    ("a,\n1,2\n1,y\n", "'y'", 3, ":2"),
    ('a,b\n"1\n",2\n3,y\n', "'1\\n'", 2, "a"),
    ('a,b\n1,"x\n\ny"\n', "'x\\n\\ny'", 2, "b"),
    ('a,b\n1,"2\n', "never closed", 2, None),
    ('a,b\n1,2\n"1\n3,4\n', "never closed", 3, None),
    ('"a,b\n1,2\n', "never closed", 1, None),
    ("a,b\n1,1e999\n", "too large for a 64-bit float: '1e999'", 2, "b"),
    ("a,b\n1,2\r3\n", "'2\\r3'", 2, "b"),
    ("a,b\r1,2\r3,4\r", "carriage return", 1, None),
    ("a,b\n1,2\n1,\0\n", "NUL", 3, "b"),
    ("a,\0b\n1,2\n", "NUL", 1, ":2"),
    (b"a,b\n1,2\nx\xff,2\n", "invalid UTF-8: byte 0xff", 3, "a"),
    (b"a,b\n1,2\nx,\xff\n", "'x'", 3, "a"),
    (b"a b\n1 2\n1  \xff\n", "invalid UTF-8", 3, "b"),
    (b"a,\xe9\n1,2\n", "invalid UTF-8: byte 0xe9", 1, ":2"),
    (b"a,b\n1,2\nx,2\n3,\xff\n", "'x'", 3, "a"),
    (b"a,b\n1,2\n1,2,3\n3,\xff\n", "3 cells", 3, None),
    ("a,b\n1,2\n".encode("utf-16"), "is UTF-16", 1, None),
    ("a,b\n1,2\n".encode("utf-32"), "is UTF-32", 1, None),
    ("a,b\n1,2\n".encode("utf-16-le"), "NUL", 1, ":1"),
]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("text", "problem", "line", "column"), ERRORS)
def test_errors_name_the_place(text, problem, line, column, size) -> None:
    error = error_of(text, delimiter="," if text in ("a\n1\n\n2\n",) else None, size=size)
    assert problem in error.problem
    assert (error.line, error.column) == (line, column)


def test_unselected_columns_may_hold_anything() -> None:
    text = 'name,p,note\n5" disk,0.5,"a,""b""\n"\n½,1,0x\n,NA,\r\n'
    assert rows_of(text, [1]) == ([[0.5], [1], [None]], [2, 4, 5])


def test_hints() -> None:
    assert error_of('p\n"0,9"\n').hint == "use a decimal point"
    assert "iconv -f utf-16 -t utf-8" in (error_of("p\n1\n".encode("utf-16")).hint or "")
    assert "double a quote" in (error_of('p\n"1\n').hint or "")


@pytest.mark.parametrize("rows", [3, 5000])
def test_first_error_in_the_order_of_the_file(rows: int) -> None:
    text = "a,b,c\n" + "1,2,3\n" * rows + "1,x,y\nz,2,3\n"
    error = error_of(text, [2, 1, 0])
    assert (error.line, error.column) == (rows + 2, "b")


def test_a_lone_quote_in_line_one_is_text() -> None:
    table = opened('size 5",a "b,p\n1,2,3\n')
    assert table.names == ('size 5"', 'a "b', "p")


def test_invalid_utf8_in_an_unselected_column() -> None:
    error = error_of(b"note,p\nfine,1\nna\xefve,2\n", [1])
    assert (error.line, error.column) == (3, "note")


def test_line_beyond_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "LONGEST_LINE", 1 << 20)
    longest = "0" * ((1 << 20) - 3)
    assert rows_of(f"1,2\n1,{longest}\n1,2\n", size=64)[0] == [[1, 2], [1, 0], [1, 2]]
    error = error_of(f"a,b\n1,2\n1,{longest}00\n", size=64)
    assert (error.problem, error.line) == ("is longer than 1 MiB", 3)
    error = error_of('a,b\n1,"' + "2\n" * (1 << 20), size=64)
    assert (error.line, error.hint) == (2, "is a quote left open?")


def test_errors_of_the_stream_pass() -> None:
    class Torn(io.RawIOBase):
        def readinto(self, buffer) -> int:
            raise zlib.error("torn")

    with pytest.raises(zlib.error):
        Delimited.open(Torn(), source="f.csv")
