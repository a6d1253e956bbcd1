"""Output: every format, and what goes to stderr."""

import csv
import io
import json
import math
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from support import Ran

Xent = Callable[..., Ran]

TWO = ("--labels", "1,0", "--logits", "2,-1")
# log(1 + exp(-2)) and log(1 + exp(-1)) at 25 digits, from mpmath.
LOSSES = (0.1269280110429724964437268, 0.3132616875182228340489955)
MEAN = (LOSSES[0] + LOSSES[1]) / 2


def test_value_is_one_number(xent: Xent) -> None:
    ran = xent("bce", *TWO, "-f", "value")
    assert ran.code == 0
    assert ran.err == ""
    assert math.isclose(float(ran.out), MEAN, rel_tol=1e-15)
    assert ran.out == f"{float(ran.out)!r}\n"


def test_json_has_every_key_of_schema_1(xent: Xent) -> None:
    found = xent("bce", *TWO, "-f", "json").json
    assert (
        list(found)
        == (
            "schema loss value reduction unit mean sum std_error min max samples elements valid "
            "weight sum_weights nonzero_weights denominator divisor ignored missing missing_labels "
            "clipped clipped_rows clipped_share nonfinite baseline normalised perplexity floor kl "
            "average digits convention signature columns files warnings notes gate per_sample "
            "per_element ids"
        ).split()
    )
    assert found["schema"] == 1
    assert math.isclose(found["sum"], sum(LOSSES), rel_tol=1e-15)
    assert math.isclose(found["min"], LOSSES[0], rel_tol=1e-15)
    assert math.isclose(found["max"], LOSSES[1], rel_tol=1e-15)
    assert math.isclose(found["std_error"], (LOSSES[1] - LOSSES[0]) / 2, rel_tol=1e-6)


def test_json_spells_out_what_json_has_no_number_for(xent: Xent) -> None:
    ran = xent("bce", "--labels", "1,1,1", "--probs", "0,nan,1", "-f", "json")
    assert ran.json["per_sample"] == ["inf", "nan", 0.0]
    assert ran.json["mean"] == "nan"
    assert ran.json["nonfinite"] == 2
    assert ran.json["std_error"] is None
    assert "2 losses are not finite, the first in sample 1" in ran.err


def test_json_leaves_rows_out_above_a_thousand(xent: Xent) -> None:
    text = "label,z\n" + "1,0.5\n" * 1001
    assert "per_sample" not in xent("bce", "-f", "json", stdin=text).json
    assert len(xent("bce", "-f", "json", "--rows", "all", stdin=text).json["per_sample"]) == 1001
    assert len(xent("bce", "-f", "json", "--rows", "3", stdin=text).json["per_sample"]) == 3
    assert len(xent("bce", "-f", "json", stdin=text[:-6]).json["per_sample"]) == 1000


@pytest.mark.parametrize(("form", "delimiter"), [("csv", ","), ("tsv", "\t")])
def test_rows_as_delimited_text(xent: Xent, form: str, delimiter: str) -> None:
    ran = xent("bce", *TWO, "-f", form)
    rows = list(csv.DictReader(io.StringIO(ran.out), delimiter=delimiter))
    assert [row["sample"] for row in rows] == ["1", "2"]
    for row, loss in zip(rows, LOSSES, strict=True):
        assert math.isclose(float(row["loss"]), loss, rel_tol=1e-15)
    assert ran.err.startswith("xent: mean 0.22")


def test_rows_of_several_outputs_are_named_after_their_columns(xent: Xent) -> None:
    text = 'y_a,y_b,"logit,a",logit_b\n1,0,2,-1\n'
    ran = xent("bce", "-f", "csv", "-q", stdin=text)
    (row,) = csv.DictReader(io.StringIO(ran.out))
    assert list(row) == ["sample", "loss_logit,a", "loss_logit_b", "mean"]
    assert math.isclose(float(row["mean"]), MEAN, rel_tol=1e-15)


def test_names_that_stand_twice_are_numbers(xent: Xent) -> None:
    columns = ("--labels", ":1,:2", "--logits", ":3,:4")
    found = xent("bce", *columns, "-f", "jsonl", stdin="y1,y2,z,z\n1,0,2,-1\n").json
    assert list(found) == ["sample", "loss_1", "loss_2", "mean"]


def test_a_column_of_vectors_has_no_names_for_its_outputs(xent: Xent) -> None:
    text = '{"label": [[1, 0]], "logit": [[2, -1]]}'
    assert xent("bce", "-f", "csv", stdin=text).out.splitlines()[0] == "sample,loss_1,loss_2,mean"
    assert "output 2" in xent("bce", stdin=text).out


def test_the_standard_error_of_losses_of_any_size(xent: Xent) -> None:
    tiny = xent("bce", "--labels", "1,1", "--logits", "110,120", "-f", "json").json
    # |exp(-110) - exp(-120)| / 2, from mpmath
    assert math.isclose(tiny["std_error"], 8.444176e-49, rel_tol=1e-6)


def test_rows_as_json_lines(xent: Xent) -> None:
    ran = xent("ce", "--labels", "1,0", "--logits", "0,2;2,0", "-f", "jsonl")
    rows = [json.loads(line) for line in ran.out.splitlines()]
    assert [(row["sample"], row["label"]) for row in rows] == [(1, 1), (2, 0)]
    assert all(math.isclose(row["loss"], LOSSES[0], rel_tol=1e-15) for row in rows)


@pytest.mark.parametrize(("asked", "count"), [("2", 2), ("none", 0), ("all", 30), (None, 30)])
def test_rows_asked_for(xent: Xent, asked: str | None, count: int) -> None:
    args = [] if asked is None else ["--rows", asked]
    ran = xent("bce", "-f", "csv", *args, stdin="label,z\n" + "1,0.5\n" * 30)
    assert len(ran.out.splitlines()) == 1 + count


def test_table_shows_twenty_samples_in_order_or_those_asked_for(xent: Xent) -> None:
    def numbers(count: int, *args: str) -> list[str]:
        text = "label,z\n" + "1,0.5\n" * count
        lines = xent("bce", *args, stdin=text).out.splitlines()
        return [line.split()[0] for line in lines if line.strip()]

    shown = numbers(20)
    assert [str(i) for i in range(1, 21)] == [n for n in shown if n.isdigit()]
    assert "..." not in shown
    shown = numbers(21, "--rows", "20")
    ends = [str(i) for i in (*range(1, 11), *range(12, 22))]
    assert ends == [n for n in shown if n.isdigit()]
    assert "..." in shown
    assert len([n for n in numbers(21, "--rows", "all") if n.isdigit()]) == 21
    assert not [n for n in numbers(21, "--rows", "none") if n.isdigit()]


def test_table_in_a_pipe_is_never_cut(xent: Xent) -> None:
    names = [f"logit_{'x' * 30}_{i}" for i in range(40)]
    text = ",".join([f"y{i}" for i in range(40)] + names) + "\n" + ",".join(["1"] * 80) + "\n"
    out = xent("bce", "--rows", "all", stdin=text).out
    assert all(name in out for name in names)
    assert "…" not in out


def test_markdown_escapes_bars_in_names(xent: Xent) -> None:
    text = "y1\ty2\tz|1\tz|2\n1\t0\t2\t-1\n"
    out = xent("bce", "--logits", "z*", "-f", "markdown", stdin=text).out
    assert out.splitlines()[0] == r"| sample | z\|1 | z\|2 | mean |"


def test_precision_is_for_people(xent: Xent) -> None:
    assert "0.12693 " in xent("bce", *TWO, "--precision", "5").out.replace("\n", " ")
    assert xent("bce", *TWO, "-f", "value", "--precision", "2").out.startswith("0.2200948")


def test_format_by_environment_suffix_and_option(
    xent: Xent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XENT_FORMAT", "value")
    assert xent("bce", *TWO).out.startswith("0.22")
    path = tmp_path / "out.json"
    assert xent("bce", *TWO, "-o", path).out == ""
    assert json.loads(path.read_text())["loss"] == "bce"
    xent("bce", *TWO, "-o", path, "-f", "csv")
    assert path.read_text().startswith("sample,loss\n")
    monkeypatch.setenv("XENT_FORMAT", "xml")
    ran = xent("bce", *TWO)
    assert ran.code == 2
    assert "XENT_FORMAT=xml" in ran.err


def test_quiet_leaves_the_result_alone(xent: Xent) -> None:
    text = "label,z\n1,1.5\n"
    assert "labels from label, logits from z" in xent("bce", stdin=text).err
    assert xent("bce", "-q", stdin=text).err == ""
    assert xent("bce", "-q", "-f", "csv", stdin=text).err == ""


def test_ascii_locale_and_dumb_terminal(
    xent_process: Callable[..., "subprocess.CompletedProcess[bytes]"],
) -> None:
    env = {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "TERM": "dumb", "FORCE_COLOR": "1"}
    text = "y1,y2,z\u00e9,z2\n1,0,2,-1\n".encode()
    done = xent_process("bce", "--logits", "z*", stdin=text, env=env)
    assert done.returncode == 0
    assert b"z\\xe9" in done.stdout
    done.stdout.decode("ascii")


def test_debug_shows_the_traceback(
    xent_process: Callable[..., "subprocess.CompletedProcess[bytes]"],
) -> None:
    done = xent_process("bce", "nowhere.csv", "--debug")
    assert done.returncode == 2
    assert b"Traceback" in done.stderr
    assert b"nowhere.csv: no such file" in done.stderr


def test_a_bug_is_told_apart(xent: Xent, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("seven")

    monkeypatch.setattr("xentcli.measures.loss.report.Report.of", broken)
    ran = xent("bce", *TWO)
    assert ran.code == 70
    assert "ZeroDivisionError: seven" in ran.err


def test_rows_as_json_lines_are_json_whatever_the_names_and_values(xent: Xent) -> None:
    text = 'y_1,y_2,"p_%s""x","p_\u00e9{}"\n1,0,0,0.5\n1,1,nan,0.5\n'
    lines = xent("bce", "-q", "-f", "jsonl", stdin=text).out.splitlines()
    first, second = map(json.loads, lines)
    assert list(first) == ["sample", 'loss_p_%s"x', "loss_p_\u00e9{}", "mean"]
    assert first['loss_p_%s"x'] == first["mean"] == "inf"
    assert second['loss_p_%s"x'] == "nan"


@pytest.mark.parametrize("form", ["json", "jsonl"])
@pytest.mark.parametrize("command", ["bce", "reconcile", "accuracy"])
def test_json_is_ascii_in_every_command(
    xent_process: Callable[..., "subprocess.CompletedProcess[bytes]"],
    tmp_path: Path,
    command: str,
    form: str,
) -> None:
    path = tmp_path / "\u00e9.csv"
    path.write_text("y,z_\u00e9\n1,2\n0,-1\n", encoding="utf-8")
    env = {"PYTHONIOENCODING": "ascii"}
    done = xent_process(command, str(path), "-q", "-f", form, env=env)
    assert done.returncode == 0
    text = done.stdout.decode("ascii")
    found = json.loads(text) if form == "json" else json.loads(text.splitlines()[0])
    if form == "json":
        assert found["files"] == [str(path)]


def test_conventions_as_json_are_ascii(xent: Xent) -> None:
    for args in ((), ("keras3",)):
        out = xent("conventions", *args, "-f", "json").out
        assert out.isascii()
        assert json.loads(out)["schema"] == 1
