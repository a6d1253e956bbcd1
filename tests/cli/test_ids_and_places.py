"""``--id`` beside every loss, and the file and line of each sample of several files."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support import Ran

from xentcli.inputs import cuts

Xent = Callable[..., Ran]
LOG2 = 0.6931471805599453


def read_csv(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.fixture
def gappy(tmp_path: Path) -> Path:
    """Three rows, the second without a logit."""
    path = tmp_path / "a.csv"
    path.write_text('label,logit,name,n\n1,0,"x,""y",1\n0,,b,2\n0,0,c,3\n')
    return path


def test_ids_in_all_formats_stay_with_their_rows(xent: Xent, gappy: Path) -> None:
    asked = ("bce", "-q", gappy, "--missing", "skip", "--id", "name,n")
    out = xent(*asked, "-f", "csv").out
    assert out == f'sample,loss,name,n\n1,{LOG2!r},"x,""y",1\n3,{LOG2!r},c,3\n'
    assert xent(*asked, "-f", "tsv").out.splitlines()[2] == f"3\t{LOG2!r}\tc\t3"
    records = [
        {"sample": 1, "loss": LOG2, "name": 'x,"y', "n": "1"},
        {"sample": 3, "loss": LOG2, "name": "c", "n": "3"},
    ]
    assert list(map(json.loads, xent(*asked, "-f", "jsonl").out.splitlines())) == records
    assert (
        list(map(json.loads, xent(*asked, "-f", "jsonl", "--rows", 1).out.splitlines()))
        == (records[:1])
    )
    found = xent(*asked, "-f", "json").json
    assert found["per_sample"] == [LOG2, LOG2]
    assert found["ids"] == {"sample": [1, 3], "name": ['x,"y', "c"], "n": ["1", "3"]}
    shown = xent(*asked).out.splitlines()
    assert shown[1].split() == ["sample", "loss", "name", "n"]
    assert shown[4].split() == ["3", "0.693147", "c", "3"]
    assert "| 3 | 0.693147 | c | 3 |" in xent(*asked, "-f", "markdown").out


def test_ids_beside_classes_outputs_and_derivatives(xent: Xent, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("label,p_0,p_1,loss\n0,0.5,0.5,u\n")
    out = xent("ce", "-q", path, "--id", "loss", "-f", "csv").out
    assert out == f"sample,label,loss,id_loss\n1,0,{LOG2!r},u\n"
    path.write_text("y_a,y_b,z_a,z_b,mean\n1,1,0,0,u\n")
    asked = ("bce", "-q", path, "--id", "mean", "-f", "csv")
    assert read_csv(xent(*asked, "--grad").out) == [
        {
            "sample": "1",
            "loss_z_a": repr(LOG2),
            "loss_z_b": repr(LOG2),
            "mean": repr(LOG2),
            "grad_z_a": "-0.25",
            "grad_z_b": "-0.25",
            "id_mean": "u",
        }
    ]


def test_a_table_by_group_shows_the_samples_that_id_names(xent: Xent, gappy: Path) -> None:
    asked = ("bce", "-q", gappy, "--missing", "skip", "--by", "n")
    assert "name" not in xent(*asked).out
    assert "0.693147   c" in xent(*asked, "--id", "name").out


def test_lines_of_several_files(xent: Xent, tmp_path: Path) -> None:
    """Quoted line breaks, missing values, blank lines and a file without a header count."""
    first, second, third = (tmp_path / name for name in ("a.csv", "b.csv", "c.jsonl"))
    first.write_text('label,logit,name\n1,0,"x\ny"\n0,,"b\n\n"\n0,0,c\n\n\n')
    second.write_text("label,logit,name\r\n1,0,d\r\n")
    third.write_text('\n{"label":1,"logit":0,"name":"e"}\n\n{"label":1,"logit":0,"name":"f"}\n')
    asked = ("bce", "-q", first, second, third, "--missing", "skip", "--id", "name")
    places = [(first, 2, "x\ny"), (first, 7, "c"), (second, 2, "d"), (third, 2, "e")]
    places.append((third, 4, "f"))
    found = read_csv(xent(*asked, "-f", "csv").out)
    assert [(Path(each["file"]), int(each["line"]), each["name"]) for each in found] == places
    assert [each["sample"] for each in found] == ["1", "3", "4", "5", "6"]
    ids = xent(*asked, "-f", "json").json["ids"]
    assert ids["line"] == [line for _, line, _ in places]
    assert ids["file"] == [str(file) for file, _, _ in places]
    worst = xent(*asked, "-f", "json", "--worst", 5).json["worst"]
    assert [(Path(each["file"]), each["line"], each["name"]) for each in worst] == places
    shown = xent(*asked).out.splitlines()
    assert shown[1].split() == ["sample", "file", "line", "loss", "name"]
    assert shown[4].split()[2:] == ["7", "0.693147", "c"]


def test_rows_of_files_without_lines(xent: Xent, tmp_path: Path) -> None:
    for name, labels in (("a.npz", [1, 1]), ("b.npz", [1])):
        np.savez(tmp_path / name, label=labels, logit=[0.0] * len(labels))
    found = read_csv(xent("bce", "-q", tmp_path, "-f", "csv").out)
    assert [(Path(each["file"]).name, each["row"]) for each in found] == [
        ("a.npz", "1"),
        ("a.npz", "2"),
        ("b.npz", "1"),
    ]


def test_one_file_is_no_place_and_a_pattern_is_several(xent: Xent, tmp_path: Path) -> None:
    """What a script gets depends on what it typed, not on how many files are there."""
    path = tmp_path / "a.csv"
    path.write_text("label,logit\n1,0\n")
    assert xent("bce", "-q", path, "-f", "csv").out.startswith("sample,loss\n")
    for many in (tmp_path, tmp_path / "*.csv", tmp_path / "a.[c]sv"):
        header = xent("bce", "-q", many, "-f", "csv").out.splitlines()[0]
        assert header == "sample,file,line,loss"


@pytest.mark.parametrize("suffix", ["csv", "jsonl", "npz"])
def test_pieces_change_no_place(
    xent: Xent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    monkeypatch.setattr(cuts, "SMALLEST", 3000)
    monkeypatch.setattr(cuts, "LARGEST", 3000)
    source = np.random.default_rng(7)
    expected: list[tuple[str, int]] = []
    for name, rows in (("a", 1500), ("b", 3), ("c", 900)):
        path, line = tmp_path / f"{name}.{suffix}", 1
        logits = source.normal(0, 3, rows).round(3)
        if suffix == "npz":
            np.savez(path, label=np.ones(rows), logit=logits)
            expected += [(path.name, row + 1) for row in range(rows)]
            continue
        text = "label,logit,t\n" if suffix == "csv" else ""
        for z in logits:
            line = text.count("\n") + 1
            broken = source.random() < 0.1
            if suffix == "csv":
                text += f"1,{z}," + ('"p\nq"' if broken else "r") + "\n"
            else:
                text += ("\n" if broken else "") + json.dumps({"label": 1, "logit": z}) + "\n"
                line += broken
            expected.append((path.name, line))
        path.write_text(text)
    asked: tuple[Any, ...] = ("bce", "-q", tmp_path, "-f")
    for jobs in (1, 3):
        found = read_csv(xent(*asked, "csv", "--jobs", jobs).out)
        where = "row" if suffix == "npz" else "line"
        assert [(Path(each["file"]).name, int(each[where])) for each in found] == expected
        worst = xent(*asked, "json", "--worst", 20, "--jobs", jobs).json["worst"]
        assert [(Path(w["file"]).name, w[where]) for w in worst] == (
            [expected[w["sample"] - 1] for w in worst]
        )
