"""NumPy's files by ranges of rows: the same blocks and the same refusals as from memory."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from npy_blocks import SAVES, bits, shapes, small, whole
from reading import blocks, refused

from xentcli.blocks.input import Input
from xentcli.formats.numpy import npz
from xentcli.inputs import ranges

Save = Callable[..., None]


@pytest.fixture(autouse=True)
def _small_ranges(monkeypatch: pytest.MonkeyPatch) -> None:
    small(monkeypatch)


orders = st.sampled_from("CF")
kinds = st.sampled_from(["f2", "f4", "f8", "i1", "i4", "i8", "u2", "u8", "?"])
ends = st.sampled_from("<>")


@st.composite
def scores(draw: st.DrawFn, shape: tuple[int, ...]) -> np.ndarray:
    dtype = np.dtype(draw(kinds)).newbyteorder(draw(ends))
    seed = draw(st.integers(0, 1 << 32))
    raw = np.random.default_rng(seed).bytes(int(np.prod(shape)) * dtype.itemsize)
    if dtype.kind == "b":
        return ordered(draw, (np.frombuffer(raw, np.uint8) & 1).astype(bool).reshape(shape))
    with np.errstate(invalid="ignore"):  # nan and inf are among them, but no signaling nan
        array = np.frombuffer(raw, dtype).reshape(shape) * dtype.type(1)
    return ordered(draw, array.astype(dtype))


def ordered(draw: st.DrawFn, array: np.ndarray) -> np.ndarray:
    return np.asarray(array, order=draw(orders))


@pytest.mark.parametrize("save", SAVES.values(), ids=SAVES)
@pytest.mark.parametrize("most", [1, 64, 1 << 20])
@given(data=st.data())
@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_arrays_of_options(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, save: Any, most: int, data: st.DataObject
) -> None:
    monkeypatch.setattr("xentcli.inputs.ranges.MOST_BYTES", most)
    shape = data.draw(shapes)
    arrays = {"scores": data.draw(scores(shape))}
    axis = data.draw(st.integers(0, len(shape) - 1))
    positions = shape if len(shape) == 1 else shape[:axis] + shape[axis + 1 :]
    labels = np.random.default_rng(1).integers(0, 2, shape).astype(data.draw(kinds))
    arrays["labels"] = ordered(data.draw, labels)
    beside = {"all": positions, "flat": (int(np.prod(positions)),), "first": positions[:1]}
    for role in ("weights", "mask"):
        how = data.draw(st.sampled_from([None, "first", "flat", "all"]))
        if how is not None:
            filled = np.arange(np.prod(beside[how])).reshape(beside[how])
            arrays[role] = ordered(data.draw, filled % 2 if role == "mask" else filled)
    options = save(tmp_path, arrays)
    options["logits"] = options.pop("scores")
    job = Input("bce", axis=axis, **options)
    assert bits(blocks(job)) == bits(whole(job))


@pytest.mark.parametrize("save", SAVES.values(), ids=SAVES)
@given(data=st.data())
@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_class_numbers(tmp_path: Path, save: Any, data: st.DataObject) -> None:
    shape = data.draw(shapes.map(lambda shape: (*shape, 3)))
    arrays = {"scores": data.draw(scores(shape))}
    labels = np.random.default_rng(2).integers(0, 3, shape[:-1])
    arrays["labels"] = ordered(data.draw, labels.astype(data.draw(kinds.filter("?".__ne__))))
    options = save(tmp_path, arrays)
    given = {"labels": options["labels"], "logits": options["scores"]}
    job = Input(None, **given, ignore_index=1.0, axis=-1)
    assert bits(blocks(job)) == bits(whole(job))
    if len(shape) == 2:
        assert [block.rows for block in blocks(job)] == [block.rows for block in whole(job)]


@given(data=st.data())
@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_matrix_is_a_table(tmp_path: Path, data: st.DataObject) -> None:
    rows, width = data.draw(st.integers(1, 30)), data.draw(st.integers(2, 6))
    table = data.draw(scores((rows, width))).copy(order="K")
    table[:, 1] = np.arange(rows) % 2
    np.save(tmp_path / "a.npy", table)
    others = [place for place in range(width) if place != 1]
    picked = data.draw(st.permutations(others).flatmap(lambda p: st.sampled_from([p, p[:1]])))
    logits = ",".join(f":{place + 1}" for place in picked)
    job = Input("bce" if len(picked) == 1 else "ce", (f"{tmp_path}/a.npy",), ":2", logits)
    assert bits(blocks(job)) == bits(whole(job))


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
@pytest.mark.parametrize("order", "CF")
@pytest.mark.parametrize("axis", [-1, 1])
def test_members_are_columns(tmp_path: Path, save: Save, order: Any, axis: int) -> None:
    path = tmp_path / "a.npz"
    logits = np.asarray(np.arange(120.0).reshape(20, 3, 2), order=order)
    last = np.moveaxis(logits, axis, -1)
    labels = last.argmax(axis=-1)
    save(path, y=labels, z=logits, w=np.arange(20), m=np.arange(20) % 2)
    job = Input("ce", (str(path),), weights="w", mask="m", axis=axis)
    assert bits(blocks(job)) == bits(whole(job))
    save(path, y=np.arange(20) % 2, p_a=logits[:, 0, 0] / 200, p_b=logits[:, 0, 1] / 200)
    job = Input("ce", (str(path),), labels="y", weights="y", sums="as-is")
    assert bits(blocks(job)) == bits(whole(job))
    job = Input("bce", labels=f"@{path}#y", probs=f"@{path}#p_b")
    assert bits(blocks(job)) == bits(whole(job))


def test_members_side_by_side_in_an_option(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", a=np.arange(9.0), b=np.arange(9.0)[::-1], c=np.zeros(3))
    labels = ",".join("0" * 9)
    job = Input("ce", labels=labels, logits=f"@{tmp_path}/a.npz#b,a")
    assert bits(blocks(job)) == bits(whole(job))
    error = refused("ce", labels=labels, logits=f"@{tmp_path}/a.npz#a,c")
    assert "a and c cannot be set side by side: shapes [9] and [3]" in str(error)


def test_arrays_beside_shards_and_text(tmp_path: Path) -> None:
    table = np.arange(60.0).reshape(20, 3)
    np.save(tmp_path / "y.npy", np.arange(29) % 2)
    np.save(tmp_path / "a.npy", table)
    np.save(tmp_path / "b.npy", np.asfortranarray(table[:9]))
    np.savetxt(tmp_path / "c.csv", table[:, 0])
    np.savetxt(tmp_path / "d.csv", table[:9, 0])
    for files in (("a.npy", "b.npy"), ("c.csv", "d.csv"), ("a.npy", "d.csv")):
        paths = tuple(f"{tmp_path}/{name}" for name in files)
        job = Input("bce", paths, labels=f"@{tmp_path}/y.npy", logits=":1")
        assert bits(blocks(job)) == bits(whole(job))
    error = refused("bce", tmp_path / "a.npy", labels=f"@{tmp_path}/y.npy", logits=":1")
    assert str(error) == "--labels has 29 rows, the input has 20"
    np.save(tmp_path / "y.npy", np.zeros(15))
    error = refused("bce", tmp_path / "a.npy", labels=f"@{tmp_path}/y.npy", logits=":1")
    assert str(error).startswith(f"{tmp_path}/a.npy: labels [15] do not fit logits [20]; ")


@pytest.mark.parametrize(
    ("loss", "labels", "logits", "axis"),
    [
        ("ce", np.array([2]), np.arange(40.0), -1),
        (None, np.array([2]), np.arange(40.0), -1),
        ("ce", np.arange(20) % 30, np.arange(600.0).reshape(30, 20), 0),
        ("bce", np.ones((30, 20)), np.arange(600.0).reshape(30, 20), -2),
        ("bce", np.ones(30), np.arange(30.0), 0),
    ],
)
def test_samples_across_rows(
    tmp_path: Path, loss: Any, labels: np.ndarray, logits: np.ndarray, axis: int
) -> None:
    for save in SAVES.values():
        job = Input(loss, axis=axis, **save(tmp_path, {"labels": labels, "logits": logits}))
        assert bits(blocks(job)) == bits(whole(job))


def test_members_of_any_length_of_header(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    np.save(tmp_path / "z.npy", np.arange(30.0))
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("note", "not an array")
        archive.write(tmp_path / "z.npy", "ä" * 300 + ".npy")
        info = zipfile.ZipInfo("z.npy")
        info.extra = b"\x99\x99\x04\x00abcd"
        archive.writestr(info, (tmp_path / "z.npy").read_bytes())
    path.write_bytes(b"something before the archive" + path.read_bytes())
    for name in ("z", "ä" * 300):
        job = Input("bce", labels=",".join("01" * 15), logits=f"@{path}#{name}")
        assert bits(blocks(job)) == bits(whole(job))


def test_single_numbers(tmp_path: Path) -> None:
    for save in SAVES.values():
        options = save(tmp_path, {"labels": np.array(1), "logits": np.array(0.5)})
        job = Input("bce", **options)
        assert bits(blocks(job)) == bits(whole(job))


def test_only_a_range_is_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    take = ranges.in_memory

    def counted(numbers: Any) -> Any:
        asked.append(int(np.prod(numbers.shape)))
        return take(numbers)

    monkeypatch.setattr(ranges, "in_memory", counted)
    monkeypatch.setattr(npz, "load_npy", None)
    for save in SAVES.values():
        options = save(tmp_path, {"labels": np.zeros(1000), "logits": np.zeros(1000)})
        assert len(blocks(Input("bce", **options))) == 167
    assert max(asked) == 6
