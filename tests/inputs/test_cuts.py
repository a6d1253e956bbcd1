"""Pieces of large text files: the same digits and the same refusals as the whole."""

import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from jobs import job_of

from xentcli.blocks.split import Split
from xentcli.engines import local
from xentcli.errors import InputError
from xentcli.inputs import cuts
from xentcli.inputs.reading import splits
from xentcli.measures.loss.report import Report
from xentcli.measures.loss.tally import measured


@pytest.fixture(autouse=True)
def _small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cuts, "SMALLEST", 2000)
    monkeypatch.setattr(cuts, "LARGEST", 4000)


def report(path: Path, jobs: int, **options: object) -> Report:
    job = job_of("bce", files=(str(path),), jobs=jobs, head=4, tail=2, **options)  # type: ignore[arg-type]
    tally = None
    for part in local.run(job, measured):
        tally = part.summary if tally is None else tally.merged(part.summary, job)
    assert tally is not None
    return Report.of(job, tally)


def text(rows: int, note: str = "", seed: int = 1) -> list[str]:
    source = random.Random(seed)
    notes = [note or f"n{i}" for i in range(rows)]
    return [f"{source.randrange(2)},{source.gauss(0, 3)!r},{notes[i]}\n" for i in range(rows)]


def written(folder: Path, lines: list[str], name: str = "a.csv") -> Path:
    path = folder / name
    path.write_text("label,logit,note\n" + "".join(lines), newline="")
    return path


def planned(path: Path, jobs: int = 2) -> list[Split]:
    job = job_of("bce", files=(str(path),))
    return cuts.pieces(job.input, splits(job.input), jobs)


def test_pieces_cover_the_file_and_begin_at_lines(tmp_path: Path) -> None:
    path = written(tmp_path, text(1500))
    cut = planned(path)
    assert len(cut) > 4
    data = path.read_bytes()
    assert [piece.start for piece in cut[1:]] == [piece.stop for piece in cut[:-1]]
    assert cut[0].start == 0
    assert cut[-1].stop is None
    assert all(data[piece.start - 1 : piece.start] == b"\n" for piece in cut[1:])


@pytest.mark.parametrize("jobs", [2, 3, 8])
def test_the_same_report_by_any_number_of_jobs(tmp_path: Path, jobs: int) -> None:
    path = written(tmp_path, text(1500))
    one, many = report(path, 1), report(path, jobs)
    assert (many.mean, many.sum, many.std_error) == (one.mean, one.sum, one.std_error)
    assert many.rows.numbers.tolist() == one.rows.numbers.tolist()
    assert many.rows.losses.tolist() == one.rows.losses.tolist()


@pytest.mark.parametrize(
    "note",
    ['"two\nlines"', '"a ""b"" c"', 'five" pipe', '"1,2\n0,0.5,x\n1,2"', 'odd"' + "x" * 9],
    ids=["break", "doubled", "stray", "rows in a cell", "odd"],
)
def test_quotes_are_never_cut(tmp_path: Path, note: str) -> None:
    path = written(tmp_path, text(600, note))
    assert len(planned(path)) > 2
    one, many = report(path, 1), report(path, 4)
    assert many.samples == one.samples == 600
    assert many.mean == one.mean


def test_a_cell_of_many_lines_across_several_cuts(tmp_path: Path) -> None:
    lines = text(900)
    lines[300] = '1,0.25,"' + "0,1,x\n" * 4000 + '"\n'
    path = written(tmp_path, lines)
    assert report(path, 4).mean == report(path, 1).mean


@pytest.mark.parametrize("bad", [0, 700, 1499])
def test_errors_have_the_true_line(tmp_path: Path, bad: int) -> None:
    lines = text(1500)
    lines[bad] = "1,0,9,x\n"
    path = written(tmp_path, lines)
    with pytest.raises(InputError) as one:
        report(path, 1)
    with pytest.raises(InputError) as many:
        report(path, 4)
    assert str(many.value) == str(one.value)
    assert many.value.line == bad + 2


def test_small_shards_go_together(tmp_path: Path) -> None:
    for shard in range(40):
        written(tmp_path, text(20 + shard, seed=shard), f"{shard:02}.csv")
    whole = written(tmp_path, text(900), "large.csv")
    cut = planned(tmp_path)
    small = [piece for piece in cut if piece.whole]
    names = [name for piece in small for name in piece.files]
    assert names == [str(tmp_path / f"{shard:02}.csv") for shard in range(40)]
    assert {piece.files for piece in cut if not piece.whole} == {(str(whole),)}
    sizes = [sum(Path(name).stat().st_size for name in piece.files) for piece in small]
    assert max(sizes) <= cuts.SMALLEST
    for size, piece in zip(sizes, small[1:], strict=False):
        assert size + Path(piece.files[0]).stat().st_size > cuts.SMALLEST
    one, many = report(tmp_path, 1), report(tmp_path, 3)
    assert (many.mean, many.sum, many.std_error) == (one.mean, one.sum, one.std_error)
    assert many.rows.numbers.tolist() == one.rows.numbers.tolist()


def test_the_first_of_several_errors_is_told(tmp_path: Path) -> None:
    lines = text(1500)
    lines[400] = "1,what,x\n"
    lines[1400] = "2,0.5,x\n"
    with pytest.raises(InputError) as caught:
        report(written(tmp_path, lines), 4)
    assert caught.value.line == 402


def test_json_lines_in_pieces(tmp_path: Path) -> None:
    source = random.Random(2)
    rows = [f'{{"label": {source.randrange(2)}, "logit": {source.gauss(0, 3)!r}}}\n'] * 900
    path = tmp_path / "a.jsonl"
    path.write_text("".join(rows))
    assert len(planned(path)) > 2
    assert report(path, 4).mean == report(path, 1).mean
    path.write_text("".join([*rows, '{"label": 3, "logit": 1}\n']))
    with pytest.raises(InputError) as caught:
        report(path, 4)
    assert caught.value.line == 901


def test_blank_lines_at_the_end_and_between(tmp_path: Path) -> None:
    path = written(tmp_path, [*text(1200), "\n" * 5000])
    assert report(path, 4).samples == 1200
    path = written(tmp_path, [*text(800), "\n" * 5000, *text(800)])
    with pytest.raises(InputError, match="is blank, and rows follow it"):
        report(path, 4)


@pytest.mark.parametrize("asked", [1, 2, 3, 4])
@pytest.mark.parametrize("every_row", [False, True])
@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_all_bytes_are_counted_whoever_reads_them(
    tmp_path: Path, asked: int, every_row: bool, kind: str
) -> None:
    path = written(tmp_path, text(1500))
    if kind == "jsonl":
        path = tmp_path / "a.jsonl"
        path.write_text('{"label": 1, "logit": 0.25}\n' * 900)
    job = job_of("bce", files=(str(path),), jobs=asked, every_row=every_row)
    parts = list(local.run(job, measured))
    assert len(parts) > 1 or asked == 1
    assert sum(part.bytes_read for part in parts) == path.stat().st_size


def test_rows_beside_an_array_are_not_cut(tmp_path: Path) -> None:
    path = written(tmp_path, text(1500))
    np.save(tmp_path / "w.npy", np.ones(1500))
    assert report(path, 4, weights=f"@{tmp_path}/w.npy").mean == report(path, 4).mean


@pytest.mark.parametrize("kind", ["parquet", "arrow"])
@pytest.mark.parametrize("jobs", [3, 5])
def test_rows_of_frames_in_pieces(tmp_path: Path, kind: str, jobs: int) -> None:
    path = framed(tmp_path, kind, 9000)
    assert len(planned(path, jobs)) > 3
    assert len(planned(path, 2)) == 1
    one, many = report(path, 1), report(path, jobs)
    assert many.samples == one.samples == 9000
    assert (many.mean, many.sum, many.std_error) == (one.mean, one.sum, one.std_error)
    assert many.rows.numbers.tolist() == one.rows.numbers.tolist()
    assert many.rows.losses.tolist() == one.rows.losses.tolist()


@pytest.mark.parametrize("kind", ["parquet", "arrow"])
def test_rows_of_frames_keep_their_numbers_in_errors(tmp_path: Path, kind: str) -> None:
    path = framed(tmp_path, kind, 9000, bad=8123)
    with pytest.raises(InputError) as caught:
        report(path, 3)
    assert str(caught.value).startswith(f"{path}, row 8124, column logit: is missing")


def test_fewer_rows_than_pieces(tmp_path: Path) -> None:
    frame = pl.DataFrame({"label": [1, 0], "logit": [1.0, 2.0], "note": ["x", "y" * 99_999]})
    path = tmp_path / "a.parquet"
    frame.write_parquet(path, compression="uncompressed")
    assert len(planned(path, 3)) > 3
    assert report(path, 3).samples == 2


def framed(folder: Path, kind: str, rows: int, bad: int | None = None) -> Path:
    source = random.Random(4)
    logits: list[float | None] = [source.gauss(0, 3) for _ in range(rows)]
    if bad is not None:
        logits[bad] = None
    frame = pl.DataFrame({"label": [i % 2 for i in range(rows)], "logit": logits})
    path = folder / f"a.{kind}"
    if kind == "parquet":
        frame.write_parquet(path, row_group_size=1000)
    else:
        frame.write_ipc(path)
    return path


def test_planning_and_forking_leave_polars_alone(tmp_path: Path) -> None:
    path = framed(tmp_path, "parquet", 9000)
    program = (
        "import sys\n"
        "from xentcli.inputs import cuts\n"
        "cuts.SMALLEST, cuts.LARGEST = 2000, 4000\n"
        "from xentcli.engines import local\n"
        "from xentcli.blocks.input import Input\n"
        "from xentcli.job import Job, Run\n"
        "from xentcli.measures.loss.tally import measured\n"
        f"parts = list(local.run(Job(Input('bce', ({str(path)!r},)), run=Run(3)), measured))\n"
        "assert len(parts) > 3 and 'polars' not in sys.modules\n"
        "print(sum(part.summary.rows for part in parts))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("9000\n", "")
