"""Formats other than delimited text, and how a format is recognised."""

import bz2
import gzip
import json
import lzma
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support import Ran

Xent = Callable[..., Ran]

VALUE = ("-f", "value", "-q")
LABELS, LOGITS = [1, 0, 1], [2.0, -1.0, 0.5]
# The mean of log1p(exp(-2)), log1p(exp(-1)), log1p(exp(-0.5)) at 25 digits, from mpmath.
MEAN = 0.3047555609137673371219066

COLUMNS = {"label": LABELS, "logit": LOGITS}
RECORDS = [{"label": y, "logit": z} for y, z in zip(LABELS, LOGITS, strict=True)]
CSV = "label,logit\n1,2\n0,-1\n1,0.5\n"

TEXTS = {
    "csv": CSV,
    "csv-bom": "\ufeff" + CSV,
    "csv-crlf": CSV.replace("\n", "\r\n"),
    "csv-no-last-newline": CSV.rstrip(),
    "csv-quoted": '"label","logit"\n"1","2"\n"0","-1"\n"1","0.5"\n',
    "tsv": CSV.replace(",", "\t"),
    "semicolons": CSV.replace(",", ";"),
    "bars": CSV.replace(",", "|"),
    "blanks": CSV.replace(",", "   "),
    "json-columns": json.dumps(COLUMNS),
    "json-columns-indented": json.dumps(COLUMNS, indent=1),
    "json-records": json.dumps(RECORDS),
    "json-records-indented": "\n " + json.dumps(RECORDS, indent=1),
    "json-lines": "".join(json.dumps(r) + "\n" for r in RECORDS),
    "json-lines-blank-end": "\n".join(map(json.dumps, RECORDS)) + "\n\n",
    "json-booleans": json.dumps({"label": [True, False, True], "logit": LOGITS}),
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_recognised_on_stdin(xent: Xent, text: str) -> None:
    ran = xent("bce", *VALUE, stdin=text)
    assert (ran.code, ran.err) == (0, "")
    assert abs(float(ran.out) - MEAN) <= 2**-54


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz"])
def test_compressed_whatever_the_name(
    xent: Xent, tmp_path: Path, pack: Callable[[bytes], bytes], name: str
) -> None:
    (tmp_path / name).write_bytes(pack(CSV.encode()))
    assert abs(float(xent("bce", tmp_path / name, *VALUE).out) - MEAN) <= 2**-54
    assert abs(float(xent("bce", *VALUE, stdin=pack(CSV.encode())).out) - MEAN) <= 2**-54


@pytest.mark.parametrize(
    "text",
    ["1 2\n0 -1\n1 0.5\n", "1,2\n0,-1\n1,.5\n", "[[1,2],[0,-1],[1,0.5]]", "[1,2]\n[0,-1]\n[1,0.5]"],
)
def test_tables_without_names(xent: Xent, text: str) -> None:
    kind = ("--input-format", "jsonl") if text.startswith("[1") else ()
    ran = xent("bce", "--logits", ":2", *kind, *VALUE, stdin=text)
    assert abs(float(ran.out) - MEAN) <= 2**-54


def test_one_object_with_a_scalar_label_is_one_sample(xent: Xent) -> None:
    ran = xent("ce", "-f", "json", stdin='{"label": 0, "logits": [2, 0], "name": "x"}')
    assert ran.json["samples"] == 1
    assert abs(ran.json["mean"] - 0.1269280110429724964437268) <= 2**-55


@pytest.mark.parametrize(
    ("labels", "logits", "samples"),
    [("1", "0,2", 1), ("0,1", "0,2", 1), ("1,1", "0,2;0,2", 2), ("[[0,1]]", "[[0,2]]", 1)],
)
def test_one_row_of_scores_is_one_sample_for_ce(
    xent: Xent, labels: str, logits: str, samples: int
) -> None:
    found = xent("ce", "--labels", labels, "--logits", logits, "-f", "json").json
    assert found["samples"] == samples
    assert abs(found["mean"] - 0.1269280110429724964437268) <= 2**-55


@pytest.mark.parametrize(
    "kind", ["f2", "f4", "f8", ">f8", ">f4", "i1", "i8", ">i4", "u2", "fortran", "strided"]
)
def test_npy_of_every_kind(xent: Xent, tmp_path: Path, kind: str) -> None:
    logits = np.array([[2, -1], [1, 0]])
    array = {
        "fortran": np.asfortranarray(logits, dtype=float),
        "strided": np.array(logits, float)[:, ::-1][:, ::-1],
    }.get(kind, logits if len(kind) > 3 else logits.astype(kind if len(kind) < 4 else "f8"))
    if kind.startswith("u"):
        array = np.array([[2, 3], [1, 0]], kind)
    np.save(tmp_path / "z.npy", array)
    np.save(tmp_path / "y.npy", np.array([[True, False], [False, True]]))
    expected = xent(
        "bce", "--labels", "1,0;0,1", "--logits", json.dumps(array.astype(float).tolist()), *VALUE
    ).out
    files = ("--labels", f"@{tmp_path}/y.npy", "--logits", f"@{tmp_path}/z.npy")
    assert xent("bce", *files, *VALUE).out == expected


def test_more_axes_are_samples_by_outputs(xent: Xent, tmp_path: Path) -> None:
    logits = np.linspace(-3, 3, 24).reshape(2, 3, 4)
    np.save(tmp_path / "z.npy", logits)
    np.save(tmp_path / "y.npy", logits > 0)
    files = ("--labels", f"@{tmp_path}/y.npy", "--logits", f"@{tmp_path}/z.npy")
    found = xent("bce", *files, "-f", "json").json
    assert (found["samples"], found["elements"]) == (6, 24)
    reference = np.log1p(np.exp(-np.abs(logits))).mean()
    assert abs(found["mean"] - reference) < 1e-15


REFERENCES = {
    "csv": (CSV.encode(), "#label", "#logit"),
    "json": (json.dumps(COLUMNS).encode(), "#label", "#logit"),
    "jsonl": (TEXTS["json-lines"].encode(), "#label", "#logit"),
}


@pytest.mark.parametrize("suffix", REFERENCES)
def test_references_pick_from_files(xent: Xent, tmp_path: Path, suffix: str) -> None:
    data, labels, logits = REFERENCES[suffix]
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(data)
    args = ("--labels", f"@{path}{labels}", "--logits", f"@{path}{logits}")
    assert abs(float(xent("bce", *args, *VALUE).out) - MEAN) <= 2**-54


def test_references_to_members_of_an_npz(xent: Xent, tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    np.savez_compressed(path, truth=np.array(LABELS), score=np.array(LOGITS))
    args = ("--labels", f"@{path}#truth", "--logits", f"@{path}#score")
    assert abs(float(xent("bce", *args, *VALUE).out) - MEAN) <= 2**-54
    ran = xent("bce", "--labels", f"@{path}", "--logits", f"@{path}#score")
    assert "holds 2 arrays; pick one, such as --labels @" in ran.err


def test_references_without_a_selector_are_the_whole_table(xent: Xent, tmp_path: Path) -> None:
    (tmp_path / "z.csv").write_text("a,b\n2,0\n0,2\n")
    (tmp_path / "y.json").write_text("[0, 1]")
    args = ("--labels", f"@{tmp_path}/y.json", "--logits", f"@{tmp_path}/z.csv")
    found = xent("ce", *args, "-f", "json").json
    assert found["samples"] == 2
    assert abs(found["mean"] - 0.1269280110429724964437268) <= 2**-55


def test_columns_beside_an_array_file(xent: Xent, tmp_path: Path) -> None:
    (tmp_path / "z.csv").write_text("logit\n2\n")
    (tmp_path / "more.csv").write_text("logit\n-1\n0.5\n")
    np.save(tmp_path / "y.npy", np.array(LABELS))
    files = (tmp_path / "z.csv", tmp_path / "more.csv")
    ran = xent("bce", *files, "--labels", f"@{tmp_path}/y.npy", *VALUE)
    assert abs(float(ran.out) - MEAN) <= 2**-54
    np.save(tmp_path / "y.npy", np.array([*LABELS, 1]))
    ran = xent("bce", *files, "--labels", f"@{tmp_path}/y.npy", *VALUE)
    assert (ran.code, "--labels has 4 rows, the input has 3" in ran.err) == (2, True)


def test_array_from_stdin_beside_a_file(xent: Xent, tmp_path: Path) -> None:
    (tmp_path / "z.csv").write_text("logit\n2\n-1\n0.5\n")
    ran = xent("bce", tmp_path / "z.csv", "--labels", "@-", *VALUE, stdin="[1, 0, 1]")
    assert abs(float(ran.out) - MEAN) <= 2**-54


def test_missing_rows_are_left_out_and_counted(xent: Xent) -> None:
    text = "label,logit\n1,2\n,5\n0,-1\n1,NA\n1,0.5\n"
    ran = xent("bce", "--missing", "skip", "-f", "json", stdin=text)
    assert abs(ran.json["mean"] - MEAN) <= 2**-54
    assert (ran.json["samples"], ran.json["missing"]) == (3, 2)
    assert "2 rows were left out for a missing value" in ran.err
    rows = xent("bce", "--missing", "skip", "-f", "csv", stdin=text).out.splitlines()
    assert [row.split(",")[0] for row in rows] == ["sample", "1", "3", "5"]
    nothing = xent("bce", "--missing", "skip", stdin="label,logit\nNA,1\n")
    assert (nothing.code, "every row has a missing value" in nothing.err) == (2, True)


@pytest.mark.parametrize("option", ["--weights", "-w"])
def test_weights(xent: Xent, option: str) -> None:
    text = "label,logit,w\n1,2,3\n0,-1,1\n1,-1000,0\n"
    found = xent("bce", option, "w", "-f", "json", stdin=text).json
    assert abs(found["mean"] - (3 * 0.1269280110429724964 + 0.3132616875182228340) / 4) < 2**-54
    assert (found["weight"], found["ignored"], found["std_error"]) == (4.0, 1, None)
    assert found["max"] < 1


def test_a_weight_of_zero_leaves_even_infinity_out(xent: Xent) -> None:
    args = ("--labels", "1,1", "--probs", "0.5,0", "--weights", "1,0")
    found = xent("bce", *args, "-f", "json").json
    assert (found["value"], found["nonfinite"]) == (0.6931471805599453, 0)


def test_notes(xent: Xent) -> None:
    def notes(*args: Any, stdin: str = "") -> str:
        return xent(*args, stdin=stdin).err

    assert "say --probs" in notes("bce", "--labels", "1,0", "--logits", "0.9,0.2")
    softmax = ("ce", "--labels", "0,1", "--logits", "0.9,0.1;0.5,0.5")
    assert "already a softmax?" in notes(*softmax)
    off = notes("ce", "--labels", "0,1", "--probs", "0.9,0.1;0.5,0.6")
    assert "1 of 2 rows of probabilities do not sum to 1 (first: sample 2, sum 1.1)" in off
    unseen = notes("ce", "--labels", "0,1", "--probs", "0.9,nan;0.5,0.5")
    assert "1 of 2 rows of probabilities do not sum to 1 (first: sample 1, sum nan)" in unseen
    one_based = notes("ce", "--labels", "1,2,2", "--logits", "1,2,3;1,2,3;1,2,3")
    assert "labels count from 0" in one_based
    assert notes("bce", "--labels", "1,0", "--logits", "2,-1") == ""
    assert notes("ce", "--labels", "0,1", "--probs", "0.3,0.7;0.333333,0.666667") == ""


@pytest.mark.parametrize(
    ("loss", "header", "kept", "left_out"),
    [
        ("bce", "label,logit,w", "1,0.5,1", "1,,1"),
        ("bce", "label_a,label_b,logit_a,logit_b,w", "1,0,0.5,2,1", "1,0,,1,1"),
        ("ce", "label,logit_a,logit_b,w", "1,0.5,2,1", "1,,2,1"),
        ("ce", "label_a,label_b,logit_a,logit_b,w", "1,0,0.5,2,1", "1,0,,1,1"),
    ],
)
def test_blocks_of_which_all_rows_are_left_out(
    xent: Xent, tmp_path: Path, loss: str, header: str, kept: str, left_out: str
) -> None:
    """A shard of missing values among others changes nothing but a count."""
    for name, row in (("a", kept), ("b", left_out), ("c", kept)):
        (tmp_path / f"{name}.csv").write_text(f"{header}\n{row}\n")
    asked = ("--weights", "w", "--missing", "skip", "-f", "json")
    one = xent(loss, tmp_path / "a.csv", *asked).json
    ran = xent(loss, tmp_path, *asked)
    assert (ran.code, ran.json["mean"], ran.json["missing"]) == (0, one["mean"], 1)
    nothing = xent(loss, tmp_path / "b.csv", *asked)
    assert (nothing.code, nothing.out) == (2, "")
    assert "every row has a missing value" in nothing.err


def test_a_byte_order_mark_stands_at_the_beginning_or_nowhere(
    xent: Xent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = b'{"y": 1, "z": 2}\n'
    monkeypatch.setattr("xentcli.formats.json.json_tables.CHUNK_BYTES", len(line))
    path = tmp_path / "a.jsonl"
    for at in range(4):
        lines = [line] * 4
        lines[at] = b"\xef\xbb\xbf" + line
        path.write_bytes(b"".join(lines))
        ran = xent("bce", path, "--reader", "numpy", "-f", "value", "-q")
        assert (ran.code == 0) is (at == 0)
        assert at == 0 or f"line {at + 1}: is not valid JSON at character 1" in ran.err
