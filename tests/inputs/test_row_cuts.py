"""Pieces of NumPy's files: ranges of rows, the same digits and the same refusals as the whole."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from jobs import job_of

from xentcli.blocks.layout import Loss
from xentcli.blocks.split import Split
from xentcli.engines import local
from xentcli.errors import InputError, XentError
from xentcli.inputs import cuts
from xentcli.inputs.reading import splits
from xentcli.measures.loss.report import Report
from xentcli.measures.loss.tally import measured

ROWS = 1500
SAVES: dict[str, Callable[..., None]] = {"stored": np.savez, "deflated": np.savez_compressed}


@pytest.fixture(autouse=True)
def _small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cuts, "SMALLEST", 2000)
    monkeypatch.setattr(cuts, "LARGEST", 4000)
    monkeypatch.setattr("xentcli.inputs.ranges.BLOCK_CELLS", 64)
    monkeypatch.setattr("xentcli.inputs.checks.BLOCK_CELLS", 64)
    monkeypatch.setattr("xentcli.formats.numpy.stored_arrays.COLUMN_BYTES", 256)


@pytest.fixture
def arrays(tmp_path: Path) -> dict[str, str]:
    """Labels, logits and weights as options."""
    source = np.random.default_rng(4)
    np.save(tmp_path / "labels.npy", source.integers(0, 2, ROWS).astype(np.int8))
    np.save(tmp_path / "logits.npy", source.normal(0, 3, ROWS))
    np.save(tmp_path / "weights.npy", source.integers(0, 5, ROWS).astype(">f4"))
    return {role: f"@{tmp_path}/{role}.npy" for role in ("labels", "logits", "weights")}


def report(jobs: int, loss: Loss = "bce", **options: Any) -> Report:
    job = job_of(loss, jobs=jobs, head=4, tail=2, **options)
    tally = None
    for part in local.run(job, measured):
        tally = part.summary if tally is None else tally.merged(part.summary, job)
    assert tally is not None
    return Report.of(job, tally)


def told(jobs: int, loss: Loss = "bce", **options: Any) -> str:
    with pytest.raises(XentError) as caught:
        report(jobs, loss, **options)
    return str(caught.value)


def planned(loss: Loss = "bce", jobs: int = 2, **options: Any) -> list[Split]:
    job = job_of(loss, **options)
    return cuts.pieces(job.input, splits(job.input), jobs)


def same(one: Report, many: Report) -> None:
    assert (many.mean, many.sum, many.std_error) == (one.mean, one.sum, one.std_error)
    assert (many.samples, many.remarks) == (one.samples, one.remarks)
    assert many.rows.numbers.tolist() == one.rows.numbers.tolist()
    assert many.rows.losses.tolist() == one.rows.losses.tolist()


def test_pieces_are_whole_blocks_of_rows(arrays: dict[str, str]) -> None:
    cut = planned(**arrays)
    assert len(cut) > 4
    assert [piece.start for piece in cut[1:]] == [piece.stop for piece in cut[:-1]]
    assert (cut[0].start, cut[-1].stop) == (0, None)
    assert all(piece.start % 64 == 0 for piece in cut)
    assert {piece.files for piece in cut} == {()}
    # 13 bytes of a row: the pieces have about as many as the smallest may have.
    assert all(1500 < 13 * (piece.stop - piece.start) <= 2000 for piece in cut if piece.stop)


@pytest.mark.parametrize("jobs", [2, 3, 8])
def test_the_same_report_by_any_number_of_jobs(arrays: dict[str, str], jobs: int) -> None:
    same(report(1, **arrays), report(jobs, **arrays))


@pytest.mark.parametrize("order", "CF")
def test_a_matrix_as_file(tmp_path: Path, order: Any) -> None:
    table = np.random.default_rng(5).normal(size=(ROWS, 3))
    table[:, 0] = np.arange(ROWS) % 2
    path = tmp_path / "a.npy"
    np.save(path, np.asarray(table, order=order))
    options = {"files": (str(path),), "labels": ":1", "logits": ":3"}
    assert len(planned(**options)) > 4
    same(report(1, **options), report(2, **options))
    table[1400, 0] = 9
    np.save(path, np.asarray(table, order=order))
    assert told(2, **options) == told(1, **options)
    assert f"{path}, [1400, 0]: label 9" in told(2, **options)


@pytest.mark.parametrize("axis", [-1, 1])
def test_an_archive_as_file(tmp_path: Path, axis: int) -> None:
    source = np.random.default_rng(6)
    path = tmp_path / "a.npz"
    logits = source.normal(size=(300, 4, 4))
    labels = source.integers(0, 4, (300, 4))
    np.savez(path, y=labels, z=logits, w=source.integers(0, 9, 1200))
    options = {"files": (str(path),), "axis": axis, "weights": "w"}
    assert len(planned("ce", **options)) > 4
    same(report(1, "ce", **options), report(2, "ce", **options))
    labels[250, 3] = 4
    np.savez(path, y=labels, z=logits, w=np.ones(1200))
    assert told(2, "ce", **options) == told(1, "ce", **options)
    assert f"{path}, $.y[250][3]: label 4 is out of range" in told(2, "ce", **options)


@pytest.mark.parametrize("save", SAVES)
def test_members_of_an_archive(tmp_path: Path, save: str) -> None:
    source = np.random.default_rng(7)
    path = tmp_path / "a.npz"
    logits = source.normal(size=(ROWS, 2))
    SAVES[save](path, y=source.integers(0, 2, ROWS), z=np.asfortranarray(logits))
    options = {"labels": f"@{path}#y", "logits": f"@{path}#z"}
    assert (len(planned("ce", **options)) > 4) == (save == "stored")
    same(report(1, "ce", **options), report(2, "ce", **options))


def test_a_damaged_archive(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    np.savez(path, y=np.zeros(ROWS), z=np.full(ROWS, 0.5))
    data = bytearray(path.read_bytes())
    at = data.rindex(np.float64(0.5).tobytes())
    data[at - 8 * 1000] ^= 1
    path.write_bytes(data)
    options = {"labels": f"@{path}#y", "logits": f"@{path}#z"}
    assert len(planned(**options)) > 4
    message = f"{path}: is not a readable .npz (Bad CRC-32 for file 'z.npy')"
    assert told(1, **options) == told(2, **options) == message


@pytest.mark.parametrize("bad", [0, 700, 1499])
def test_errors_have_the_true_sample(tmp_path: Path, arrays: dict[str, str], bad: int) -> None:
    labels = np.load(tmp_path / "labels.npy")
    labels[bad:] = 3
    np.save(tmp_path / "labels.npy", labels)
    message = told(4, **arrays)
    assert message == told(1, **arrays)
    assert message.startswith(f"--labels, sample {bad + 1}: label 3 is outside [0, 1]")


def test_shapes_are_refused_before_any_number(tmp_path: Path, arrays: dict[str, str]) -> None:
    labels = np.full(ROWS + 1, 9)
    np.save(tmp_path / "labels.npy", labels)
    message = "the arrays: labels [1501] do not fit logits [1500]; "
    assert told(2, **arrays).startswith(message)
    assert told(1, **arrays) == told(2, **arrays)


def test_a_file_that_is_cut_off(tmp_path: Path, arrays: dict[str, str]) -> None:
    path = tmp_path / "logits.npy"
    path.write_bytes(path.read_bytes()[:-1])
    assert told(2, **arrays) == told(1, **arrays)
    assert "its header claims 12000 bytes of data, the file has 11999" in told(2, **arrays)


def test_a_file_that_shrinks_after_it_was_cut(tmp_path: Path, arrays: dict[str, str]) -> None:
    from xentcli.inputs.reading import read

    job = job_of("bce", **arrays)  # type: ignore[arg-type]
    found = read(job.input, planned(**arrays)[3])
    next(found)
    with open(tmp_path / "logits.npy", "r+b") as file:
        file.truncate(1000)
    with pytest.raises(InputError, match=r"logits.npy: shrank from 12128 to 1000 bytes"):
        list(found)


def test_arrays_beside_a_file(tmp_path: Path, arrays: dict[str, str]) -> None:
    table = tmp_path / "table.npy"
    np.save(table, np.load(tmp_path / "logits.npy")[:, np.newaxis])
    options = {"files": (str(table),), "labels": arrays["labels"], "logits": ":1"}
    assert len(planned(**options)) > 4
    same(report(1, **options), report(2, **options))
    np.save(tmp_path / "labels.npy", np.zeros(ROWS + 1))
    assert told(1, **options) == told(2, **options) == "--labels has 1501 rows, the input has 1500"


def test_arrays_beside_text_are_not_cut(tmp_path: Path, arrays: dict[str, str]) -> None:
    table = tmp_path / "table.csv"
    np.savetxt(table, np.load(tmp_path / "logits.npy"))
    options = {"files": (str(table),), "labels": arrays["labels"], "logits": ":1"}
    assert len(planned(**options)) == 1
    same(report(1, **options), report(2, **options))


def test_what_is_not_cut(tmp_path: Path, arrays: dict[str, str]) -> None:
    (tmp_path / "y.json").write_text(str([0] * ROWS))
    beside = {"labels": f"@{tmp_path}/y.json", "logits": arrays["logits"]}
    assert len(planned(**beside)) == 1
    typed = {"labels": ",".join("0" * ROWS), "logits": arrays["logits"]}
    assert len(planned(**typed)) > 4
    same(report(1, **typed), report(2, **typed))
    assert len(planned("ce", labels="3", logits=arrays["logits"])) == 1
    assert planned(labels="@-", logits=arrays["logits"]) == []
    table = tmp_path / "z.npy"
    np.save(table, np.zeros((ROWS, 1)))
    again = tmp_path / "again.npy"
    again.symlink_to(table)
    shards = (str(table), str(again))
    assert planned(files=shards, labels=arrays["labels"], logits=":1") == []
    assert len(planned(files=shards, labels=":1", logits=":1", weights=":1")) in (0, 2)
