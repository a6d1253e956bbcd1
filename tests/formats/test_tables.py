"""Files that are tables of themselves: .npy, .npz and JSON as FILE, on stdin, good and bad."""

import json
import os
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support import Ran

Xent = Callable[..., Ran]

VALUE = ("-f", "value", "-q")
# The mean of log1p(exp(-2)), log1p(exp(-1)), log1p(exp(-0.5)) at 25 digits, from mpmath.
MEAN = 0.3047555609137673371219066
TABLE = np.array([[1, 2.0], [0, -1.0], [1, 0.5]])


def saved(path: Path, **arrays: Any) -> Path:
    np.savez(path, **arrays)
    return path


def near(ran: Ran, expected: float = MEAN) -> bool:
    assert ran.code == 0, ran.err
    return abs(float(ran.out) - expected) <= 2**-54


def refusal(ran: Ran) -> str:
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.count("\n") == 1
    return ran.err


def test_a_matrix_is_a_table_without_names(xent: Xent, tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", TABLE)
    assert near(xent("bce", tmp_path / "a.npy", "--logits", ":2", *VALUE))
    np.save(tmp_path / "two.npy", TABLE[:, [0, 0, 1, 1]])
    both = ("--labels", ":1..2", "--logits", ":3..4")
    assert near(xent("bce", tmp_path / "two.npy", *both, *VALUE))


def test_a_matrix_on_stdin(xent: Xent, tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", TABLE)
    whole = (tmp_path / "a.npy").read_bytes()
    assert near(xent("bce", "-", "--logits", ":2", *VALUE, stdin=whole))


def test_a_matrix_through_a_pipe_cut_short(
    xent_process: Callable[..., Any], tmp_path: Path
) -> None:
    np.save(tmp_path / "a.npy", TABLE)
    whole = (tmp_path / "a.npy").read_bytes()
    done = xent_process("bce", "-", "--logits", ":2", *VALUE, stdin=whole)
    assert abs(float(done.stdout) - MEAN) <= 2**-54
    done = xent_process("bce", "-", "--logits", ":2", stdin=whole[:-8])
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"ends after 40 of the 48 bytes" in done.stderr
    done = xent_process("bce", "-", "--logits", ":2", stdin=whole + b"x")
    assert b"stdin: goes on after the array" in done.stderr
    done = xent_process("bce", "-", "--logits", ":2", stdin=whole[:9])
    assert b"stdin: ends inside its header" in done.stderr


def test_an_archive_is_a_table_of_its_members(xent: Xent, tmp_path: Path) -> None:
    path = saved(tmp_path / "a.npz", label=TABLE[:, 0], logit=TABLE[:, 1])
    assert near(xent("bce", path, *VALUE))
    assert near(xent("bce", *VALUE, stdin=path.read_bytes()))
    path = saved(tmp_path / "b.npz", label=np.array([0, 1]), logits=np.array([[2, 0], [0, 2]]))
    assert near(xent("ce", path, *VALUE), 0.1269280110429724964437268)


def test_members_of_different_shapes(xent: Xent, tmp_path: Path) -> None:
    path = saved(tmp_path / "a.npz", y=np.zeros(2), p_a=np.zeros(2), p_b=np.zeros(3))
    assert "p_a and p_b cannot be set side by side: shapes [2] and [3]" in refusal(xent("ce", path))


def test_bad_members(xent: Xent, tmp_path: Path) -> None:
    path = saved(tmp_path / "a.npz", y=np.array(["a", "b"]), z=np.zeros(2))
    assert "a.npz#y: holds <U1, not numbers" in refusal(xent("bce", path))
    path.write_bytes(path.read_bytes()[:200])
    assert "is not a readable .npz" in refusal(xent("bce", path))
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("y.npy", b"\x93NUMPY\x01\x00\x76\x00{'descr': '<f8', 'shape': }")
        archive.writestr("z.npy", b"")
    assert "has a header that NumPy refuses" in refusal(xent("bce", path))
    path = saved(tmp_path / "b.npz", y=np.zeros(99), z=np.zeros(99))
    whole = path.read_bytes()
    path.write_bytes(whole[:300] + b"\x01" + whole[301:])
    assert "b.npz: is not a readable .npz" in refusal(xent("bce", path))


def test_members_that_are_not_asked_for_may_hold_anything(xent: Xent, tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    np.savez(path, y=TABLE[:, 0], z=TABLE[:, 1], names=np.array(["a", "b", "c"]))
    assert near(xent("bce", path, *VALUE))


def test_places_of_weights_count_through_all_axes(xent: Xent, tmp_path: Path) -> None:
    path = saved(
        tmp_path / "a.npz",
        y=np.zeros((2, 3, 2)),
        p=np.zeros((2, 3, 2)),
        w=np.array([[1, -1, 1], [1, 1, 1]]),
    )
    assert "a.npz, $.w[0][1]: weight -1" in refusal(xent("bce", path, "--weights", "w"))


def test_an_array_of_long_doubles(xent: Xent, tmp_path: Path) -> None:
    path = saved(tmp_path / "a.npz", y=np.zeros(1), z=np.array([1], np.longdouble))
    if np.dtype(np.longdouble).itemsize > 8:
        assert "not numbers of at most 64 bits" in refusal(xent("bce", path))


def test_headers_that_cannot_be(xent: Xent, tmp_path: Path) -> None:
    path = tmp_path / "a.npy"
    np.save(path, TABLE)
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b"(3, 2)", b"(-3,-2)"))
    assert "shape" in refusal(xent("bce", path, "--logits", ":2"))
    path.write_bytes(whole[:6] + b"\x02\x00\xff\xff\xff\x7f" + whole[10:])
    assert "claims a header of 2147483647 bytes" in refusal(xent("bce", path, "--logits", ":2"))
    np.save(path, np.zeros((2, 2, 2)))
    assert "has 3 axes, a table has two" in refusal(xent("bce", path, "--logits", ":2"))


def test_a_place_in_a_matrix_and_in_members(xent: Xent, tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.array([[1, 0.5], [0, 1.5]]))
    line = refusal(xent("bce", tmp_path / "a.npy", "--probs", ":2"))
    assert "a.npy, [1, 1]: probability 1.5" in line
    path = saved(tmp_path / "a.npz", y=np.zeros((1, 2)), p=np.array([[0.5, 2]]))
    assert "a.npz, $.p[0][1]: probability 2" in refusal(xent("bce", path))
    (tmp_path / "z.csv").write_text("p_a,p_b\n0.5,0.5\n0.5,1.5\n")
    args = ("--labels", f"@{tmp_path}/y.npy")
    np.save(tmp_path / "y.npy", np.zeros((2, 2)))
    line = refusal(xent("bce", tmp_path / "z.csv", *args))
    assert "z.csv, line 3, column p_b: probability 1.5" in line
    np.save(tmp_path / "y.npy", np.array([[0, 1], [0, 3]]))
    assert "--labels, sample 2: label 3" in refusal(xent("bce", tmp_path / "z.csv", *args))


TEXTS = {
    "json-blank": (" \n", "json", r"stdin: is empty"),
    "json-utf-16": ('{"y":[1]}'.encode("utf-16"), "json", r"UTF-16.*iconv"),
    "json-latin-1": (
        '{"y":[1],\n"é":1}'.encode("latin-1"),
        "json",
        r"line 2: invalid UTF-8: byte 0xe9; .*iconv -f latin1",
    ),
    "json-scalar": ("3", "json", r"stdin: holds no rows"),
    "json-object-cell": ('{"y":[1],"z":[{"a":1}]}', "json", r"\$\.z\[0\]: not a number: an object"),
    "json-long-string": ('{"y":[1],"z":["' + "x" * 99 + '"]}', "json", r"not a number: \"x+\.\.\."),
    "json-array-cell": ('{"y":[1,0],"z":[1,[2]]}', "json", r"\$\.z\[0\]: is not an array"),
    "json-null-row": (
        '{"y":[[1,0],[1,0]],"z":[[1,2],null]}',
        "json",
        r"\$\.z\[1\]\[0\]: is missing",
    ),
    "jsonl-scalar": ("1\n2\n", "jsonl", r"line 1: is neither an object nor an array"),
    "jsonl-blank": ("\n\n", "jsonl", r"stdin: is empty"),
    "jsonl-latin-1": (
        b'{"y":1,"z":1}\n{"y":"\xe9"}\n',
        "jsonl",
        r"line 2: invalid UTF-8: byte 0xe9; .*iconv -f latin1",
    ),
    "jsonl-two-values": ('{"y":1,"z":1} {"y":1}\n', "jsonl", r"say --input-format json$"),
    "vectors-ragged": ('{"y":0,"z":[1,2]}\n{"y":0,"z":[1]}\n', "jsonl", r"line 2, \$\.z: has 1"),
    "one-two": ("label,p\n1,0.5\n2,0.5\n", "csv", r"these look like 1 and 2, say --label-base 1"),
}


@pytest.mark.parametrize(("text", "form", "message"), TEXTS.values(), ids=TEXTS)
def test_text_that_is_no_table(xent: Xent, text: str | bytes, form: str, message: str) -> None:
    line = refusal(xent("bce", "-", "--input-format", form, stdin=text))
    assert re.search(message, line), line


@pytest.mark.parametrize(("row", "found"), [("[0,0.2,0.7]", 3), ("[0]", 1)])
@pytest.mark.parametrize("form", ["[[1,0.9],{}]", "[1,0.9]\n{}\n"])
def test_rows_of_json_are_of_one_length(xent: Xent, form: str, row: str, found: int) -> None:
    kind = "json" if form.startswith("[[") else "jsonl"
    line = refusal(xent("bce", "--probs", ":2", "--input-format", kind, stdin=form.format(row)))
    assert f"has {found} values where the first row has 2" in line


def test_missing_values_of_arrays(xent: Xent, tmp_path: Path) -> None:
    (tmp_path / "y.json").write_text("[1, null, 0, 1]")
    (tmp_path / "z.csv").write_text("a\n2\n5\n-1\n.5\n")
    args = ("--labels", f"@{tmp_path}/y.json", "--logits", f"@{tmp_path}/z.csv#a")
    assert near(xent("bce", *args, "--missing", "skip", *VALUE))
    assert "--labels, sample 2: is missing" in refusal(xent("bce", *args))
    records = [{"y": 1, "z": 2}, {"y": 0, "z": -1}, {"y": 1, "z": None}, {"y": 1, "z": 0.5}]
    text = json.dumps(records)
    assert near(xent("bce", "--missing", "skip", *VALUE, stdin=text))


def test_a_position_beyond_the_last_column(xent: Xent) -> None:
    line = refusal(xent("bce", "--probs", ":9", stdin="1,0.5,1\n"))
    assert "there are columns :1 to :3" in line


def test_secrets_in_addresses_are_not_repeated(xent: Xent) -> None:
    line = refusal(xent("bce", "ftp://me:secret@host/a.csv?token=secret"))
    assert "ftp://host/a.csv: is of the scheme ftp" in line
    assert "secret" not in line


def test_damaged_compression(xent: Xent, tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(b"\x1f\x8b\x08\x00" + bytes(range(60)))
    assert "a.csv.gz: cannot be decompressed" in refusal(xent("bce", path))


@pytest.mark.skipif(not os.path.exists("/proc/self/mem"), reason="a file that fails to be read")
def test_a_file_that_fails_while_it_is_read(xent: Xent) -> None:
    line = refusal(xent("bce", "/proc/self/mem"))
    assert re.search(r"/proc/self/mem: cannot be read \(.+\)", line)


def test_a_file_without_its_at_sign(
    xent: Xent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    np.save("y.npy", TABLE[:, 0])
    for logits in ("1,2", "z.npy"):
        line = refusal(xent("bce", "--labels", "y.npy", "--logits", logits))
        assert "--labels y.npy names a file; write --labels @y.npy" in line


def test_an_unused_file_is_refused(xent: Xent, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("label,p\n1,0.5\n")
    for name in "yz":
        np.save(tmp_path / f"{name}.npy", np.array([1.0]))
    args = ("--labels", f"@{tmp_path}/y.npy", "--logits", f"@{tmp_path}/z.npy")
    assert "no column of" in refusal(xent("bce", tmp_path / "a.csv", *args))
