"""Errors, warnings and notes: who hears which, in which colour, and what scripts read of them."""

import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from support import Ran

from xentcli import remarks

Xent = Callable[..., Ran]

SOFTMAX_TWICE = ("--labels", "0,1", "--logits", "0.9,0.1;0.25,0.75")
WARNING = "warning: the logits lie in [0, 1] and every row sums to 1"
FOUND = "label,z\n1,0.5\n0,0.25\n"


def test_codes_are_given_once() -> None:
    kinds = [kind for kind in vars(remarks).values() if isinstance(kind, remarks.Kind)]
    codes = [kind.code for kind in kinds]
    assert len(kinds) > 10
    assert len(set(codes)) == len(codes)
    assert all(len(code) == 4 and code.startswith("XE") for code in codes)


@pytest.mark.parametrize(
    ("option", "warned", "noted"), [(None, True, True), ("-q", True, False), ("-qq", False, False)]
)
def test_quiet_drops_notes_and_twice_drops_warnings(
    xent: Xent, option: str | None, warned: bool, noted: bool
) -> None:
    ran = xent("bce", *([option] if option else []), stdin=FOUND)
    assert ran.code == 0
    assert ("xent: warning: all logits lie in [0, 1]" in ran.err) is warned
    assert ("xent: note: labels from label, logits from z" in ran.err) is noted


def test_warnings_come_before_notes(xent: Xent) -> None:
    lines = xent("bce", stdin=FOUND).err.splitlines()
    assert [line.split(": ")[1] for line in lines] == ["warning", "note"]


def test_a_double_softmax_is_told_though_a_gate_holds(xent: Xent) -> None:
    value = xent("ce", "-q", *SOFTMAX_TWICE, "-f", "value").out.strip()
    ran = xent("ce", "-q", *SOFTMAX_TWICE, "-f", "value", "--expect", value)
    assert (ran.code, ran.out.strip()) == (0, value)
    assert WARNING in ran.err


@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv", "tsv", "markdown", "value"])
def test_strict_prints_nothing_where_there_is_a_warning(xent: Xent, form: str) -> None:
    ran = xent("ce", *SOFTMAX_TWICE, "--strict", "-f", form)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("xent: error: the logits lie in [0, 1]")
    assert ran.err.endswith("--strict makes warnings errors\n")
    assert xent("ce", *SOFTMAX_TWICE, "-f", form).out


@pytest.mark.parametrize("command", ["reconcile", "accuracy"])
def test_strict_of_other_commands(xent: Xent, command: str) -> None:
    ran = xent(command, *SOFTMAX_TWICE, "--strict", "-qq")
    assert (ran.code, ran.out) == (2, "")
    assert "--strict" in ran.err


def test_strict_leaves_an_old_file_alone(xent: Xent, tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    target.write_text("before")
    ran = xent("ce", *SOFTMAX_TWICE, "--strict", "-o", target)
    assert (ran.code, target.read_text()) == (2, "before")
    assert list(tmp_path.glob(".xent-*")) == []


def test_strict_lets_streamed_rows_pass_where_nothing_is_wrong(xent: Xent) -> None:
    text = "label,z\n" + "1,-3\n0,2\n" * 40_000
    plain, strict = (xent("bce", "-f", "csv", *more, stdin=text) for more in ([], ["--strict"]))
    assert strict.code == 0
    assert len(strict.out.splitlines()) == 80_001
    assert (strict.out, strict.err) == (plain.out, plain.err)


def test_json_has_codes_columns_files_and_the_gate(xent: Xent, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("y,z,w\n1,0.5,2\n0,0.25,1\n")
    found = xent("bce", path, "-w", "w", "--max-mean", "0.5", "-f", "json").json
    assert found["columns"] == {"labels": ["y"], "scores": ["z"], "weights": ["w"]}
    assert found["files"] == [str(path)]
    assert [remark["code"] for remark in found["warnings"]] == ["XE03"]
    assert [remark["code"] for remark in found["notes"]] == ["XE01"]
    assert found["gate"]["holds"] is False
    assert found["gate"]["text"].startswith("expected at most 0.5, the mean is ")
    bare = xent("bce", "--labels", "1,0", "--logits", "2,-1", "-f", "json").json
    assert (bare["columns"], bare["files"], bare["gate"]) == ({}, [], None)
    assert (bare["warnings"], bare["notes"]) == ([], [])


@pytest.mark.parametrize("command", ["reconcile", "accuracy"])
def test_json_of_other_commands_says_the_same(xent: Xent, command: str) -> None:
    found = xent(command, "-f", "json", stdin=FOUND).json
    assert found["columns"] == {"labels": ["label"], "scores": ["z"]}
    assert found["files"] == ["stdin"]
    assert [remark["code"] for remark in found["warnings"]] == ["XE03"]
    assert found["notes"][0]["code"] == "XE01"


def test_a_gate_that_holds_says_so_unless_quiet(xent: Xent) -> None:
    args = ("bce", "--labels", "1", "--probs", "0.5", "--max-mean", "0.7", "-f", "value")
    assert xent(*args).err == "xent: gate: the mean is at most 0.7\n"
    assert xent(*args, "-q").err == ""


@pytest.mark.parametrize(
    ("args", "colours"),
    [
        (("bce", "--labels", "1"), ["31"]),
        (("ce", *SOFTMAX_TWICE), ["33"]),
        (("bce", "--labels", "1", "--probs", "0"), ["2"]),
        (("bce", "--labels", "1", "--probs", "0.5", "--max-mean", "0.1"), ["31"]),
        (("bce", "--labels", "1", "--probs", "0.5", "--max-mean", "0.7"), ["32"]),
    ],
    ids=["error", "warning", "note", "gate", "gate-holds"],
)
@pytest.mark.parametrize("env", [{}, {"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=str)
def test_colours_on_a_terminal(
    args: tuple[str, ...], colours: list[str], env: dict[str, str]
) -> None:
    master, slave = pty.openpty()
    command = [sys.executable, "-m", "xentcli", *args]
    wanted = {**os.environ, "TERM": "xterm", **env}
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=slave, env=wanted, check=False)
    os.close(slave)
    told = os.read(master, 4096).decode()
    os.close(master)
    assert ("\x1b[" in told) is not bool(env)
    if not env:
        assert all(f"{colour}m" in told for colour in colours)
