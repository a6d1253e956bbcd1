"""The table on a terminal: it fits where it can, and digits are never cut."""

from pathlib import Path

import pytest
from support import shown


@pytest.fixture
def wide(tmp_path: Path) -> Path:
    """Two samples of 100 outputs."""
    path = tmp_path / "wide.csv"
    names = [f"{kind}_{i}" for kind in "yp" for i in range(100)]
    row = [*["1"] * 100, *[f"0.{i + 1:03}" for i in range(100)]]
    path.write_text("\n".join([",".join(names), ",".join(row), ",".join(row)]) + "\n")
    return path


@pytest.mark.parametrize("columns", [60, 80, 120, 200])
def test_a_wide_table_shows_the_first_and_the_last_outputs(wide: Path, columns: int) -> None:
    lines = shown(["bce", wide, "-q"], columns)
    heading = lines[1].split()
    outputs = [int(name[2:]) for name in heading if name.startswith("p_")]
    assert heading[0] == "sample"
    assert heading[-1] == "mean"
    assert "..." in heading
    assert outputs[0] == 0
    assert outputs[-1] == 99
    assert any(
        line == f"not shown  {100 - len(outputs)} outputs (-f csv has all)" for line in lines
    )
    widths = [len(line.rstrip()) for line in lines[1:5]]
    assert columns - 16 < max(widths) <= columns  # one more output would not fit


def test_all_outputs_where_they_fit(wide: Path) -> None:
    lines = shown(["bce", wide, "-q", "--labels", "y_0..y_3", "--probs", "p_0..p_3"], 80)
    assert lines[1].split() == ["sample", "p_0", "p_1", "p_2", "p_3", "mean"]
    assert not any("outputs" in line for line in lines)


def test_digits_are_not_cut_on_a_narrow_terminal(wide: Path) -> None:
    lines = "\n".join(shown(["bce", wide, "-q"], 20))
    assert "\u2026" not in lines
    assert "(-f csv has all)" in lines
