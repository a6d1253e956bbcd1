"""``--worst``, ``--id`` and ``--by`` on the command line: formats, inputs, refusals."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support import Ran

from xentcli.cli import loss
from xentcli.inputs import cuts

Xent = Callable[..., Ran]
LOG2 = 0.6931471805599453


def table(path: Path, rows: list[tuple[Any, ...]], *names: str) -> Path:
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC)
        writer.writerows([names, *rows])
    return path


def read_csv(text: str, delimiter: str = ",") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))


def test_worst_in_all_formats(xent: Xent, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("label,logit,name\n1,0,a\n1,-2,b\n0,-9,c\n0,inf,d\n1,nan,e\n0,0,f\n")
    asked = ("bce", "-q", path, "--worst", 4, "--id", "name")
    expected = [(5, 1, "nan", "e"), (4, 0, "inf", "d"), (2, 1, 2.1269280110429727, "b")]
    expected.append((1, 1, LOG2, "a"))
    records = [dict(zip(("sample", "label", "loss", "name"), row, strict=True)) for row in expected]
    assert xent(*asked, "-f", "json").json["worst"] == records
    lines = xent(*asked, "-f", "jsonl").out.splitlines()
    assert list(map(json.loads, lines)) == records
    texts = [{name: str(value) for name, value in record.items()} for record in records]
    assert read_csv(xent(*asked, "-f", "csv").out) == texts
    assert read_csv(xent(*asked, "-f", "tsv").out, "\t") == texts
    shown = xent(*asked).out.splitlines()
    assert shown[1] == "Largest losses: 4 of 6 samples"
    assert [line.split() for line in shown[4:8]] == [
        ["5", "1", "nan", "e"],
        ["4", "0", "inf", "d"],
        ["2", "1", "2.12693", "b"],
        ["1", "1", "0.693147", "a"],
    ]
    assert "| 2 | 1 | 2.12693 | b |" in xent(*asked, "-f", "markdown").out
    assert xent(*asked, "-f", "value").out == "nan\n"


def test_by_in_all_formats(xent: Xent, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("label,logit,part,w\n1,0,b,1\n1,0,,3\n0,0,a,0\n0,0,b,1\n")
    asked = ("bce", "-q", path, "--by", "part", "-w", "w")
    names = ("group", "samples", "mean", "sum", "share", "std_error")
    rows = [
        ("b", 2, LOG2, 2 * LOG2, 0.4, None),
        ("", 1, LOG2, 3 * LOG2, 0.6, None),
        ("a", 1, None, 0.0, 0.0, None),
    ]
    records = [dict(zip(names, row, strict=True)) for row in rows]
    found = xent(*asked, "-f", "json").json
    assert found["by"] == "part"
    assert found["groups"] == records
    assert list(map(json.loads, xent(*asked, "-f", "jsonl").out.splitlines())) == records
    texts = [{n: "" if v is None else str(v) for n, v in record.items()} for record in records]
    assert read_csv(xent(*asked, "-f", "csv").out) == texts
    assert read_csv(xent(*asked, "-f", "tsv").out, "\t") == texts
    shown = xent(*asked).out
    assert [line.split() for line in shown.splitlines()[1:7]] == [
        ["Loss", "by", "part"],
        ["group", "samples", "mean", "share", "of", "loss"],
        ["─" * len(shown.splitlines()[3])],
        ["b", "2", "0.693147", "40.00", "%"],
        ["(missing)", "1", "0.693147", "60.00", "%"],
        ["a", "1", "-", "0.00", "%"],
    ]
    assert "| (missing) | 1 | 0.693147 | 60.00 % |" in xent(*asked, "-f", "markdown").out


def test_several_columns_name_a_group(xent: Xent, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("label,p,site,mean\n1,0.5,x,u\n1,0.0625,y,u\n1,0.125,x,u\n1,0.5,x,v\n")
    asked = ("bce", "-q", path, "--base", 2, "--by", "site,mean")
    assert xent(*asked, "-f", "csv").out.splitlines() == [
        "site,by_mean,samples,mean,sum,share,std_error",
        "y,u,1,4.0,4.0,0.4444444444444444,",
        "x,u,2,2.0,4.0,0.4444444444444444,1.0",  # of 1 and 3: sqrt(2 / 2)
        "x,v,1,1.0,1.0,0.1111111111111111,",
    ]
    found = xent(*asked, "-f", "json").json
    assert found["by"] == ["site", "mean"]
    assert found["groups"][1] == {
        "site": "x",
        "by_mean": "u",
        "samples": 2,
        "mean": 2.0,
        "sum": 4.0,
        "share": 4 / 9,
        "std_error": 1.0,
    }
    lines = xent(*asked).out.splitlines()
    assert lines[1] == "Loss by site, mean"
    assert lines[2].split() == ["site", "mean", "samples", "mean", "±", "share", "of", "loss"]
    assert lines[5].split() == ["x", "u", "2", "2.00000", "1.00", "44.44", "%"]
    other = tmp_path / "b.csv"
    other.write_text("label,p,sit\n1,0.5,x\n")
    ran = xent("bce", path, other, "--by", "sit*,m*")
    assert (ran.code, ran.out) == (2, "")
    other.write_text("label,p,site,site2\n1,0.5,x,y\n")
    assert "--by picks site, site2 in" in xent("bce", path, other, "--by", "site*").err


def test_tables_show_the_groups_with_most_of_the_loss(xent: Xent, tmp_path: Path) -> None:
    rows = [(0, (place * 7 % 25) / 4, f"g{place}") for place in range(25)]
    path = table(tmp_path / "a.csv", rows, "label", "logit", "g")
    shown = xent("bce", "-q", path, "--by", "g").out
    assert "not shown: 5 groups with less of the loss (-f csv has all)" in shown
    names = [line.split()[0] for line in shown.splitlines() if line.startswith("g")][1:]
    assert names == [f"g{number * 18 % 25}" for number in range(24, 4, -1)]  # 18 * 7 = 1 mod 25
    assert len(read_csv(xent("bce", "-q", path, "--by", "g", "-f", "csv").out)) == 25


def test_masked_ignored_and_weightless_samples_are_not_the_worst(
    xent: Xent, tmp_path: Path
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("label,logit,w,m\n1,-9,0,1\n1,-8,1,0\n-1,-7,1,1\n1,-1,1,1\n1,-2,2,1\n")
    asked = ("bce", "-q", path, "-w", "w", "--mask", "m", "--ignore-index", -1, "-f", "json")
    found = xent(*asked, "--worst", 5).json["worst"]
    assert [each["sample"] for each in found] == [5, 4]


def test_labels_are_told_as_the_user_writes_them(xent: Xent, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("label,p_cat,p_dog\ncat,0.5,0.5\ndog,0.75,0.25\n")
    assert xent("ce", "-q", path, "--worst", 1, "-f", "json").json["worst"][0]["label"] == "dog"
    path.write_text("label,p\nno,0.5\nyes,0.25\n")
    asked: tuple[object, ...] = ("bce", "-q", path, "--classes", "no,yes", "--worst", 1)
    assert xent(*asked, "-f", "csv").out == f"sample,label,loss\n2,yes,{2 * LOG2!r}\n"
    path.write_text("label,p\n1,0.5\n2,0.25\n")
    asked = ("bce", "-q", path, "--label-base", 1, "--worst", 1)
    assert xent(*asked, "-f", "csv").out == f"sample,label,loss\n2,2,{2 * LOG2!r}\n"
    path.write_text("label,p\n0.25,0.5\n")
    assert "0.25" in xent("bce", "-q", path, "--worst", 1, "-f", "csv").out
    soft = xent("ce", "-q", "--labels", "0.5,0.5", "--probs", "0.5,0.5", "--worst", 1)
    assert ["1", "soft", "0.693147"] in [line.split() for line in soft.out.splitlines()]


def test_several_outputs_have_one_loss(xent: Xent, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("y_a,y_b,p_a,p_b\n1,1,0.5,0.5\n1,1,0.5,0.25\n")
    out = xent("bce", "-q", path, "--worst", 1, "-f", "csv").out
    assert out == f"sample,loss\n2,{1.5 * LOG2!r}\n"


def test_a_column_called_like_one_of_ours(xent: Xent, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("label,logit,loss,id_loss\n1,0,x,y\n")
    out = xent("bce", "-q", path, "--worst", 1, "--id", "label,id_loss,loss", "-f", "csv").out
    assert out.splitlines()[0] == "sample,label,loss,id_label,id_loss,id_id_loss"
    assert out.splitlines()[1].endswith(",1,y,x")


def test_shards_are_one_data_set(xent: Xent, tmp_path: Path) -> None:
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    first.write_text("label,logit,k,x1\n1,0,a,p\n1,-3,b,q\n")
    second.write_text("x1,x2,k,label,logit\nr,s,a,1,-2\n")
    asked = ("bce", "-q", first, second, "--worst", 2, "-f", "json", "--by", "k")
    found = xent(*asked, "--id", "x1").json
    assert [(each["sample"], each["x1"]) for each in found["worst"]] == [(2, "q"), (3, "r")]
    assert [(g["group"], g["samples"]) for g in found["groups"]] == [("b", 1), ("a", 2)]
    assert "--id picks x1, x2 in" in xent(*asked, "--id", "x*").err


@pytest.mark.parametrize("suffix", ["csv", "jsonl"])
def test_jobs_change_no_digit(
    xent: Xent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    monkeypatch.setattr(cuts, "SMALLEST", 4000)
    monkeypatch.setattr(cuts, "LARGEST", 4000)
    source = np.random.default_rng(4)
    rows = [
        (int(source.integers(2)), float(z), f"g{k}")
        for z, k in zip(
            source.normal(0, 3, 3000).round(1), source.integers(0, 40, 3000), strict=True
        )
    ]
    path = tmp_path / f"a.{suffix}"
    if suffix == "csv":
        table(path, rows, "label", "logit", "k")
    else:
        names = ("label", "logit", "k")
        lines = [json.dumps(dict(zip(names, row, strict=True))) for row in rows]
        path.write_text("\n".join(lines))
    for more in (
        ("-f", "json", "--by", "k", "--worst", 50, "--id", "k"),
        ("-f", "csv", "--by", "k"),
    ):
        one = xent("bce", path, "--jobs", 1, *more)
        assert one.code == 0
        for jobs in (2, 3, 4):
            assert xent("bce", path, "--jobs", jobs, *more) == one
    assert xent("bce", path, "--worst", 7, "--jobs", 3) == xent(
        "bce", path, "--worst", 7, "--jobs", 1
    )


REFUSED = {
    "none": (["--worst", "0"], "--worst 0 is not a number from 1"),
    "too many": (["--worst", str(loss.MOST + 1)], "is not a number from 1"),
    "rows": (["--worst", "1", "--rows", "2"], "--rows and --worst exclude each other"),
    "grad": (["--worst", "1", "--grad"], "--grad and --worst exclude each other"),
    "unknown": (["--by", "kk"], "has no column kk for --by; did you mean k?"),
    "unknown id": (["--worst", "1", "--id", "nix"], "has no column nix for --id"),
    "array file": (["--by", "@k.npy"], "--by names columns of FILE, not @k.npy"),
    "by and rows": (["--by", "k", "-f", "csv", "--rows", "1"], "--rows and --by exclude"),
    "by and worst": (["--by", "k", "-f", "tsv", "--worst", "1"], "--worst and --by exclude"),
    "by and id": (["--by", "k", "-f", "csv", "--id", "k"], "--id and --by exclude"),
    "by and grad": (["--by", "k", "-f", "jsonl", "--grad"], "--grad and --by exclude"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_makes_no_sense_is_refused_in_a_line(xent: Xent, tmp_path: Path, case: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text("label,logit,k\n1,0,a\n")
    more, message = REFUSED[case]
    ran = xent("bce", path, *more)
    assert ran.code == 2
    assert ran.out == ""
    assert message in ran.err
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize("more", [("--by", "k"), ("--worst", "1", "--id", "k")], ids=str)
def test_arrays_have_no_columns(xent: Xent, more: tuple[str, ...]) -> None:
    ran = xent("bce", "--labels", "1,0", "--logits", "1,2", *more)
    assert ran.code == 2
    assert "names columns of FILE, and these are arrays" in ran.err
    assert ran.err.count("\n") == 1


def test_a_table_by_group_shows_samples_when_asked(xent: Xent, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("label,logit,k\n1,0,a\n0,0,b\n")
    assert "sample " not in xent("bce", "-q", path, "--by", "k").out
    assert "sample " in xent("bce", "-q", path, "--by", "k", "--rows", "all").out
    assert xent("bce", "-q", path, "--by", "k", "--max-mean", 0.5).code == 1
