"""Words and numbers that stand for what is missing, and lines that hold no data."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from reading import read, refused
from support import Ran

from xentcli.formats.grammar import PLACEHOLDERS

Xent = Callable[..., Ran]


@pytest.mark.parametrize("word", [r"\N", ".", "#N/A", "?", "<NA>", "-"])
@pytest.mark.parametrize("column", ["y", "p"])
@pytest.mark.parametrize("form", ["csv", "tsv", "jsonl", "json"])
def test_placeholders(tmp_path: Path, word: str, column: str, form: str) -> None:
    rows = [{"y": "1", "p": "0.5"}, {"y": "0", "p": "0.25"} | {column: word}]
    path = tmp_path / f"a.{form}"
    path.write_text(_text(rows, form))
    if not (form.startswith("json") and column == "y"):
        assert f"say --missing-values '{word}' --missing skip" in str(refused("bce", path))
    assert "is missing" in str(refused("bce", path, missing_values=(word,)))
    found = read("bce", path, missing_values=(word,), missing="skip")
    assert (found.labels, found.scores) == ([1], [0.5])


def _text(rows: list[dict[str, str]], form: str) -> str:
    mark = "\t" if form == "tsv" else ","
    if not form.startswith("json"):
        return "".join(f"{mark.join(row)}\n" for row in [rows[0].keys(), *map(dict.values, rows)])
    typed = [{key: _number(cell) for key, cell in row.items()} for row in rows]
    return json.dumps(typed) if form == "json" else "".join(json.dumps(r) + "\n" for r in typed)


def _number(cell: str) -> float | str:
    try:
        return float(cell)
    except ValueError:
        return cell


TEXTS = ["csv", "tsv", "json", "rows.json", "jsonl", "inline", "[inline]"]
FORMS = [*TEXTS, "parquet", "arrow", "npz", "npy"]


def _wrote(folder: Path, form: str, columns: dict[str, list[Any]]) -> tuple[list[Path], Any]:
    """The files and options that give ``columns`` in a format, as its own writers spell them."""
    path = folder / f"a.{form}"
    rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    if form in ("parquet", "arrow"):
        pytest.importorskip("polars")
        from frame_files import written

        return [written(folder, columns, form)], {}
    if form == "npz":
        np.savez(path, **columns)
    elif form == "npy":
        for name, values in columns.items():
            np.save(folder / f"{name}.npy", values)
        return [], {role: f"@{folder / name}.npy" for role, name in OPTIONS.items()}
    elif "inline" in form:
        typed = {name: json.dumps(values).replace(" ", "") for name, values in columns.items()}
        cut = slice(None) if "[" in form else slice(1, -1)
        return [], {role: typed[name][cut] for role, name in OPTIONS.items()}
    elif form == "jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    elif "json" in form:
        path.write_text(json.dumps(rows if form == "rows.json" else columns))
    else:
        cells = [{key: json.dumps(cell) for key, cell in row.items()} for row in rows]
        path.write_text(_text(cells, form))
    return [path], {}


OPTIONS = {"labels": "y", "probs": "p"}
T, F = True, False
# The words, the columns, and the labels and probabilities that are left.
VERDICTS: dict[str, tuple[tuple[str, ...], list[Any], list[float], list[float], list[float]]] = {
    "true": (("true",), [T, F, T], [0.5, 0.25, 0.5], [0], [0.25]),
    "false": (("false",), [T, F, T], [0.5, 0.25, 0.5], [1, 1], [0.5, 0.5]),
    "the other": (("false",), [T, T], [0.5, 0.25], [1, 1], [0.5, 0.25]),
    "1 is not true": (("1", "0.0"), [T, F], [0.5, 0.25], [1, 0], [0.5, 0.25]),
    "true is not 1": (("true",), [1, 0], [0.5, 0.25], [1, 0], [0.5, 0.25]),
    "integers": (("-999",), [1, 0, -999], [0.5, 0.25, 0.5], [1, 0], [0.5, 0.25]),
    "decimals": (("-999.0",), [1, -999], [0.5, 0.25], [1], [0.5]),
    "floats": (("-999",), [1, 0], [0.5, -999.0], [1], [0.5]),
    "two": (("-9.99e2", "-1"), [1, -1, 0, 1], [0.5, 0.5, -999.0, 0.25], [1, 1], [0.5, 0.25]),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("verdict", VERDICTS)
def test_one_verdict_in_all_formats(tmp_path: Path, form: str, verdict: str) -> None:
    """Numbers by value, also those that a file of arrays holds; truth values by their names."""
    words, labels, probs, *left = VERDICTS[verdict]
    files, options = _wrote(tmp_path, form, {"y": labels, "p": probs})
    options = {**OPTIONS, **options, "missing": "skip"}
    found = read("bce", *files, missing_values=words, **options)
    assert [found.labels, found.scores] == left
    if len(left[0]) < len(labels):
        error = refused("bce", *files, missing_values=words, **options | {"missing": "error"})
        assert "is missing" in str(error)


@pytest.mark.parametrize("form", ["csv", "jsonl", "npy", "inline"])
def test_nan_is_a_number_too(tmp_path: Path, form: str) -> None:
    files, options = _wrote(tmp_path, form, {"y": [1, 0], "p": [0.5, float("nan")]})
    options = {**OPTIONS, **options}
    found = read("bce", *files, missing_values=("nan",), missing="skip", **options)
    assert (found.labels, found.scores) == ([1], [0.5])


def test_truth_values_with_gaps_and_among_numbers(tmp_path: Path) -> None:
    polars = pytest.importorskip("polars")
    labels = [True, None, False]
    polars.DataFrame({"y": labels, "p": [0.5, 0.25, 0.25]}).write_parquet(tmp_path / "a.parquet")
    (tmp_path / "a.json").write_text(json.dumps({"y": labels, "p": [0.5, 0.25, 0.25]}))
    for path in (tmp_path / "a.parquet", tmp_path / "a.json"):
        found = read("bce", path, missing_values=("True",), missing="skip")
        assert (found.labels, found.scores) == ([0], [0.25])
        assert read("bce", path, missing="skip").labels == [1, 0]
    mixed = {"labels": "[true,0,1]", "probs": "0.5,0.25,0.75"}
    assert read("bce", missing_values=("true",), missing="skip", **mixed).labels == [0, 1]


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_numbers_are_missing_as_a_narrow_type_rounds_them(tmp_path: Path, dtype: Any) -> None:
    """But what the type cannot hold is not its infinity or its 0."""
    np.save(tmp_path / "z.npy", np.array([-99.9, 0.5, 0, -np.inf], dtype))
    options = {"labels": "1,1,1,1", "logits": f"@{tmp_path}/z.npy", "missing": "skip"}
    found = read("bce", missing_values=("-99.9", "1e-300", "-1e300"), **options)
    assert found.scores == [0.5, 0, -np.inf]


def test_names_of_classes_are_not_missing(tmp_path: Path) -> None:
    """Class 0 is not the number 0."""
    path = tmp_path / "a.csv"
    path.write_text("y,p_cat,p_dog\ncat,0.5,0.5\n?,0.5,0.5\n")
    options = {"missing_values": ("?", "0"), "missing": "skip"}
    assert read("ce", path, **options).labels == [0]
    assert read("ce", path, classes=("cat", "dog"), **options).labels == [0]
    error = refused("ce", path, classes=("cat", "?"), missing_values=("?",))
    assert str(error).startswith("? is one of --classes and of --missing-values")


def test_texts_of_typed_files(tmp_path: Path) -> None:
    polars = pytest.importorskip("polars")
    path = tmp_path / "a.parquet"
    frame = polars.DataFrame({"y": ["yes", "?", None, "no"], "p": [0.5, 0.25, 0.25, 0.5]})
    frame.write_parquet(path)
    found = read("bce", path, missing_values=("?",), missing="skip")
    assert (found.labels, found.scores) == ([1, 0], [0.5, 0.5])


def test_an_option_of_the_command(xent: Xent) -> None:
    text = "y,p\n1,0.5\n?,0.5\n0,.\n"
    ran = xent("bce", "--missing-values", "?, .", "--missing", "skip", "-f", "json", stdin=text)
    assert (ran.json["samples"], ran.json["missing"]) == (1, 2)
    assert "has an empty word" in xent("bce", "--missing-values", "?,", stdin=text).err


def test_every_placeholder_can_be_said(xent: Xent) -> None:
    for word in PLACEHOLDERS:
        said = xent("bce", stdin=f"y,p\n1,0.5\n0,{word}\n").err
        assert f"'{word}'" in said or "is missing" in said, said


HEADER = "id,y,p\n"
LINES = {
    "header": (HEADER + "a,1,0.5\n" + HEADER + "b,0,0.5\n", "line 3: is the header again"),
    "total": (HEADER + "a,1,0.5\nTotal,-,1.5\n", r"line 3: is a line of totals ('Total')"),
    "total-empty": (HEADER + "a,1,0.5\nTotal,,1.5\n", r"line 3: is a line of totals ('Total')"),
    "total-range": (HEADER + "a,1,0.5\nTotal,9,1.5\n", r"line 3: is a line of totals ('Total')"),
    "total-quoted": (HEADER + '"a\nb",1,0.5\nSum,9,1.5\n', r"line 4: is a line of totals ('Sum')"),
    "total-text": (HEADER + "a,1,0.5\nb,total,0.5\n", "line 3: is a line of totals ('total')"),
    "total-ragged": (HEADER + "a,1,0.5\nTotal: 2\n", None),
    "comment": (HEADER + "a,1,0.5\n# one more\n", "line 3: is a comment; take such lines out"),
    "comment-first": ("# made by hand\n" + HEADER + "a,1,0.5\n", "if it is a comment, tail -n +2"),
    "comment-header": ("# y,p\n1,0.5\n", "if only the # is, sed '1s/^#* *//'"),
    "blank": (HEADER + "a,1,0.5\n\nb,0,0.5\n", "line 3: is blank"),
}


@pytest.mark.parametrize(("text", "message"), LINES.values(), ids=LINES)
def test_lines_that_hold_no_data(tmp_path: Path, text: str, message: str | None) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text)
    error = str(refused("bce", path))
    assert (message or "line 3: has 1 cell") in error


def test_ids_may_be_called_like_totals(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(HEADER + "Total,1,0.5\n#,0,0.5\n")
    assert read("bce", path).labels == [1, 0]


def test_totals_far_down(tmp_path: Path) -> None:
    """Each stretch of a file is looked at on its own."""
    rows = 300_000
    path = tmp_path / "a.csv"
    path.write_text(HEADER + "a,1,0.5\n" * rows + "Total,,0.5\n")
    assert f"line {rows + 2}: is a line of totals ('Total')" in str(refused("bce", path))
    assert len(read("bce", path, missing="skip").labels) == rows
