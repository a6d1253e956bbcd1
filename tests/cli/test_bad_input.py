"""Bad input: one line on stderr that says where, exit 2, nothing on stdout, no traceback."""

import bz2
import gzip
import lzma
import pickle
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from support import Ran

Xent = Callable[..., Ran]

GOOD = "label,p\n1,0.9\n0,0.2\n"


def refused(ran: Ran) -> str:
    """The one line of a refusal."""
    assert ran.code == 2
    assert ran.out == ""
    assert ran.err.count("\n") == 1, ran.err
    assert ran.err.startswith("xent: error: ")
    return ran.err.removeprefix("xent: error: ").rstrip("\n")


TEXTS = {
    "empty": ("", "stdin: is empty"),
    "header-only": ("label,p\n", "stdin: has a header but no rows"),
    "ragged-long": (GOOD + "1,0.5,7\n", r"stdin, line 4: .*3 cells.*2"),
    "ragged-short": (GOOD + "1\n", r"stdin, line 4: .*1 cell.*2"),
    "blank-line": ("label,p\n1,0.9\n\n0,0.2\n", r"stdin, line 3: .*blank"),
    "non-number": (GOOD + "1,high\n", r"stdin, line 4, column p: not a number: 'high'"),
    "decimal-comma": ('label,p\n1,"0,9"\n', r"stdin, line 2, column p: not a number: '0,9'.*point"),
    "underscore": ("label,logit\n1,1_000\n", r"line 2, column logit: not a number: '1_000'"),
    "full-width": ("label,p\n1,\uff10.5\n", r"line 2, column p: not a number"),
    "hex": ("label,p\n1,0x1\n", r"line 2, column p: not a number: '0x1'"),
    "overflow": ("label,logit\n1,1e999\n", r"line 2, column logit: .*too large"),
    "long-integer": ("label,logit\n1," + "9" * 5000 + "\n", r"line 2, column logit: .*too large"),
    "empty-cell": (GOOD + "1,\n", r"line 4, column p: is missing.*--missing skip"),
    "na": (GOOD + "NA,0.5\n", r"line 4, column label: is missing"),
    "label-above": (GOOD + "2,0.5\n", r"line 4, column label: label 2 is outside \[0, 1\]"),
    "label-minus": ("label,p\n1,0.9\n-1,0.2\n0,0.5\n", r"line 3, .*label -1 .*--ignore-index -1"),
    "label-nan": (GOOD + "nan,0.5\n", r"line 4, column label: label nan"),
    "prob-above": (GOOD + "1,1.5\n", r"line 4, column p: probability 1.5 is outside \[0, 1\]"),
    "prob-below": (GOOD + "1,-0.5\n", r"line 4, column p: probability -0.5 .*--logits"),
    "utf-8": (GOOD.encode() + b"1,\xff\n", r"line 4, column p: .*UTF-8"),
    "utf-8-in-unused": (b"label,p,name\n1,0.5,caf\xe9\n", r"line 2, column name: .*UTF-8"),
    "utf-16": (GOOD.encode("utf-16"), r"stdin, line 1: .*UTF-16.*iconv"),
    "nul": (GOOD.encode() + b"1,0.\x005\n", r"line 4.*NUL"),
    "crossed": (
        "y_a,y_b,p_b,p_a\n1,0,0.2,0.9\n",
        r"p_b, p_a are in another order than the labels; .*--probs p_a,p_b",
    ),
    "long-names": ("a" * 10**6 + ",b\n1,0.5\n", r"there is a{37}\.\.\., b$"),
    "no-columns": ('{"label": [[], []], "p": [[], []]}', r"holds no rows"),
    "likely": ("label,y_score\n1,0.5\n", r"such as --probs y_score; there is label, y_score"),
    "neither": ("label,x\n1,0.5\n", r"no column named like logits or probabilities.*label, x"),
    "both": ("label,p,z\n1,0.5,0\n", r"has logits \(z\) and probabilities \(p\).*--logits"),
    "no-labels": ("a,p\n1,0.5\n", r"no column named like labels.*--labels"),
    "open-quote": ('label,p,t\n1,0.5,"a\n0,0.5,b\n', r"line 2.*quote"),
    "twice": ("label,p,label\n1,0.5,1\n", r"two columns are named label; .*:1 or :3"),
    "first-of-two": ("label,p\n1,7\n0,x\n", r"line 2, column p: probability 7"),
    "json-ragged": ('{"label": [[1,0],[0]], "p": [[0.5,0.5],[0.5,0.5]]}', r"\$\.label\[1\]"),
    "json-ragged-3": (
        '{"y": [[[1,0],[0,1]],[[1],[0,1]]], "p": [[[0,0],[0,0]],[[0,0],[0,0]]]}',
        r"\$\.y\[1\]\[0\]: has 1 where 2 values belong",
    ),
    "json-truncated": ('{"label": [1, 0], "p": [0.5,', r"stdin, line 1: is not valid JSON"),
    "json-deep": ("[" * 100_000 + "]" * 100_000, r"nested too deeply"),
    "json-deep-in-object": (
        '{"label": [1], "p": ' + "[" * 900 + "]" * 900 + "}",
        r"stdin.*",
    ),
    "json-duplicate": ('{"label": [1], "p": [0.5], "p": [0.6]}', r'the key "p" twice'),
    "json-string": ('{"label": [1], "p": ["0.5"]}', r'\$\.p\[0\]: not a number: "0.5"'),
    "json-true-score": ('{"label": [1], "p": [true]}', r"\$\.p\[0\]: not a number: true"),
    "json-null": ('{"label": [1], "p": [null]}', r"\$\.p\[0\]: is missing"),
    "json-overflow": ('{"label": [1], "z": [1e999]}', r"\$\.z\[0\]: .*too large"),
    "json-long-integer": ('{"label": [1], "z": [' + "9" * 5000 + "]}", r"\$\.z\[0\]: .*too large"),
    "json-empty-array": ("[]", r"stdin: holds no rows"),
    "json-empty-columns": ('{"label": [], "p": []}', r"holds no rows"),
    "jsonl-truncated": ('{"label":1,"p":0.5}\n{"label":1,', r"stdin, line 2: is not valid JSON"),
    "jsonl-absent-key": ('{"label":1,"p":0.5}\n{"label":1}\n', r"line 2, \$\.p: is missing"),
    "jsonl-mixed": ('{"label":1,"p":0.5}\n[1,0.5]\n', r"line 2: is not an object"),
    "jsonl-string": ('{"label":1,"p":0.5}\n{"label":1,"p":"x"}\n', r"line 2, \$\.p: not a number"),
}


@pytest.mark.parametrize(("text", "message"), TEXTS.values(), ids=TEXTS)
def test_text_on_stdin(xent: Xent, text: str | bytes, message: str) -> None:
    line = refused(xent("bce", stdin=text))
    assert re.search(message, line), line


OPTIONS = {
    "missing-file": (["nowhere.csv"], r"nowhere.csv: no such file"),
    "directory": (["."], r"\.: holds no file that can be read; a directory stands for its files"),
    "directory-as-array": (["--labels", "@.", "--logits", "@."], r"\.: is a directory"),
    "no-match": (["nothing*.csv"], r"nothing\*\.csv: matches no file"),
    "nul-in-name": (["a\0b"], r"a\\x00b: cannot be read"),
    "both-scores": (
        ["--labels", "1", "--logits", "1", "--probs", "1"],
        r"--logits and --probs exclude each other",
    ),
    "neither-score": (["--labels", "1,0"], r"add --logits or --probs"),
    "no-labels": (["--logits", "1,0"], r"--labels"),
    "lengths": (["--labels", "1,0", "--probs", "0.5"], r"labels \[2\] do not fit probs \[1\]"),
    "shapes": (["--labels", "1,0;0,1", "--probs", "0.5,0.5"], r"labels \[2, 2\].*probs \[2\]"),
    "ragged-argument": (["--labels", "1,0;1", "--probs", "1,1;1,1"], r"--labels, row 2: has 1"),
    "not-a-number": (
        ["--labels", "1,x", "--probs", "1,1"],
        r"--labels, value 2: not a number: 'x'",
    ),
    "negative-weight": (
        ["--labels", "1,0", "--probs", "1,0", "--weights", "1,-2"],
        r"--weights, sample 2: weight -2",
    ),
    "zero-weights": (["--labels", "1", "--probs", "1", "--weights", "0"], r"every weight is 0"),
    "weights-shape": (
        ["--labels", "1,0", "--probs", "1,0", "--weights", "1"],
        r"weights \[1\] do not fit",
    ),
    "array-and-column": (["--labels", "1,0", "--logits", "z"], r"add -"),
    "stdin-twice": (["-", "--labels", "@-"], r"stdin can be read only once"),
    "unknown-option": (["--logitz", "1"], r"--logitz"),
    "bad-format": (["--labels", "1", "--logits", "1", "-f", "xml"], r"xml"),
    "bad-rows": (["--labels", "1", "--logits", "1", "--rows", "few"], r"--rows few"),
    "bad-expect": (["--labels", "1", "--logits", "1", "--expect", "x"], r"--expect x"),
    "tol-alone": (["--labels", "1", "--logits", "1", "--tol", "1"], r"--tol.*--expect"),
    "blanks-in-array": (
        ["--labels", "1 0", "--logits", "1,2"],
        r"--labels, value 1: not a number: '1 0'; separate numbers by commas",
    ),
    "class-numbers": (["--labels", "0,2", "--logits", "1,2"], r"label 2 .*; for .* use xent ce"),
    "one-row-of-scores": (
        ["--labels", "0,1", "--probs", "0.5,0.5;0.5,0.5"],
        r"labels \[2\] do not fit probs \[2, 2\]; .* use xent ce",
    ),
    "percentages": (["--labels", "0,1", "--probs", "1,99"], r"probability 99 .*divide them by 100"),
    "no-command-option": (["--lables", "1"], r"did you mean --labels\? see xent"),
    "tol-nan": (
        ["--labels", "1", "--logits", "1", "--expect", "1", "--tol", "nan"],
        r"--tol nan is not a number >= 0",
    ),
    "tol-tiny": (
        ["--labels", "1", "--logits", "1", "--expect", "1", "--tol", "1e-999999999"],
        r"--tol 1e-999999999 is beyond the range",
    ),
    "long-rows": (["--labels", "1", "--logits", "1", "--rows", "9" * 5000], r"--rows 9+ is not"),
    "tol-negative": (
        ["--labels", "1", "--logits", "1", "--expect", "1", "--tol", "-1"],
        r"--tol -1 is not a number >= 0",
    ),
    "max-nan": (
        ["--labels", "1", "--logits", "1", "--max-mean", "nan"],
        r"--max-mean nan can never hold",
    ),
    "both-headers": (["-", "--header", "--no-header"], r"--header and --no-header exclude"),
    "two-stdins": (["-", "-"], r"stdin \(-\) can be read only once"),
    "delimiter": (["-", "--delimiter", ",,"], r"--delimiter"),
}


@pytest.mark.parametrize(("args", "message"), OPTIONS.values(), ids=OPTIONS)
def test_options(xent: Xent, args: list[str], message: str) -> None:
    line = refused(xent("bce", *args))
    assert re.search(message, line), line


CATEGORICAL = {
    "one-class": (["--labels", "0;0", "--logits", "1;2"], r"two classes.*xent bce"),
    "one-class-columns": (["-", "--probs", "p"], r"two classes.*xent bce"),
    "out-of-range": (
        ["--labels", "0,3", "--logits", "1,2,3;1,2,3"],
        r"sample 2: label 3 is out of",
    ),
    "one-based": (
        ["--labels", "1,3", "--logits", "1,2,3;1,2,3"],
        r"look like 1 to 3, say --label-base 1",
    ),
    "negative": (
        ["--labels", "0,-1", "--logits", "1,2;1,2"],
        r"sample 2: label -1 is out of range",
    ),
    "not-integer": (
        ["--labels", "0.5,1", "--logits", "1,2;1,2"],
        r"label 0.5 is not a class number",
    ),
    "labels-per-row": (["--labels", "0,1", "--logits", "1,2;"], r"labels \[2\] do not fit"),
    "one-row": (["--labels", "0,1", "--logits", "1,2,3"], r"scores in one row are one sample"),
    "length": (["--labels", "0,1,1", "--logits", "1,2;1,2"], r"labels \[3\] do not fit"),
    "open-range": (["-", "--logits", ":2.."], r"--logits :2.. is no range.*:2..4"),
    "axes": (
        ["--labels", "[0]", "--logits", "[[[1,2],[3,4]]]"],
        r"labels \[1\] do not fit logits \[1, 2, 2\]",
    ),
}


@pytest.mark.parametrize(("args", "message"), CATEGORICAL.values(), ids=CATEGORICAL)
def test_categorical(xent: Xent, args: list[str], message: str) -> None:
    line = refused(xent("ce", *args, stdin=GOOD))
    assert re.search(message, line), line


def test_unknown_column_names_the_near_match(xent: Xent) -> None:
    line = refused(xent("bce", "-", "--labels", "lable", stdin=GOOD))
    assert "has no column lable" in line
    assert "did you mean label?" in line


def test_header_with_escapes_and_markup_is_shown_harmless(xent: Xent) -> None:
    text = "label,\x1b[31mp,[red]q\n1,0.5,0.5\n"
    line = refused(xent("bce", stdin=text))
    assert "\\x1b[31mp, [red]q" in line


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_truncated_compression(xent: Xent, tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    rows = "".join(f"{i % 2},0.{i:06d}\n" for i in range(100_000))
    path = tmp_path / "p.csv.gz"
    path.write_bytes(pack(("label,p\n" + rows).encode())[:-1000])
    assert "p.csv.gz: " in refused(xent("bce", path))


def test_hundred_megabytes_in_one_line(xent: Xent, tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_bytes(b"label,p\n1,0." + b"5" * 100_000_000)
    assert "line 2" in (line := refused(xent("bce", path)))
    assert "longer than 64 MiB" in line


def test_pickled_npy(xent: Xent, tmp_path: Path) -> None:
    path = tmp_path / "y.npy"
    np.save(path, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    assert "pickle" in refused(xent("bce", "--labels", f"@{path}", "--logits", "1"))
    path.write_bytes(pickle.dumps([1.0]))
    assert "is a Python pickle" in refused(xent("bce", "--labels", f"@{path}", "--logits", "1"))


def test_npy_whose_header_claims_more_than_the_file_has(xent: Xent, tmp_path: Path) -> None:
    path = tmp_path / "y.npy"
    np.save(path, np.zeros(10))
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b"(10,)", b"(10000000000000,)").replace(b" " * 12, b"", 1))
    assert "claims" in refused(xent("bce", "--labels", f"@{path}", "--logits", "1"))
    path.write_bytes(whole[:-8])
    assert "cut off" in refused(xent("bce", "--labels", f"@{path}", "--logits", "1"))


CLASSES = {
    "names": (
        "y_true,p_2,p_1,p_0\n0,0.1,0.2,0.7\n",
        [],
        "p_2, p_1, p_0 are in another order than the classes",
    ),
    "pattern": ("y_true,q_1,q_0\n0,0.1,0.9\n", ["--probs", "q_*"], "--probs q_0,q_1"),
    "one-hot": ("y_cat,y_dog,p_dog,p_cat\n1,0,0.2,0.8\n", [], "--probs p_cat,p_dog"),
}


@pytest.mark.parametrize("case", CLASSES)
def test_columns_in_another_order_than_the_classes(xent: Xent, case: str) -> None:
    text, options, message = CLASSES[case]
    assert message in refused(xent("ce", *options, stdin=text))


def test_an_order_that_was_typed_is_taken(xent: Xent) -> None:
    table = "y_true,p_1,p_0\n0,0.75,0.25\n"
    ran = xent("ce", "--probs", "p_0,p_1", "-f", "value", stdin=table)
    assert float(ran.out) == pytest.approx(1.386294361119890618834464, rel=1e-15)  # log 4


def test_shards_must_be_alike(xent: Xent, tmp_path: Path) -> None:
    for name, text in (
        ("a.csv", GOOD),
        ("b.csv", "label,z\n1,2\n"),
        ("c.csv", "1,0.5\n"),
        ("d.csv", "label_a,label_b,p_a,p_b\n1,0,0.5,0.5\n"),
        ("e.csv", "label_b,label_a,p_b,p_a\n1,0,0.5,0.5\n"),
    ):
        (tmp_path / name).write_text(text)
    a = tmp_path / "a.csv"
    assert "has logits" in refused(xent("bce", a, tmp_path / "b.csv"))
    assert "header" in refused(xent("bce", a, tmp_path / "c.csv", "--probs", ":2"))
    assert "d.csv has scores [n, 2], " in refused(xent("bce", a, tmp_path / "d.csv"))
    line = refused(xent("bce", tmp_path / "d.csv", tmp_path / "e.csv"))
    assert "e.csv has scores p_b, p_a, " in line
    assert "name them in one order: --probs" in line
