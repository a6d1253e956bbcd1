"""``xent reconcile``: every format, the reasons, and what it refuses."""

import csv
import io
import json
import math
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from support import Ran, shown

from xentcli.conventions.registry import CONVENTIONS

Xent = Callable[..., Ran]

THREE = ("--labels", "1,0,1", "--probs", "0.9,0,1")
SOME = ("--with", "exact,keras3,torch,optax")
EXACT = -math.log(0.9) / 3
# Two of three probabilities are moved by 1e-7, each of which costs that much.
CLIPPED = EXACT + 2e-7 / 3
WRONG = ("--labels", "1,0", "--probs", "0,0.5")
TABLE = {"csv": ",", "tsv": "\t"}


def records(ran: Ran, form: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(ran.out), delimiter=TABLE[form]))


def test_json_has_every_key_and_every_step(xent: Xent) -> None:
    found = xent("reconcile", *THREE, *SOME, "-f", "json").json
    keys = "schema loss scale unit samples missing missing_labels digits rounding_only differing "
    keys += "reference conventions rows columns files"
    assert list(found) == [*keys.split(), "warnings", "notes"]
    assert (found["schema"], found["loss"], found["scale"]) == (1, "bce", "probs")
    assert (found["unit"], found["samples"], found["reference"]) == ("nats", 3, "exact")
    assert found["rows"] == []
    exact, keras3, torch, optax = found["conventions"]
    for each in found["conventions"]:
        assert list(each) == "name value difference steps without_effect refusal".split()
    assert exact["value"] == pytest.approx(EXACT, rel=1e-14)
    assert exact["difference"] == 0
    bound = keras3["steps"][0]
    assert list(bound) == "aspect said before after clipped".split()
    assert (bound["aspect"], bound["said"]) == ("bound", "clips p to [1e-7, 1-1e-7]")
    assert bound["before"] == exact["value"]
    assert bound["after"] == pytest.approx(CLIPPED, rel=1e-12)
    assert bound["clipped"] == 2
    assert keras3["steps"][-1]["after"] == keras3["value"]
    assert torch["without_effect"] == ["bound", "formula", "denominator"]
    assert optax["value"] is None
    assert optax["refusal"] == "optax has no binary cross-entropy from probabilities"


@pytest.mark.parametrize("form", TABLE)
def test_delimited(xent: Xent, form: str) -> None:
    exact, keras3, _, optax = records(xent("reconcile", *THREE, *SOME, "-f", form), form)
    assert list(exact) == "convention value difference why".split()
    assert exact["why"] == "the reference"
    assert float(exact["value"]) == pytest.approx(EXACT, rel=1e-14)
    assert keras3["why"].startswith("clips p to [1e-7, 1-1e-7], 2 of 3 here: +6.67e-08; ")
    assert optax["value"] == optax["difference"] == ""


def test_json_lines_carry_what_csv_does(xent: Xent) -> None:
    ran = xent("reconcile", *THREE, *SOME, "-f", "jsonl")
    lines = [json.loads(line) for line in ran.out.splitlines()]
    cells = records(xent("reconcile", *THREE, *SOME, "-f", "csv"), "csv")
    assert [{k: "" if v is None else str(v) for k, v in line.items()} for line in lines] == cells


def test_table_and_markdown_say_the_same(xent: Xent) -> None:
    table = xent("reconcile", *THREE, *SOME).out.splitlines()
    markdown = xent("reconcile", *THREE, *SOME, "-f", "markdown").out.splitlines()
    assert table[0] == (
        "Binary cross-entropy from probabilities of 3 samples, in nats, by convention"
    )
    assert table[-1] == "not here: optax: has no binary cross-entropy from probabilities"
    rows = [re.split(" {2,}", line.strip()) for line in table[3:-1]]
    assert (markdown[0], markdown[-1]) == (table[0], table[-1])
    assert [line.strip("| ").split(" | ") for line in markdown[4:-2]] == rows
    assert rows[0] == ["exact", "0.0351202", "0", "the reference"]


def test_infinite_values_and_differences(xent: Xent) -> None:
    args = ("reconcile", *WRONG, "--with", "exact,keras3", "--rows", "1")
    exact, keras3 = xent(*args, "-f", "json").json["conventions"]
    assert exact["value"] == "inf"
    assert keras3["difference"] == "-inf"
    assert keras3["steps"][0]["before"] == "inf"
    assert "1 of 2 here: inf to 8.4" in xent(*args).out
    assert records(xent(*args, "-f", "csv"), "csv")[0]["value"] == "inf"
    nan = ("reconcile", "--labels", "1", "--probs", "nan", "--with", "exact,keras3", "--rows", "1")
    found = xent(*nan, "-f", "json").json
    assert [each["value"] for each in found["conventions"]] == ["nan", "nan"]
    assert found["conventions"][1]["difference"] == 0
    assert (found["rows"], found["differing"]) == ([], 0)
    assert xent(*nan).code == xent(*nan, "-f", "markdown").code == 0


def test_rows_are_those_on_which_they_differ_most(xent: Xent) -> None:
    args = (
        "reconcile",
        "--labels",
        "1,0,1",
        "--probs",
        "0.9,0.2,0",
        "--with",
        "keras3,torch,optax",
    )
    (row,) = xent(*args, "--rows", "1", "-f", "json").json["rows"]
    assert row["sample"] == 3
    assert row["losses"]["torch"] == 100
    assert row["losses"]["keras3"] == pytest.approx(-math.log(1e-7), rel=1e-6)
    assert row["losses"]["optax"] is None
    lines = xent(*args, "--rows", "2").out.splitlines()
    at = lines.index("Samples on which they differ most")
    assert lines[at + 1].split() == "sample least loss most loss difference".split()
    assert lines[at + 3].split() == "3 keras3 16.1181 torch 100.000 83.8819".split()
    assert len(lines) == at + 6
    assert "differ most" not in xent(*args, "--rows", "none").out


def test_the_reference_is_the_first_name(xent: Xent) -> None:
    found = xent("reconcile", *THREE, "--with", " torch , exact", "-f", "json").json
    assert found["reference"] == "torch"
    assert [each["name"] for each in found["conventions"]] == ["torch", "exact"]
    assert found["conventions"][1]["steps"][0]["said"] == "computes in float64"


def test_all_conventions_unless_some_are_named(xent: Xent) -> None:
    found = xent("reconcile", *THREE, "-f", "json").json
    assert [each["name"] for each in found["conventions"]] == list(CONVENTIONS)


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--with", "exact,torch,exact "], "--with names exact twice; name each convention once"),
        (["--with", "exact,tourch"], "no convention is called tourch; did you mean torch?"),
        (["--with", ""], "no convention is called"),
        (["--rows", "x"], "--rows x is not a number of rows; such as --rows 5"),
        (["--rows", "-1"], "--rows -1 is not a number of rows"),
        (["--rows", "all"], "--rows all is not a number of rows"),
        (["-f", "value"], "reconcile has no one number; -f json and -f csv have them all"),
        (["--with", "optax,catboost"], "optax has no binary cross-entropy from probabilities"),
        (["--dtype", "float64"], "No such option: --dtype"),
        (["--expect", "1"], "No such option: --expect"),
        (["--loss", "mse"], "'mse' is not one of 'bce', 'ce'"),
    ],
)
def test_refusals(xent: Xent, args: list[str], message: str) -> None:
    ran = xent("reconcile", *THREE, *args)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.count("\n") == 1
    assert message in ran.err


def test_shapes_that_fit_either_loss(xent: Xent) -> None:
    square = ("reconcile", "--labels", "1,0;0,1", "--probs", "0.9,0.1;0.2,0.8", "--with", "exact")
    ran = xent(*square)
    assert ran.code == 2
    assert "say --loss bce or --loss ce" in ran.err
    found = {loss: xent(*square, "--loss", loss, "-f", "json").json for loss in ("bce", "ce")}
    for loss, each in found.items():
        assert each["loss"] == loss
        own = xent(loss, *square[1:5], "-f", "value")
        assert each["conventions"][0]["value"] == float(own.out)
    assert (
        xent("reconcile", "--labels", "0,1", "--probs", "1,0;0,1", "-f", "json").json["loss"]
        == "ce"
    )


def test_options_reach_every_convention_that_has_them(xent: Xent) -> None:
    args = ("--labels", "0,2", "--logits", "1,2,0;0,1,3", "--class-weight", "1,2,5")
    names = ("exact", "torch", "tf-keras", "tensorflow")
    found = xent("reconcile", *args, "--with", ",".join(names), "-f", "json").json["conventions"]
    for name, each in zip(names, found, strict=True):
        own = xent("ce", *args, "-c", name, "-f", "value")
        assert (each["value"] is None) == (own.code == 2)
        if own.code == 0:
            assert each["value"] == float(own.out)
    assert "tensorflow has no --class-weight" in found[3]["refusal"]


def test_output_file_format_and_environment(
    xent: Xent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "out.json"
    ran = xent("reconcile", *THREE, *SOME, "-o", path)
    assert (ran.code, ran.out) == (0, "")
    assert json.loads(path.read_text())["reference"] == "exact"
    xent("reconcile", *THREE, *SOME, "-o", path, "-f", "table")
    assert path.read_text() == xent("reconcile", *THREE, *SOME).out
    monkeypatch.setenv("XENT_FORMAT", "jsonl")
    assert xent("reconcile", *THREE, *SOME).out.startswith('{"convention": "exact"')


def test_notes_are_on_stderr_unless_quiet(xent: Xent) -> None:
    text = "label,p\n1,0.9\n0,0.2\n"
    loud, quiet = (xent("reconcile", *more, *SOME, stdin=text) for more in ([], ["-q"]))
    assert "labels from label, probs from p" in loud.err
    assert quiet.err == ""
    assert quiet.out == loud.out


def test_files_are_one_data_set(xent: Xent, tmp_path: Path) -> None:
    rows = [f"{i % 2},{i / 10}" for i in range(10)]
    whole, *shards = (tmp_path / name for name in ("all.csv", "a.csv", "b.csv"))
    whole.write_text("\n".join(["label,p", *rows]) + "\n")
    for shard, part in zip(shards, (rows[:3], rows[3:]), strict=True):
        shard.write_text("\n".join(["label,p", *part]) + "\n")
    args = ("-q", "-f", "json", "--rows", "3")
    assert xent("reconcile", *shards, *args).figures == xent("reconcile", whole, *args).figures


@pytest.mark.parametrize("columns", [40, 80, 130])
def test_a_terminal_wraps_reasons_and_never_cuts_figures(columns: int) -> None:
    lines = shown(["reconcile", *THREE, *SOME, "--rows", "2"], columns)
    text = "\n".join(lines)
    assert "\u2026" not in text
    for figure in ("0.0351202", "+8.80845e-08", "+9.85339e-09", "1.19209e-07"):
        assert figure in text
    if columns == 80:
        assert max(map(len, lines)) <= 80


def test_ascii_locale(xent_process: Callable[..., "subprocess.CompletedProcess[bytes]"]) -> None:
    env = {"LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    # In float32, z - log σ(z) of -20 is 0 and tensorflow's formula is not.
    args = ("--labels", "0", "--logits=-20", "--with", "tensorflow,torch")
    for form in ("table", "json", "csv", "markdown"):
        done = xent_process("reconcile", *args, "-f", form, env=env)
        assert done.returncode == 0
        assert "rounds z - log sigmoid(z)" in done.stdout.decode("ascii")


def test_a_probability_that_one_convention_refuses_is_refused_for_all(xent: Xent) -> None:
    data = ("--labels", "1,0", "--probs", "1.2,0.5")
    alone, company = xent("bce", *data), xent("reconcile", *data, "--with", "keras3,exact")
    assert alone.code == company.code == 2
    assert company.out == ""
    assert company.err == alone.err
    found = xent("reconcile", *data, "--with", "keras2,keras3", "-f", "json").json["conventions"]
    assert [each["value"] is None for each in found] == [False, False]
