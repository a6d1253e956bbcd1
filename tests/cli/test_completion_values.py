"""Completion of values: reductions, classes and their weights, formats, arrays in files."""

import zipfile
from pathlib import Path

import pytest
from shell_terminal import Terminal, answers

FILES = {
    "named.csv": "label,p_cat,p_dog\ncat,.5,.5\n",
    "yes.csv": "label,prob\nyes,.4\nno,.5\nno,.2\n",
    "numbers.csv": "target,score\n1,2\n0,1\n10,1\n",
    "hostile.csv": "label,prob\n$(touch pwned),.4\nfine,.5\n`b`,1\n",
    "unheaded.csv": "1,.4\n0,.5\n",
    "empty.csv": "",
    "a.jsonl": '{"label": 1, "prob": 0.5}\n',
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "runs" / "deep").mkdir(parents=True)
    for name in ("a.npy", "b.npy", "it`s.npy"):
        (tmp_path / "runs" / name).touch()
    with zipfile.ZipFile(tmp_path / "run.npz", "w") as archive:
        archive.writestr("y.npy", "")
        archive.writestr("z.npy", "")
    return tmp_path


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("bce --reduction ", "mean sum none mean-by-weight mean-by-count mean-by-nonzero"),
        ("bce -c sklearn --reduction m", "mean"),
        ("ce -c keras3 --reduction sum", "sum-over-batch-size sum"),
        ("reconcile --with torch,sklearn --reduction s", "sum"),
        ("ce named.csv --class-weight c", "cat=1,dog=1"),
        ("bce yes.csv --class-weight n", "no=1,yes=1"),
        ("bce numbers.csv --labels target --logits score --class-weight 0", "0=1,1=1,10=1"),
        ("bce --classes a,b yes.csv --class-weight a", "a=1,b=1"),
        ("ce named.csv --classes ", "cat dog"),
        ("bce yes.csv --classes ", "no yes"),
        ("bce yes.csv --classes no,", "no,yes"),
        ("bce hostile.csv --classes ", "fine"),
        ("bce unheaded.csv --classes ", ""),
        ("bce empty.csv --classes ", ""),
        ("bce a.jsonl --classes ", ""),
        ("bce nowhere.csv --classes ", ""),
        ("bce named.csv --labels none --classes ", ""),
        ("bce --labels @yes.csv#", "@yes.csv#label @yes.csv#prob"),
        ("bce --labels @yes.csv#label,p", "@yes.csv#label,prob"),
        ("bce --labels @run.npz#", "@run.npz#y @run.npz#z"),
        ("bce run.npz --labels ", "y z"),
        ("bce --weights @y", "@yes.csv"),
        ("bce --mask @run", "@run.npz @runs/"),
        ("bce --class-weight @n", "@named.csv @numbers.csv"),
        ("bce --logits @runs", "@runs/a.npy @runs/b.npy @runs/deep/"),
        ("bce --logits @runs/deep/", ""),
        ("bce --logits @nowhere/x", ""),
        ("bce --logits @nowhere#", ""),
        ("bce -f ", "table json jsonl csv tsv markdown value"),
        ("reconcile -f ", "table json jsonl csv tsv markdown"),
        ("conventions -f ", "table json jsonl csv tsv markdown"),
        ("conventions -f v", ""),
    ],
)
def test_values_that_are_offered(folder: Path, line: str, offered: str) -> None:
    assert answers(f"xent {line}", folder) == offered.split()


@pytest.mark.parametrize(
    ("keys", "meant"),
    [
        ("--labels @tab\t --reduction su\t", ["--labels", "@table.csv", "--reduction", "sum"]),
        ("--labels=@tab\t --logits @my\t", ["--labels=@table.csv", "--logits", "@my"]),
        ("--labels @table.csv#l\t", ["--labels", "@table.csv#label"]),
        ("--mask @table.csv --labels l\t table.csv", ["--mask", "@table.csv", "--labels", "l"]),
    ],
)
def test_what_is_offered_works_in_a_shell(terminal: Terminal, keys: str, meant: list[str]) -> None:
    terminal.press(f"xent bce {keys}")
    assert terminal.ran()[1 : 1 + len(meant)] == meant
