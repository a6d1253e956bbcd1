"""``xent conventions``: all of them, or each in full, in every format."""

import csv
import io
import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from support import Ran, shown

from xentcli.conventions import OPTIONS
from xentcli.conventions.registry import CONVENTIONS

Xent = Callable[..., Ran]

NAMES = list(CONVENTIONS)
TABLE = {"csv": ",", "tsv": "\t"}


def rows(ran: Ran, form: str) -> list[list[str]]:
    assert ran.code == 0
    assert ran.err == ""
    if form in TABLE:
        return list(csv.reader(io.StringIO(ran.out), delimiter=TABLE[form]))
    table = [line for line in ran.out.splitlines() if line.startswith("|")]
    lines = [line for line in table if not line.startswith("| ---")]
    return [line.removeprefix("| ").removesuffix(" |").split(" | ") for line in lines]


@pytest.mark.parametrize("form", ["csv", "tsv", "markdown"])
def test_one_row_for_each(xent: Xent, form: str) -> None:
    heading, *listed = rows(xent("conventions", "-f", form), form)
    assert heading == ["convention", "float", "p", "mean by", "library"]
    assert [row[0] for row in listed] == NAMES
    by_name = {row[0]: row[1:] for row in listed}
    # As semantics.md has them: Keras 2 divides by #(w != 0), tf.keras adds its epsilon, too.
    assert by_name["keras2"] == ["f32", "clip 1e-7", "nonzero", "Keras 2.2"]
    assert by_name["tf-keras"][:3] == ["f32", "clip 1e-7 + 1e-7", "count"]
    assert by_name["torch"][:3] == ["f32", "cap 100", "count"]
    assert by_name["sklearn"][:3] == ["f64", "clip eps", "weights"]
    assert by_name["xgboost"][:3] == ["f32", "floor 1e-16", "weights"]


def test_a_table_has_them_all(xent: Xent) -> None:
    lines = xent("conventions").out.splitlines()
    assert lines[0] == "Conventions"
    listed = lines[3 : 3 + len(NAMES)]
    assert [line.split()[0] for line in listed] == NAMES
    assert all(CONVENTIONS[n].title in line for n, line in zip(NAMES, listed, strict=True))


def test_json_and_json_lines_hold_the_records(xent: Xent) -> None:
    found = xent("conventions", "-f", "json").json
    assert list(found) == ["schema", "conventions"]
    assert found["schema"] == 1
    assert [each["name"] for each in found["conventions"]] == NAMES
    lines = xent("conventions", "-f", "jsonl").out.splitlines()
    assert list(map(json.loads, lines)) == found["conventions"]


@pytest.mark.parametrize("name", NAMES)
def test_one_in_json_is_its_record(xent: Xent, name: str) -> None:
    record = CONVENTIONS[name]
    found = xent("conventions", name, "-f", "json").json
    assert found["schema"] == 1
    assert (found["name"], found["title"], found["source"]) == (name, record.title, record.source)
    assert found["dtypes"] == list(record.dtypes)
    assert [(rule["loss"], rule["scale"]) for rule in found["rules"]] == list(record.rules)
    for rule, own in zip(found["rules"], record.rules.values(), strict=True):
        assert rule["options"] == sorted(own.options)
        assert rule["reductions"] == dict(own.reductions)
        assert (rule["bound"], rule["eps"], rule["added"]) == (own.bound, own.eps, own.added)
        assert rule["formula"]
        assert rule["function"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("form", ["table", "csv", "tsv", "markdown"])
def test_one_in_full(xent: Xent, name: str, form: str) -> None:
    record = CONVENTIONS[name]
    ran = xent("conventions", name, "-f", form)
    if form == "table":
        title, *lines = ran.out.splitlines()
        assert title == f"{name}: {record.title}"
        found = [re.split(" {2,}", line.strip(), maxsplit=1) for line in lines[:1] + lines[2:]]
    else:
        found = [[row[0].strip(), row[1]] for row in rows(ran, form)]
    assert found[0] == ["field", "value"]
    assert found[1] == ["source", record.source]
    fields = [field for field, _ in found]
    assert fields.count("formula") == fields.count("mean") == len(record.rules)
    for rule in record.rules.values():
        assert any(rule.function == value for _, value in found)
    for field, value in found:
        if field == "options":
            assert value == "none" or set(value.split(", ")) <= set(OPTIONS)
    if record.notes:
        assert ["note", record.notes] in found


def test_formulas_are_those_of_the_sources(xent: Xent) -> None:
    def formulas(name: str) -> list[str]:
        rules = xent("conventions", name, "-f", "json").json["rules"]
        return [rule["formula"] for rule in rules]

    # Keras clips, and tf.keras also adds its epsilon; see semantics.md, sections 1 to 3.
    clip = "q = clip(p, 1e-7, 1-1e-7); "
    assert formulas("keras3")[0] == f"{clip}-y*log(q) - (1-y)*log(1-q)"
    assert formulas("tf-keras")[0] == f"{clip}-y*log(q+1e-7) - (1-y)*log(1-q+1e-7)"
    assert formulas("keras2")[2] == f"p = p/sum p; {clip}-sum y*log(q)"
    assert formulas("torch")[0] == "-y*log(p) - (1-y)*log1p(-p), each -log at most 100"
    assert formulas("exact")[1] == "-sum y*log(p)"


def test_file_environment_and_suffix(
    xent: Xent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "torch.json"
    ran = xent("conventions", "torch", "-o", path)
    assert (ran.code, ran.out) == (0, "")
    assert json.loads(path.read_text())["name"] == "torch"
    monkeypatch.setenv("XENT_FORMAT", "csv")
    assert xent("conventions").out.startswith("convention,float,")
    monkeypatch.setenv("XENT_FORMAT", "value")
    assert xent("conventions").code == 2


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["keras4"], "no convention is called keras4; did you mean keras"),
        (["nothing-like-it"], "no convention is called nothing-like-it; there is exact, keras2"),
        (["-f", "value"], "conventions are no number; -f json has them whole"),
        (["torch", "optax"], "unexpected extra argument"),
    ],
)
def test_refusals(xent: Xent, args: list[str], message: str) -> None:
    ran = xent("conventions", *args)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.count("\n") == 1
    assert message in ran.err


@pytest.mark.parametrize("columns", [60, 80])
def test_a_terminal_wraps_and_leaves_nothing_out(columns: int) -> None:
    lines = shown(["conventions"], columns)
    text = "\n".join(lines)
    assert "\u2026" not in text
    begun = next(i for i, line in enumerate(lines) if line.startswith("──"))
    listed = lines[begun + 1 : lines.index("", begun)]
    assert [line.split()[0] for line in listed if line[:1].strip()] == NAMES
    words = [word for each in CONVENTIONS.values() for word in each.title.split()]
    folded = "".join(text.split())
    assert [word for word in words if len(word) < 10 and word not in folded] == []
    if columns == 80:
        assert max(map(len, lines)) <= 80


def test_ascii_locale(xent_process: Callable[..., "subprocess.CompletedProcess[bytes]"]) -> None:
    env = {"LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    for form in ("table", "csv", "markdown", "json"):
        done = xent_process("conventions", "exact", "-f", form, env=env)
        assert done.returncode == 0
        assert "p = sigmoid(z); -y*log(p) - (1-y)*log1p(-p)" in done.stdout.decode("ascii")
