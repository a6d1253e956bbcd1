"""Class numbers that float64 rounds to their neighbours are refused, wherever they stand."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from support import Ran

Xent = Callable[..., Ran]

BASE = 2**53 - 4


def refused(ran: Ran) -> str:
    assert (ran.code, ran.out) == (2, ""), ran
    assert ran.err.count("\n") == 1
    assert "beyond 2^53" in ran.err
    return ran.err


def files(folder: Path, labels: list[int]) -> list[list[str]]:
    """The same labels as text, in a typed array and in JSON."""
    kind = np.uint64 if max(labels) >= 2**63 else np.int64
    np.save(folder / "y.npy", np.array(labels, kind))
    np.save(folder / "z.npy", np.array([[0.0, 1.0]] * len(labels)))
    rows = "".join(f"{label},0,1\n" for label in labels)
    (folder / "rows.csv").write_text(f"y,a,b\n{rows}")
    lines = "".join(f'{{"y": {label}, "a": 0, "b": 1}}\n' for label in labels)
    (folder / "rows.jsonl").write_text(lines)
    columns = ["--labels", "y", "--logits", "a,b"]
    typed = ["--labels", f"@{folder / 'y.npy'}", "--logits", f"@{folder / 'z.npy'}"]
    inline = ["--labels", ",".join(map(str, labels)), "--logits", typed[3]]
    named = [[str(folder / name), *columns] for name in ("rows.csv", "rows.jsonl")]
    return [typed, inline, *named]


@pytest.mark.parametrize("label", [2**53, 2**53 + 1, 2**62 + 1, 2**63 - 1, 2**64 - 1])
def test_labels(xent: Xent, tmp_path: Path, label: int) -> None:
    for args in files(tmp_path, [BASE, label]):
        refused(xent("ce", *args, "--label-base", BASE))
        refused(xent("ce", *args, "--classes", f"{BASE},7"))
        assert xent("ce", *args).code == 2  # out of range


def test_labels_that_do_not_count_may_be_anything(xent: Xent, tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text(f"y,a,b,m\n{BASE},0,1,1\n{2**60 + 1},0,1,0\n")
    args = [tmp_path / "rows.csv", "--labels", "y", "--logits", "a,b", "--label-base", BASE]
    refused(xent("ce", *args))
    assert float(xent("ce", *args, "--mask", "m", "-f", "value").out) == pytest.approx(1.3132617)


def test_the_largest_that_are_exact(xent: Xent, tmp_path: Path) -> None:
    for args in files(tmp_path, [BASE, BASE + 1, 2**53 - 1]):
        ignoring = ["--label-base", BASE, "--ignore-index", 2**53 - 1, "-f", "value"]
        assert float(xent("ce", *args, *ignoring).out) == pytest.approx(0.8132617)
        refused_base = xent("ce", *args, "--label-base", BASE)
        assert refused_base.code == 2
        assert f"label {2**53 - 1}" in refused_base.err or "out of range" in refused_base.err


@pytest.mark.parametrize("option", ["--label-base", "--ignore-index"])
@pytest.mark.parametrize("number", [2**53, 2**53 + 1, 9223372036854775808, -(2**53), -(2**63)])
def test_options(xent: Xent, option: str, number: int) -> None:
    args = ["--labels", "0,1", "--logits", "1,2;3,4"]
    for command in ("ce", "accuracy"):
        message = refused(xent(command, *args, f"{option}={number}"))
        assert option in message


def test_names_of_classes(xent: Xent) -> None:
    args = ["--labels", f"{2**53},{2**53 + 1}", "--logits", "1,2;3,4"]
    message = refused(xent("ce", *args, "--classes", f"{2**53},{2**53 + 1}"))
    assert "--classes" in message
