"""``Delimited`` against Python's ``csv`` and ``float``."""

import csv
import io
import math
from collections.abc import Sequence

import numpy as np
import pytest
from delimited_text import SIZES, Drops, error_of, opened, rows_of
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from xentcli.errors import InputError, OptionError
from xentcli.formats import grammar
from xentcli.formats.delimited.parser import Delimited


class UnclosedError(Exception):
    pass


def by_csv(text: str, delimiter: str) -> list[tuple[int, list[str]]]:
    """Python's rows with the line on which each begins; blank lines at the end left out."""
    sentinel = "the end"
    text = text.removesuffix("\n")
    pieces = [line + "\n" for line in text.split("\n")] + [sentinel]
    reader = csv.reader(iter(pieces), delimiter=delimiter)
    blanks = " \r\n" if delimiter == "\t" else " \t\r\n"
    rows, before = [], 0
    for row in reader:
        rows.append((before + 1, row if pieces[before].strip(blanks) else []))
        before = reader.line_num
    if rows.pop()[1] != [sentinel]:
        raise UnclosedError
    while rows and rows[-1][1] == []:
        rows.pop()
    return rows


def expected(text: str, delimiter: str, wanted: list[int]):
    """Rows and lines by ``csv`` and the grammar, or the line and position of the first error."""
    rows = by_csv(text, delimiter)
    (_, head), *body = rows
    found, at = [], []
    for line, row in body:
        if len(row) != len(head):  # a blank line is a row of none
            return line, None
        values = []
        for position in wanted:
            try:
                values.append(grammar.classify(row[position]))
            except ValueError:
                return line, position
        found.append(values)
        at.append(line)
    return found, at


def same(found, wanted) -> bool:
    def spelt(rows):
        return [["nan" if v is not None and math.isnan(v) else v for v in row] for row in rows]

    return spelt(found[0]) == spelt(wanted[0]) and found[1] == wanted[1]


def compare(text: str, delimiter: str, wanted: list[int], size: int) -> None:
    names = by_csv(text, delimiter)[0][1]
    hope = expected(text, delimiter, wanted)
    options = {"delimiter": delimiter, "header": True, "size": size}
    if hope == ([], []):
        assert error_of(text, wanted, **options).problem == "has a header but no rows"
    elif isinstance(hope[0], list):
        assert same(rows_of(text, wanted, **options), hope)
    else:
        line, position = hope
        column = None if position is None else names[position].strip() or f":{position + 1}"
        error = error_of(text, wanted, **options)
        if error.problem == "is the header again":
            column = None  # the line as a whole is at fault
        assert (error.line, error.column) == (line, column), error


def quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


numerals = st.one_of(
    st.sampled_from(["0", "1", "-2.5", "1e-3", "NA", "", " 7 ", "nan", "12345678901234567.5"]),
    st.floats(allow_nan=False).map(repr),
    st.sampled_from(["x", "0,9", "1_0"]).map(quoted),
)
texts = st.one_of(
    st.text('ab"\n,; é', max_size=8).map(quoted),
    st.sampled_from(['5" disk', 'a"b"c', '"a"b', '"a" "b"', ' "x', "", '""', 'x""y', '"a"b"c']),
)
endings = st.sampled_from(["\n", "\n", "\r\n"])


@st.composite
def tables(draw) -> tuple[str, str]:
    delimiter = draw(st.sampled_from(",;\t|"))
    width = draw(st.integers(1, 4))
    rough = draw(st.integers(0, 1))
    columns = [draw(st.integers(0, 1)) for _ in range(width)]

    def cell(column: int) -> str:
        if columns[column]:
            raw = draw(texts if rough else texts.filter(lambda t: t[:1] == '"' == t[-1:]))
        else:
            raw = draw(numerals)
            raw = raw if raw[:1] == '"' or draw(st.booleans()) else quoted(raw)
        return raw if raw[:1] == '"' else raw.replace(delimiter, "")

    out = delimiter.join(draw(st.sampled_from(["a", '"b,c"', "logit", '"d\ne"', " y "]))
                         for _ in range(width)) + "\n"  # fmt: skip
    for _ in range(draw(st.integers(0, 12))):
        ragged = draw(st.integers(0, 60)) == 0
        out += delimiter.join(cell(column) for column in range(width - ragged)) + draw(endings)
    if draw(st.booleans()):
        out = out.removesuffix("\n").removesuffix("\r")
    return out + draw(st.sampled_from(["", "", "\n", "\n\n", "\r\n\n"])), delimiter


@settings(max_examples=600, deadline=None)
@given(tables(), st.sampled_from(SIZES), st.data())
def test_values_lines_and_errors_as_csv_has_them(table, size, data) -> None:
    text, delimiter = table
    try:
        width = len(by_csv(text, delimiter)[0][1])
    except UnclosedError:
        assert error_of(text, [], delimiter=delimiter, header=True, size=size)
        return
    wanted = data.draw(st.lists(st.integers(0, width - 1), unique=True, max_size=width).map(sorted))
    compare(text, delimiter, wanted, size)


@settings(max_examples=1000, deadline=None)
@given(st.text('",\n\n ax', max_size=40), st.sampled_from(SIZES))
def test_structure_of_arbitrary_text_as_csv_has_it(body: str, size: int) -> None:
    text = "a,b\n" + body
    try:
        assume(len([*by_csv(text, ","), (0, [])][1][1]) != 3)  # names of rows may stand there
    except UnclosedError:
        error = error_of(text, [], delimiter=",", size=size)
        assert "never closed" in error.problem or error.line is not None
        return
    compare(text, ",", [], size)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.lists(st.sampled_from(["1", "-2.5", "NA", '"3"', '" 4"']), min_size=2, max_size=2)),
    st.lists(st.sampled_from([" ", "\t", "  ", " \t "]), min_size=9, max_size=9),
    endings,
    st.sampled_from(SIZES),
)
def test_blanks_separate(cells, gaps, ending, size) -> None:
    text = "".join(
        f"{gaps[i % 9]}{first}{gaps[i % 7]}{second}{gaps[i % 5]}{ending}"
        for i, (first, second) in enumerate([["a", "b"], *cells])
    )
    if not cells:
        error = error_of(text, delimiter=" ", size=size)
        assert error.problem == "has a header but no rows"
        return
    found, at = rows_of(text, delimiter=" ", size=size)
    assert found == [[grammar.classify(cell.strip('"')) for cell in row] for row in cells]
    assert at == list(range(2, len(cells) + 2))


@pytest.mark.parametrize("size", SIZES)
def test_short_reads(size: int) -> None:
    rows = [f"{i % 2},{i / 7!r}" for i in range(500)]
    text = "\n".join(["label,logit", *rows]).encode()
    table = Delimited.open(Drops(text), source="f.csv", size=size)
    values = np.concatenate([chunk.values for chunk in table.chunks([0, 1])])
    assert values.tolist() == [[i % 2, i / 7] for i in range(500)]


def test_rows_of_a_live_stream_come_at_once() -> None:
    class Live(io.RawIOBase):
        given: Sequence[bytes] = ()

        def readinto(self, buffer) -> int:
            assert self.given, "read on although whole rows were there"
            piece, *self.given = self.given
            buffer[: len(piece)] = piece
            return len(piece)

    stream = Live()
    stream.given = (b"label,z\n", b"1,0.5\n0,")  # the second line may show names of rows
    table = Delimited.open(stream, source="f.csv")
    chunks = table.chunks([0, 1])
    for piece in (b"", b"0.5\n0,"):
        stream.given = (piece,)
        assert next(chunks).values[:, 1].tolist() == [0.5]
    stream.given = (b'"', b"1", b"\n", b'"\n')
    with pytest.raises(InputError, match=r"line 4, column z: not a number: '1\\n'"):
        next(chunks)


def test_chunks_keep_their_values() -> None:
    table = opened("a\n" + "".join(f"{i}\n" for i in range(99)), size=16)
    chunks = list(table.chunks([0]))
    assert len(chunks) > 9
    assert np.concatenate([chunk.values for chunk in chunks]).ravel().tolist() == list(range(99))


@pytest.mark.parametrize("rows", [10, 5000])  # short and tall chunks are laid out differently
@pytest.mark.parametrize("wanted", [[0], [2, 0], [1, 1], [0, 1, 2], []])
def test_wanted_columns_in_the_order_given(rows: int, wanted: list[int]) -> None:
    text = "".join(f"{i},{i}.5,{-i}\n" for i in range(rows))
    found, _ = rows_of(text, wanted)
    assert found == [[(i, i + 0.5, -i)[c] for c in wanted] for i in range(rows)]


@pytest.mark.parametrize(
    ("text", "names", "width"),
    [
        ("label,logit\n0,1\n", ("label", "logit"), 2),
        ("0,1\n1,0\n", None, 2),
        ("0,nan,NA,\n0,0,0,0\n", None, 4),
        ("\ufeffy;p\n0;1\n", ("y", "p"), 2),
        ("a\tb,c\n0\t1\n", ("a", "b,c"), 2),
        ('"a,b";c\n0;1\n', ("a,b", "c"), 2),
        ('"a\nb","c""d", e\n0,1,2\n', ("a\nb", 'c"d', "e"), 3),
        ("a  b c \n0 1\t2\n", ("a", "b", "c"), 3),
        ("a  b\t c \n0\t1\n", ("a  b", "c"), 2),
        ("a|b\r\n0|1\r\n", ("a", "b"), 2),
        ("0.5\n0.7\n", None, 1),
        ("a,a\n0,1\n", ("a", "a"), 2),
    ],
)
def test_line_one(text: str, names: tuple[str, ...] | None, width: int) -> None:
    for size in SIZES:
        table = opened(text, size=size)
        assert (table.names, table.width) == (names, width)
        assert len(list(table.chunks([0]))) >= 1


def test_column_numbers_or_data() -> None:
    with pytest.raises(OptionError, match="--header or --no-header"):
        opened("0,1,2\n3,4,5\n")
    assert opened("0,1,2\n3,4,5\n", header=True).names == ("0", "1", "2")
    assert rows_of("0,1,2\n3,4,5\n", header=False)[0] == [[0, 1, 2], [3, 4, 5]]
    assert opened("0,1\n3,4\n").names is None


def test_a_delimiter_inside_quotes_separates_nothing() -> None:
    assert opened('"y_a","p_\tx"\n1,0.5\n').names == ("y_a", "p_\tx")
    assert opened('5" x,6" y\n1,0.5\n').names == ('5" x', '6" y')


def test_given_delimiter() -> None:
    assert rows_of("1,5;2\n", delimiter=";", wanted=[1], header=False)[0] == [[2]]
    assert rows_of("1\t2\n", delimiter="\\t")[0] == [[1, 2]]
    assert rows_of("1 \t 2\n", delimiter=" ")[0] == [[1, 2]]
    for delimiter in ("", "ab", "0", ".", "-", "e", '"', "\n", "é"):
        with pytest.raises(OptionError):
            opened("1,2\n", delimiter=delimiter)
