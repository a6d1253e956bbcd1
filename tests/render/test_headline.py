"""The table of more than 20 samples: the worst of them, the answer in a line, a page in all."""

import math
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from support import Ran, shown

Xent = Callable[..., Ran]

LOG2 = math.log(2)
NAMES = [f"images/validation/2024-part-{place % 3}/IMG_{place:06}-left.jpg" for place in range(24)]


@pytest.fixture
def halves(tmp_path: Path) -> Path:
    """24 samples, half of them of each label, with losses of 1 log 2 but for one of 2 and of 3.

    Their mean is 27/24 log 2; the squares of their distances from it are 4.625, so the standard
    error is sqrt(4.625 / 23 / 24) log 2. The baseline is log 2.
    """
    path = tmp_path / "halves.csv"
    probs = ["0.5"] * 24
    probs[6], probs[19] = "0.25", "0.875"
    lines = [f"{1 - place % 2},{p},{NAMES[place]}" for place, p in enumerate(probs)]
    path.write_text("\n".join(["label,prob,image", *lines]) + "\n")
    return path


def test_the_worst_come_first_and_then_the_answer(xent: Xent, halves: Path) -> None:
    lines = xent("bce", "-q", halves).out.splitlines()
    assert lines[1] == "Largest losses: 10 of 24 samples"
    assert lines[2].split() == ["sample", "line", "label", "loss"]
    table = [line.split() for line in lines[4:14]]
    assert table[0] == ["20", "21", "0", "2.07944"]
    assert table[1] == ["7", "8", "1", "1.38629"]
    assert [row[0] for row in table[2:]] == ["1", "2", "3", "4", "5", "6", "8", "9"]
    assert lines[14] == ""
    error = math.sqrt(4.625 / 23 / 24) * LOG2
    assert error == pytest.approx(0.0634471, abs=1e-7)
    assert lines[15] == "mean 0.7798 ± 0.0634 nats   112 % of the baseline 0.6931"
    exact = re.fullmatch(r"exactly (\S+) ± 0\.0634471", lines[16])
    assert exact is not None
    assert float(exact[1]) == pytest.approx(27 / 24 * LOG2, rel=1e-15)
    assert lines[17] == "sum 18.7150   samples 24   min 0.693147   max 2.07944"
    assert lines[18] == "baseline 0.693147 for always predicting the label frequencies"


@pytest.mark.parametrize("more", [[], ["--id", "image"], ["--convention", "keras3"]], ids=str)
def test_it_fits_a_terminal_with_its_prompt(halves: Path, more: list[str]) -> None:
    lines = shown(["bce", halves, *more], 80)
    assert len(lines) == len(list(filter(None, lines[:-1]))) + 2  # a blank one, and the last end
    wrapped = sum(math.ceil(len(line) / 80) for line in lines[:-1] if line) + 1
    note, prompt = 1, 1
    assert wrapped + note + prompt <= 24
    assert all(len(line) <= 80 for line in lines if "|" not in line)


def test_long_texts_lose_first_what_all_have_alike(
    xent: Xent, halves: Path, tmp_path: Path
) -> None:
    lines = shown(["bce", halves, "--id", "image", "-q"], 60)
    worst = lines[4].split()
    assert worst[0] == "20"
    assert worst[-1] == "...1/IMG_000019-left.jpg"
    assert len(lines[4]) <= 60
    long = tmp_path / "long.csv"
    long.write_text(halves.read_text().replace("images", "a-folder-of-a-long-name/" * 3))
    assert "...1/IMG_000019-left.jpg" in xent("bce", "-q", long, "--id", "image").out
    narrow = shown(["bce", halves, "--id", "image,prob,label", "-q", "--rows", 2], 50)
    assert narrow[3].split() == ["1", "0.693147", "...0/I...000...", "0.5", "1"]
    assert max(map(len, narrow[1:3])) <= 50


def test_the_answer_is_bold(halves: Path) -> None:
    lines = shown(["bce", halves, "-q"], 80, styled=True)
    assert "\x1b[1mmean 0.7798 ± 0.0634 nats   112 % of the baseline 0.6931" in "\n".join(lines)


def test_up_to_twenty_samples_stand_in_order(xent: Xent, halves: Path, tmp_path: Path) -> None:
    few = tmp_path / "few.csv"
    few.write_text("\n".join(halves.read_text().splitlines()[:21]) + "\n")
    lines = xent("bce", "-q", few).out.splitlines()
    assert lines[1].split() == ["sample", "loss"]
    assert [line.split()[0] for line in lines[3:23]] == [str(n + 1) for n in range(20)]
    assert lines[24].startswith("mean        0.")


def test_rows_ask_for_what_stood_there_before(xent: Xent, halves: Path) -> None:
    some = xent("bce", "-q", halves, "--rows", 4).out.splitlines()
    assert [line.split()[0] for line in some[3:8]] == ["1", "2", "...", "23", "24"]
    everything = xent("bce", "-q", halves, "--rows", "all").out.splitlines()
    assert [line.split()[0] for line in everything[3:27]] == [str(n + 1) for n in range(24)]
    bare = xent("bce", "-q", halves, "--rows", "none").out.splitlines()
    assert bare[1].startswith("mean 0.7798")
    assert "Largest losses" not in xent("bce", "-q", halves, "--grad").out


def test_markdown_has_the_same(xent: Xent, halves: Path) -> None:
    out = xent("bce", "-q", halves, "-f", "markdown").out
    assert "| 20 | 21 | 0 | 2.07944 |" in out
    assert "**mean 0.7798 ± 0.0634 nats   112 % of the baseline 0.6931**" in out


def test_with_weights_the_baseline_stays(xent: Xent, tmp_path: Path) -> None:
    """Losses of log 2 and, of weight 3, of 2 log 2: 7/4 log 2 by weight, 3/2 log 2 by count."""
    path = tmp_path / "a.csv"
    rows = ["1,0.5,1", "1,0.25,3", "0,0.5,1", "0,0.75,3"] * 6
    path.write_text("\n".join(["label,prob,w", *rows]) + "\n")
    asked = ("bce", "-q", path, "-w", "w")
    assert "mean 1.213 nats   175 % of the baseline 0.693" in xent(*asked).out
    out = xent(*asked, "--reduction", "mean-by-count").out
    assert "mean 2.426 nats   the weighted mean is 175 % of the baseline 0.693" in out
    out = xent(*asked, "--reduction", "sum").out
    assert "total 58.22 nats   the mean is 175 % of the baseline 0.6931" in out
    assert "exactly 58.22436" in out


@pytest.mark.parametrize(
    ("probs", "answer"),
    [
        (["1"] * 24, "mean 0 ± 0 nats   0 % of the baseline 0.6931"),
        (["0.5"] * 23 + ["nan"], "mean nan nats"),
        (["0.5"] * 23 + ["1"], "mean inf nats"),
        (["0.5"] * 24, "mean 0.6931 ± 0.0000 nats   100 % of the baseline 0.6931"),
    ],
    ids=["zero", "nan", "inf", "alike"],
)
def test_the_answer_at_the_edges(xent: Xent, tmp_path: Path, probs: list[str], answer: str) -> None:
    path = tmp_path / "a.csv"
    lines = [f"{1 - place % 2},{p}" for place, p in enumerate(probs)]
    if probs[0] == "1":
        lines = [f"{1 - place % 2},{1 - place % 2}" for place in range(24)]
    path.write_text("\n".join(["label,prob", *lines]) + "\n")
    assert answer in xent("bce", "-q", path).out.splitlines()


def test_an_error_of_a_large_sample_has_two_digits(xent: Xent, tmp_path: Path) -> None:
    """10,000 losses of log 2 or 2 log 2 by halves: the error is log 2 / 2 / sqrt(9999)."""
    path = tmp_path / "a.csv"
    rows = ["1,0.5", "0,0.5", "1,0.25", "0,0.75"] * 2500
    path.write_text("\n".join(["label,prob", *rows]) + "\n")
    out = xent("bce", "-q", path).out
    assert "mean 1.0397 ± 0.0035 nats   150 % of the baseline 0.6931" in out
