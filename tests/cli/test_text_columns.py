"""Columns of text, by way of ``--id`` and ``--by``: every format gives them as they are written."""

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support import Ran

Xent = Callable[..., Ran]
LOG2 = 0.6931471805599453
HOSTILE = [
    "[red]x",
    "[/]",
    "a,b",
    'say "so"',
    "two\nlines",
    "tab\there",
    "bare\rreturn",
    "\x1b[31mred",
    "\u202eflip",
    "100%",
    "%s",
    "a|b",
    "x" * 5000,
    "日本語",
    " padded ",
    "NA",
    "1_000",
]


def table(path: Path, rows: list[tuple[Any, ...]], *names: str) -> Path:
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)
        writer.writerows([names, *rows])
    return path


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    rows = [(0, place / 4, key) for place, key in enumerate(HOSTILE)]
    return table(tmp_path / "hostile.csv", rows, "label", "logit", "key")


def read_csv(text: str, delimiter: str = ",") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))


def test_hostile_texts_come_through_as_they_are(xent: Xent, hostile: Path) -> None:
    by = read_csv(xent("bce", "-q", hostile, "--by", "key", "-f", "csv").out)
    assert [line["group"] for line in by] == HOSTILE[::-1]
    by = read_csv(xent("bce", "-q", hostile, "--by", "key", "-f", "tsv").out, "\t")
    assert [line["group"] for line in by] == HOSTILE[::-1]
    found = xent("bce", "-q", hostile, "--by", "key", "--worst", 99, "--id", "key", "-f", "json")
    assert [group["group"] for group in found.json["groups"]] == HOSTILE[::-1]
    assert [each["key"] for each in found.json["worst"]] == HOSTILE[::-1]
    worst = read_csv(xent("bce", "-q", hostile, "--worst", 99, "--id", "key", "-f", "csv").out)
    assert [line["key"] for line in worst] == HOSTILE[::-1]


@pytest.mark.parametrize("form", ["table", "markdown"])
def test_hostile_texts_do_not_drive_a_terminal(xent: Xent, hostile: Path, form: str) -> None:
    shown = xent("bce", "-q", hostile, "--by", "key", "--worst", 99, "--id", "key", "-f", form).out
    for control in "\x1b\r\t\u202e":
        assert control not in shown
    assert shown.count("[red]x") == 2
    assert shown.count("two\\nlines") == 2
    assert max(map(len, shown.splitlines())) < 200
    assert shown.count("x" * 57 + "...") == 2


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|", " "])
def test_cells_of_delimited_text(xent: Xent, tmp_path: Path, delimiter: str) -> None:
    lines = ["key,label,logit", '"a ""b"" c",1,0', "x,1,0", '"",1,0', "007,1,0", '"é",1,0']
    path = tmp_path / "a.txt"
    path.write_text("\r\n".join(line.replace(",", delimiter) for line in lines), newline="")
    given = () if delimiter == " " else ("-d", delimiter)
    found = xent("bce", "-q", path, *given, "--by", "key", "-f", "json")
    assert found.code == 0, found.err
    keys = [group["group"] for group in found.json["groups"]]
    assert keys == ['a "b" c', "x", "", "007", "é"]


def test_blanks_stay_inside_of_quotes_only(xent: Xent, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('label,logit,key\n1,0, a \n1,0,a\n1,0," a "\n1,0,\t\n')
    groups = xent("bce", "-q", path, "--by", "key", "-f", "json").json["groups"]
    assert [(group["group"], group["samples"]) for group in groups] == [
        ("a", 2),
        (" a ", 1),
        ("", 1),
    ]


JSON_KEYS = ['"a"', "1", "1.50", "12345678901234567890", "true", "null", '"1"', '"\\u0000"', '""']
JSON_TEXTS = ["a", "1", "1.50", "12345678901234567890", "true", "", "1", "\0", ""]


@pytest.mark.parametrize("shape", ["lines", "rows", "arrays", "lists"])
def test_json_values_by_their_text(xent: Xent, tmp_path: Path, shape: str) -> None:
    rows = [f'{{"label": 1, "logit": 0, "key": {key}}}' for key in JSON_KEYS]
    text = {
        "lines": "\n".join(rows),
        "rows": f"[{', '.join(rows)}]",
        "arrays": f'{{"label": {[1] * 9}, "logit": {[0] * 9}, "key": [{", ".join(JSON_KEYS)}]}}',
        "lists": f"[{', '.join(f'[1, 0, {key}]' for key in JSON_KEYS)}]",
    }[shape]
    path = tmp_path / "a.json"
    path.write_text(text)
    columns = (":1", ":2", ":3") if shape == "lists" else ("label", "logit", "key")
    more = ("--input-format", "jsonl") if shape == "lines" else ()
    found = xent(
        "bce",
        "-q",
        path,
        *more,
        "-y",
        columns[0],
        "--logits",
        columns[1],
        "--worst",
        9,
        "--id",
        columns[2],
        "--by",
        columns[2],
        "-f",
        "json",
    )
    assert found.code == 0, found.err
    key = columns[2]
    assert [each[key] for each in found.json["worst"]] == JSON_TEXTS
    assert [group["group"] for group in found.json["groups"]] == list(dict.fromkeys(JSON_TEXTS))


def test_a_key_that_is_absent_is_missing(xent: Xent, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"label": 1, "logit": 0, "k": "x"}\n{"label": 1, "logit": 0}\n')
    groups = xent("bce", "-q", path, "--by", "k", "-f", "json").json["groups"]
    assert [group["group"] for group in groups] == ["x", ""]


def test_arrays_of_numbers(xent: Xent, tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    numbers = np.array([1.0, 2.5, np.nan, 1.0])
    np.savez(path, y=[1, 1, 1, 1], z=np.zeros((4, 2, 3)), k=numbers, f=numbers.astype(np.float32))
    for name in "kf":
        found = xent("ce", "-q", path, "-y", "y", "--logits", "z", "--by", name)
        assert "do not fit" in found.err
        np.savez(path, y=np.ones((4, 2), int), z=np.zeros((4, 2, 3)), k=numbers, f=numbers)
        groups = xent(
            "ce", "-q", path, "-y", "y", "--logits", "z", "--by", name, "-f", "json"
        ).json["groups"]
        assert [(g["group"], g["samples"]) for g in groups] == [("1", 4), ("2.5", 2), ("nan", 2)]
        np.savez(path, y=[1, 1, 1, 1], z=np.zeros((4, 2, 3)), k=numbers, f=numbers)
    matrix = tmp_path / "a.npy"
    np.save(matrix, np.array([[1, 0.5, 7], [0, 0.25, 8]]))
    found = xent("bce", "-q", matrix, "--probs", ":2", "--by", ":3", "-f", "json").json
    assert [(g["group"], g["samples"]) for g in found["groups"]] == [("7", 1), ("8", 1)]
    assert found["by"] == ":3"


def test_rows_left_out_leave_their_texts(xent: Xent, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("label,logit,k\n1,0,a\n1,,b\n1,-1,c\n0,NA,d\n1,-2,e\n")
    found = xent(
        "bce", "-q", path, "--missing", "skip", "--worst", 9, "--id", "k", "--by", "k", "-f", "json"
    ).json
    assert [(each["sample"], each["k"]) for each in found["worst"]] == [
        (5, "e"),
        (3, "c"),
        (1, "a"),
    ]
    assert [group["group"] for group in found["groups"]] == ["e", "c", "a"]


def test_columns_of_text_may_be_labels_too_and_take_nothing_away(
    xent: Xent, tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("label,logit\n1,0\n0,0\n1,0\n")
    found = xent("bce", "-q", path, "--by", "label", "--worst", 1, "--id", "l*", "-f", "json").json
    assert [(g["group"], g["samples"]) for g in found["groups"]] == [("1", 2), ("0", 1)]
    assert found["worst"][0]["logit"] == "0"


def test_columns_of_stdin_and_arrays_beside_a_file(xent: Xent, tmp_path: Path) -> None:
    asked = ("bce", "-q", "--labels", "y", "--logits", "z", "--by", "k", "-f", "json")
    assert xent(*asked, stdin="y,z,k\n1,0,a\n").json["groups"][0]["group"] == "a"
    for name, values in (("y", [1, 0]), ("z", [0.0, -1.0])):
        np.save(tmp_path / f"{name}.npy", np.array(values))
    path = tmp_path / "k.csv"
    path.write_text("k,other\na,x\nb,x\n")
    arrays = ("--labels", f"@{tmp_path}/y.npy", "--logits", f"@{tmp_path}/z.npy")
    found = xent("bce", "-q", path, *arrays, "--by", "k", "-f", "json")
    assert [group["group"] for group in found.json["groups"]] == ["a", "b"]


def test_nested_values_are_no_text(xent: Xent, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"label": 1, "logit": 0, "k": "x"}\n{"label": 1, "logit": 0, "k": [1]}\n')
    ran = xent("bce", path, "--by", "k")
    assert ran.code == 2
    assert "line 2, $.k: not text: an array" in ran.err
    np.savez(tmp_path / "a.npz", label=[1, 0], logit=[0, 0], k=[[1, 2], [3, 4]], short=[1])
    assert "has 2 axes where one value per row" in xent("bce", tmp_path / "a.npz", "--by", "k").err
    ran = xent("bce", tmp_path / "a.npz", "--by", "short")
    assert "--by [1] does not fit logits [2]" in ran.err
