"""``--class-weight balanced`` and ``--average macro`` on the command line."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from support import Ran

from xentcli.inputs import cuts

Xent = Callable[..., Ran]
CE = ("ce", "--labels", "0,0,0,1", "--probs", "0.5,0.5;0.5,0.5;0.5,0.5;0.75,0.25", "--base", 2)
BCE = ("bce", "--labels", "1,0", "--logits", "1,2")


def test_balanced_says_the_weights_that_it_used(xent: Xent) -> None:
    found = xent(*CE, "--class-weight", "balanced", "-f", "json").json
    # (2/3 * 3 * 1 + 2 * 1 * 2) / (2/3 * 3 + 2)
    assert found["mean"] == pytest.approx(1.5, rel=2.0**-52)
    assert found["classes"] == [
        {"name": "0", "samples": 3, "mean": 1.0, "weight": 2 / 3},
        {"name": "1", "samples": 1, "mean": 2.0, "weight": 2.0},
    ]
    assert (found["average"], found["normalised"]) == ("micro", None)
    assert "|cw:balanced|" in found["signature"]
    typed = ",".join(f"{one['name']}={one['weight']!r}" for one in found["classes"])
    again = xent(*CE, "--class-weight", typed, "-f", "json").json
    assert again["mean"] == pytest.approx(found["mean"], rel=2.0**-52)
    shown = xent(*CE, "--class-weight", "balanced").out
    assert ["1", "1", "2.00000", "2.00000"] in [line.split() for line in shown.splitlines()]


def test_macro_is_a_mean_of_means(xent: Xent) -> None:
    ran = xent(*CE, "--average", "macro", "-f", "json")
    assert ran.json["value"] == 1.5
    assert ran.json["average"] == "macro"
    assert "|avg:macro|" in ran.json["signature"]
    shown = xent(*CE, "--average", "macro").out
    assert "mean     1.5 bits\naverage  macro: of the means of 2 classes\n" in shown
    assert xent(*CE, "--average", "macro", "--expect", "1.5", "-f", "value").code == 0
    assert xent(*CE, "--average", "micro", "-f", "value").out == "1.25\n"
    assert xent(*CE, "--average", "macro", "-f", "markdown").out.count("Loss by class") == 1


def test_names_of_classes(xent: Xent) -> None:
    text = "label,p_cat,p_dog\ncat,0.5,0.5\ndog,0.5,0.5\n"
    names = [
        one["name"]
        for one in xent("ce", "--average", "macro", "-f", "json", stdin=text).json["classes"]
    ]
    assert names == ["cat", "dog"]
    based = ("ce", "--labels", "1,2", "--probs", "1,0;0,1", "--label-base", 1, "-f", "json")
    names = [one["name"] for one in xent(*based, "--average", "macro").json["classes"]]
    assert names == ["1", "2"]


@pytest.mark.parametrize(
    "more", [("--class-weight", "balanced"), ("--average", "macro")], ids="-".join
)
def test_jobs_and_shards_change_no_digit(
    xent: Xent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: tuple[str, ...]
) -> None:
    monkeypatch.setattr(cuts, "SMALLEST", 2000)
    monkeypatch.setattr(cuts, "LARGEST", 2000)
    rows = [
        f"{place % 7 % 3},{place % 11 - 5},{place % 5}.25,{-place % 13}" for place in range(999)
    ]
    head = "label,z_0,z_1,z_2\n"
    whole, first, second = (tmp_path / name for name in ("a.csv", "b.csv", "c.csv"))
    whole.write_text(head + "\n".join(rows))
    first.write_text(head + "\n".join(rows[500:]))
    second.write_text(head + "\n".join(rows[:500]))
    one = xent("ce", "-q", whole, "--jobs", 1, "-f", "json", "--rows", "none", *more)
    assert one.code == 0
    assert xent("ce", "-q", whole, "--jobs", 3, "-f", "json", "--rows", "none", *more) == one
    other = xent("ce", "-q", first, second, "-f", "json", "--rows", "none", *more)
    for key in ("value", "sum", "divisor", "classes", "min", "max"):
        assert other.json[key] == one.json[key]


def test_reconcile_balances_for_every_convention(xent: Xent) -> None:
    args = ("--with", "exact,keras3,torch", "-f", "json", "-q")
    given = ("reconcile", *CE[1:5])
    balanced = xent(*given, "--class-weight", "balanced", *args).json["conventions"]
    typed = xent(*given, "--class-weight", "0=0.6666666666666666,1=2", *args).json["conventions"]
    for one, other in zip(balanced, typed, strict=True):
        assert one["value"] == pytest.approx(other["value"], rel=2.0**-22)


REFUSED = {
    "grad": (
        ("--class-weight", "balanced", "--grad"),
        "--class-weight balanced and --grad exclude",
    ),
    "by": (("--average", "macro", "--by", "k"), "--average macro and --by exclude each other"),
    "none": (("--class-weight", "balanced", "--reduction", "none"), "and --reduction none exclude"),
    "sum": (("--average", "macro", "--reduction", "sum"), "and --reduction sum exclude each other"),
    "both": (
        ("--average", "macro", "--class-weight", "0=1,1=2"),
        "macro and --class-weight exclude",
    ),
    "soft": (("--class-weight", "balanced", "--labels", "0.5,1"), "needs labels of one class each"),
    "lacking": (("--class-weight", "balanced", "-c", "sklearn"), "sklearn has no"),
    "word": (("--class-weight", "balance"), "--class-weight"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_excludes_each_other_is_refused(xent: Xent, case: str) -> None:
    more, message = REFUSED[case]
    ran = xent(*BCE, *more)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert message in ran.err


def test_lines_of_samples_are_not_weighted(xent: Xent) -> None:
    plain = xent(*CE, "-f", "jsonl", "-q").out
    assert xent(*CE, "--class-weight", "balanced", "-f", "jsonl", "-q").out == plain
    assert json.loads(plain.splitlines()[3])["loss"] == 2.0
