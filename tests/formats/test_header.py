"""Line 1 of delimited text: names or data, and a question where it may be either."""

import math
from collections.abc import Callable
from pathlib import Path

import pytest
from reading import read, refused
from support import Ran

Xent = Callable[..., Ran]
QUESTION = "which may be column names or data; say --header or --no-header"


@pytest.fixture
def table(tmp_path: Path) -> Callable[..., Path]:
    def write(*lines: str, name: str = "a.csv") -> Path:
        path = tmp_path / name
        path.write_text("\n".join(lines))
        return path

    return write


def minus_log(*probs: float) -> float:
    return -math.fsum(map(math.log, probs)) / len(probs)


def test_names_of_classes_beside_numbers_are_data(xent: Xent) -> None:
    text = "cat,0.3,0.6\ndog,0.4,0.5\n"
    positions = ("--labels", ":1", "--probs", ":2..3")
    done = xent("ce", *positions, "--classes", "cat,dog", "-f", "value", stdin=text)
    assert math.isclose(float(done.out), minus_log(0.3, 0.5), rel_tol=1e-15)
    done = xent("ce", "--probs", ":2..3", "--classes", "cat,dog", "-f", "value", stdin=text)
    assert math.isclose(float(done.out), minus_log(0.3, 0.5), rel_tol=1e-15)
    undeclared = xent("ce", *positions, stdin=text)
    assert undeclared.code == 2
    assert "line 1, column :1: not a number: 'cat'" in undeclared.err
    assert "--classes" in undeclared.err


def test_text_in_other_columns_makes_no_header(xent: Xent, table: Callable[..., Path]) -> None:
    rows, more = ("a,1,0.9", "b,0,0.9"), ("c,1,0.9", "d,0,0.9")
    path = table(*rows)
    positions = ("--labels", ":2", "--probs", ":3")
    right = minus_log(0.9, 1 - 0.9)  # 1.2040
    done = xent("bce", path, *positions, "-f", "value")
    assert math.isclose(float(done.out), right, rel_tol=1e-15)
    shard = table(*more, name="b.csv")
    done = xent("bce", path, shard, *positions, "-f", "json").json
    assert done["samples"] == 4
    assert math.isclose(done["value"], right, rel_tol=1e-15)
    assert xent("accuracy", path, *positions, "-f", "json").json["samples"] == 2
    assert xent("reconcile", path, *positions, "--with", "exact", "-f", "json").json["samples"] == 2
    groups = xent("bce", path, *positions, "--by", ":1", "-f", "json").json["groups"]
    assert sorted(group["group"] for group in groups) == ["a", "b"]


@pytest.mark.parametrize(
    ("lines", "samples"),
    [
        (("label,prob", "1,0.5"), 1),
        (("label,0.5", "1,0.5"), None),  # text over a number, and a number that is no name
        (("label,1", "1,0.5"), 1),  # what labels are called beside a number that may be a name
        (("1,0.5", "0,0.25"), 2),
        (("NA,x", "1,0.5"), 1),
        (("1,", "0,0.25"), None),  # a missing cell in a row of data is an error
    ],
)
def test_columns_by_position(
    table: Callable[..., Path], lines: tuple[str, ...], samples: int | None
) -> None:
    given = {"labels": ":1", "probs": ":2"}
    if samples is None:
        refused("bce", table(*lines), **given)
    else:
        assert len(read("bce", table(*lines), **given).labels) == samples


@pytest.mark.parametrize(
    "lines",
    [
        ("id,1,2", "a,0,0.5"),  # 1 and 2 may be names, and are no whole numbers below
        ("id,0", "a,0.5"),
        ("id,,", "a,1,0.5"),
        ("0", "0.5", "1"),
        ("0,1", "1,0.25"),
        ("0,1,2", "1,2,3"),
        ("0,1", "cat,1"),
        ("0", "0.5"),
    ],
)
def test_numbers_that_may_be_names_are_a_question(
    table: Callable[..., Path], lines: tuple[str, ...]
) -> None:
    labels = table("1", "0", "1", name="y.csv")
    path, width = table(*lines), lines[0].count(",") + 1
    error = refused("bce", path, labels=f"@{labels}", probs=f":{min(2, width)}..{width}")
    assert QUESTION in str(error)


def test_rows_of_data_are_data_wherever_they_stand(table: Callable[..., Path]) -> None:
    """Whichever row stands first, the result is the same, or it is an error or a question."""
    rows = ["0,2,1", "1,0.5,1"]
    for slip in ("1,?,1", "0,-,1", "1,2.o,1", '1,"0,9",1', "1,nan(),1", "2,1,w", "?,1,2", ",0,1"):
        for place in range(3):
            lines = [*rows[:place], slip, *rows[place:]]
            refused("bce", table(*lines), labels=":1", logits=":2", weights=":3")
            refused("bce", table(*lines), labels=":3", logits=":1..1", mask=":2")


@pytest.mark.parametrize("gap", ["1,?,2,3", "?,0,2,3", "?,0,0,1", ",1,2,3"])
def test_missing_values_are_no_names(xent: Xent, gap: str) -> None:
    options = ("--labels", ":1..2", "--logits", ":3..4", "--missing", "skip-element")
    first, last = (
        xent("bce", *options, "--missing-values", "?", "-f", "value", stdin="\n".join(lines))
        for lines in ((gap, "0,1,2,0.5"), ("0,1,2,0.5", gap))
    )
    assert last.code == 0
    assert first.out == last.out


@pytest.mark.parametrize(
    "lines",
    [
        ("cat,1", "0,2", "1,0.5"),  # a slip in a row of data, as likely as a name
        ("yes,1", "0,2", "1,0.5"),  # a label, and no word for a column
        ("1,prob", "0,0.5"),  # a label that may be a name
        (",0", "1,0.5"),  # the index of pandas, which is picked
    ],
)
def test_one_number_beside_text_is_a_question(
    table: Callable[..., Path], lines: tuple[str, ...]
) -> None:
    assert QUESTION in str(refused("bce", table(*lines), labels=":1", logits=":2"))


def test_a_count_of_whole_numbers_over_whole_numbers_is_data(table: Callable[..., Path]) -> None:
    found = read("bce", table("0,1", "1,0", "1,1"), labels=":1", logits=":2")
    assert found.labels == [0, 1, 1]


def test_arrays_of_pandas_without_a_name(table: Callable[..., Path]) -> None:
    y, p = table("0", "0", "1", name="y.csv"), table("0", "0", "0.5", name="p.csv")
    error = refused("bce", labels=f"@{y}", probs=f"@{p}")
    assert QUESTION in str(error)
    assert f"--probs @{p}#header=no or =yes" in str(error)
    found = read("bce", labels=f"@{y}#header=yes", probs=f"@{p}#header=yes")
    assert (found.labels, found.scores) == ([0, 1], [0, 0.5])
    assert found == read("bce", labels=f"@{y}", probs=f"@{p}", header=True)._replace(
        last=found.last
    )
    found = read("bce", labels=f"@{y}#header=no", probs=f"@{p}#:1,header=no", header=True)
    assert (found.labels, found.scores) == ([0, 0, 1], [0, 0, 0.5])


def test_an_index_without_a_name_is_a_header(table: Callable[..., Path]) -> None:
    y, p = table(",0", "0,1", "1,0", name="y.csv"), table(",0", "0,0.5", "1,0.5", name="p.csv")
    found = read("bce", labels=f"@{y}#0", probs=f"@{p}#0")
    assert (found.labels, found.scores) == ([1, 0], [0.5, 0.5])
    error = refused("bce", labels=f"@{y}", probs=f"@{p}#0")
    problem = "first column without a name, which may number the rows"
    assert f"{problem}; pick the columns, such as --labels @{y}#0" in str(error)
    both = table(",0,1", "0,0.5,0.5", name="both.csv")
    assert read("bce", both, labels=":2", probs=":3").scores == [0.5]


def test_class_names_in_an_array(table: Callable[..., Path]) -> None:
    names = table("cat", "dog", name="y.csv")
    given = {"probs": "0.5,0.5;0.25,0.75", "classes": ("cat", "dog")}
    assert read("ce", labels=f"@{names}", **given).labels == [0, 1]
    headed = table("animal", "cat", "dog", name="y.csv")
    assert read("ce", labels=f"@{headed}", **given).labels == [0, 1]
    either = table("target", "cat", "target", name="y.csv")
    given["classes"] = ("cat", "target")
    assert QUESTION in str(refused("ce", labels=f"@{either}", **given))


@pytest.mark.parametrize(
    "lines",
    [
        ('"y" "p"', '"1" 1 0.9', '"2" 0 0.2'),
        ("y p", "1 1 0.9", "2 0 0.2"),
        ("y,p", '"1",1,0.9', '"7",0,0.2'),
        ("y\tp", "a\t1\t0.9", "b\t0\t0.2"),
    ],
)
def test_row_names_of_r(table: Callable[..., Path], lines: tuple[str, ...]) -> None:
    found = read("bce", table(*lines))
    assert (found.labels, found.scores) == ([1, 0], [0.9, 0.2])


@pytest.mark.parametrize(
    "lines",
    [
        ("y,p", "1,0,9", "2,0,2"),  # decimal commas
        ("y p", "3 1 0.9", "2 0 0.2"),
        ("y\tp", "1\t1\t", "2\t0\t"),
    ],
)
def test_one_cell_more_than_names(table: Callable[..., Path], lines: tuple[str, ...]) -> None:
    error = refused("bce", table(*lines))
    assert "line 2: has 3 cells, line 1 has 2; if rows begin with row names" in str(error)


def test_lengths_that_differ_say_what_line_1_was(table: Callable[..., Path]) -> None:
    y, p = table("y", "1", "0", name="y.csv"), table("0.5", "0.25", "0.1", name="p.csv")
    taken = (f"line 1 of {y} (y) was taken for names", f"line 1 of {p} (0.5) was taken for data")
    for files, given in (
        ((), {"labels": f"@{y}", "probs": f"@{p}"}),
        ((p,), {"labels": f"@{y}", "probs": ":1"}),
        ((y,), {"labels": ":1", "probs": f"@{p}"}),
    ):
        error = refused("bce", *files, **given)
        assert all(words in str(error) for words in taken)


@pytest.mark.parametrize("name", ["label", "y", "sick", "target"])
def test_a_column_of_pandas_without_a_name_beside_whole_numbers(
    xent: Xent, table: Callable[..., Path], name: str
) -> None:
    path = table(f"{name},0", "0,0", "1,1")
    ran = xent("bce", path, "--probs", ":2")
    assert ran.code == 2
    assert ran.err == f"xent: error: {path}, line 1 is {name},0, {QUESTION}\n"
    picked = ("--labels", ":1", "--probs", ":2", "--header", "-f", "value")
    assert float(xent("bce", path, *picked).out) == 0
    two = table(f"{name},0,1", "0,1,0", "1,0,1")
    assert QUESTION in xent("ce", two, "--probs", ":2..3").err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("y,1\nn,0\n", "note: labels n and y are taken as 0 and 1"),
        ("yes,1\nno,0\n", "note: labels no and yes are taken as 0 and 1"),
        ("?,0\n0,0\n1,1\n", "not a number: '?'"),
        ("cat,0\ndog,1\n", "not a number: 'cat'"),
    ],
)
def test_text_that_is_a_label_or_missing_is_data(xent: Xent, text: str, said: str) -> None:
    ran = xent("bce", "--probs", ":2", stdin=text)
    assert said in ran.err
    assert QUESTION not in ran.err
