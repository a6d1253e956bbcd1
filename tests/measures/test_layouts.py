"""Shards whose columns stand in another order, where columns are picked by position."""

import math
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest
from reading import read
from support import Ran

from xentcli.blocks.layout import Layout
from xentcli.errors import ShapeError
from xentcli.measures.layouts import together

Xent = Callable[..., Ran]

OTHERWISE = {
    "weights": ("y,p,w", "y,w,p", "--probs :2", "--probs p"),
    "other-class": ("y,p_a,p_b", "y,p_b,p_a", "--probs :2", "--probs p_a"),
    "gone": ("y,p_a,p_b", "y,p_b,q", "--probs :2", "--probs p_b"),
    "added": ("y,p_a,q", "y,p_b,p_a", "--probs :2", "--probs p_a"),
    "other-weights": ("y,p,w,n", "y,p,n,w", "--probs :2 --weights :3", "--weights w"),
    "groups": ("y,p,g,h", "y,p,h,g", "--probs :2 --by :3", "--by g"),
    "ids": ("y,p,g,h", "y,p,h,g", "--probs p --id :3", "--id g"),
    "mask": ("y,p,m,n", "y,p,n,m", "--probs p --mask :3", "--mask m"),
    "labels": ("y,p,t", "t,p,y", "--labels :1 --probs :2", "--labels y"),
    "spelling": ("y,P A,w", "y,w,p_a", "--probs :2", "--probs P A"),
    "ranges": ("y,z,u,p,q", "y,u,z,p,q", "--labels :1..2 --probs p,q", "--labels y,z"),
}

ALIKE = {
    "other-words": ("y,p,w", "label,prob,weight", "--labels :1 --probs :2 --weights :3"),
    "spelling": ("y,P A,w", "y,p_a,w", "--probs :2"),
    "behind": ("y,p,a,b", "y,p,b,a", "--probs :2"),
    "by-name": ("y,p,w", "y,w,p", "--labels :1 --probs p"),
}


def written(folder: Path, headers: tuple[str, str]) -> list[Path]:
    files = [folder / "a.csv", folder / "b.csv"]
    for file, header in zip(files, headers, strict=True):
        file.write_text(f"{header}\n" + ",".join("1" for _ in header.split(",")) + "\n")
    return files


@pytest.mark.parametrize("case", OTHERWISE)
def test_a_column_that_moved_is_refused(xent: Xent, tmp_path: Path, case: str) -> None:
    one, two, picks, hint = OTHERWISE[case]
    files = written(tmp_path, (one, two))
    ran = xent("bce", *files, *picks.split(" "))
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.rstrip().endswith(f"pick columns by name, such as {hint}")
    assert all(file.name in ran.err for file in files)
    turned = xent("bce", *files[::-1], *picks.split(" "))
    assert (turned.code, turned.out) == (2, "")


@pytest.mark.parametrize("case", ALIKE)
def test_what_stands_nowhere_else_is_another_word(xent: Xent, tmp_path: Path, case: str) -> None:
    one, two, picks = ALIKE[case]
    ran = xent("bce", *written(tmp_path, (one, two)), *picks.split(" "), "-f", "value", "-q")
    assert (ran.code, float(ran.out), ran.err) == (0, 0, "")


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_by_name_the_number_is_right(xent: Xent, tmp_path: Path, jobs: str) -> None:
    (tmp_path / "a.csv").write_text("y,p,w\n1,.9,.5\n0,.2,.6\n")
    (tmp_path / "b.csv").write_text("y,w,p\n1,.5,.6\n1,.7,.9\n")
    files = (tmp_path / "a.csv", tmp_path / "b.csv", "--jobs", jobs)
    assert xent("bce", *files, "--labels", ":1", "--probs", ":2").code == 2
    ran = xent("bce", *files, "--labels", "y", "--probs", "p", "-f", "value")
    product = math.prod(map(Fraction, ("0.9", "0.8", "0.6", "0.9")))
    assert float(ran.out) == pytest.approx(-math.log(product) / 4, rel=1e-15)


def test_a_header_goes_along_only_where_a_position_was_typed(tmp_path: Path) -> None:
    file, _ = written(tmp_path, ("y,p,w", "y,p,w"))
    assert read("bce", file, labels="y", probs="p").last.layout.header == ()
    assert read("bce", file, labels="y", probs=":2").last.layout.header == ("y", "p", "w")


def test_a_million_columns_are_looked_at_once() -> None:
    long = tuple(f"x{i}" for i in range(1_000_000))
    one = Layout("a", "probs", None, columns={"scores": ("p",)}, header=("y", "p", *long))
    two = one._replace(source="b", columns={"scores": ("q",)}, header=("y", "q", *long))
    for _ in range(50):
        assert together(one, two) == one
    moved = two._replace(columns={"scores": ("x7",)})
    with pytest.raises(ShapeError, match="--probs picks p in a and x7 in b, and a has x7 too"):
        together(one, moved)
