"""NumPy's files that are refused: by ranges as from memory, and while they are read."""

import os
import re
import struct
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from npy_blocks import SAVES, shapes, small, told, whole
from reading import blocks, refused

from xentcli.blocks.block import Block
from xentcli.blocks.input import Input
from xentcli.errors import InputError, OptionError, ShapeError

Save = Callable[..., None]


@pytest.fixture(autouse=True)
def _small_ranges(monkeypatch: pytest.MonkeyPatch) -> None:
    small(monkeypatch)


MISFITS = {
    "labels": ("bce", (30,), (31,), None),
    "one more axis": ("bce", (30,), (30, 2), None),
    "classes": ("ce", (30, 2), (30, 3), None),
    "square": (None, (30, 3), (30, 3), None),
    "weights": ("bce", (30,), (30,), (29,)),
    "weights of more axes": ("ce", (30, 2), (30, 2, 3), (30, 3)),
    "rows": ("ce", (29, 2), (30, 2, 3), None),
    "no rows": ("bce", (0,), (0,), None),
    "no columns": ("bce", (3, 0), (3, 0), None),
    "one class": ("ce", (30,), (30, 1), None),
}


@pytest.mark.parametrize("case", MISFITS)
@pytest.mark.parametrize("save", SAVES.values(), ids=SAVES)
def test_shapes_are_refused_as_from_memory(tmp_path: Path, case: str, save: Any) -> None:
    loss, *sizes = MISFITS[case]
    names = ("labels", "logits", "weights")
    arrays = {n: np.zeros(shape) for n, shape in zip(names, sizes, strict=True) if shape}
    job = Input(loss, **save(tmp_path, arrays))
    message = told(job, blocks)
    assert message == told(job, whole)
    if case == "labels":
        assert "labels [30] do not fit logits [31]" in message


@pytest.mark.parametrize("save", SAVES.values(), ids=SAVES)
@pytest.mark.parametrize("order", "CF")
@given(data=st.data())
@settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_fault_has_its_place(tmp_path: Path, save: Any, order: Any, data: st.DataObject) -> None:
    shape = data.draw(shapes)
    axis = data.draw(st.integers(min(1, len(shape) - 1), len(shape) - 1))
    arrays = {"labels": np.zeros(shape), "probs": np.full(shape, 0.5), "weights": np.ones(shape)}
    for role in data.draw(st.sets(st.sampled_from(sorted(arrays)), min_size=1)):
        arrays[role].flat[data.draw(st.integers(0, arrays[role].size - 1))] = -3
    arrays = {role: np.asarray(array, order=order) for role, array in arrays.items()}
    options = save(tmp_path, arrays)
    if axis == len(shape) - 1:
        job = Input("bce", axis=axis, **options)
        assert told(job, blocks) == told(job, whole)
    files = [*{value[1:].partition("#")[0] for value in options.values()}]
    if len(files) == 1:
        names = {role: role for role in options}
        job = Input("bce", tuple(files), axis=axis if len(shape) > 1 else -1, **names)
        if axis == len(shape) - 1 or arrays["weights"].min() == 1:
            assert told(job, blocks) == told(job, whole)


def test_a_place_in_a_matrix(tmp_path: Path) -> None:
    table = np.full((30, 2), 0.5)
    table[:, 0] = 1
    table[17, 1] = 7
    for order in ("C", "F"):
        np.save(tmp_path / "a.npy", np.asarray(table, order=order))
        error = refused("bce", tmp_path / "a.npy", labels=":1", probs=":2")
        assert str(error).startswith(f"{tmp_path}/a.npy, [17, 1]: probability 7 is outside")
        error = refused("bce", labels=f"@{tmp_path}/a.npy#:1", probs=f"@{tmp_path}/a.npy#:2")
        assert str(error).startswith("--probs, sample 18: probability 7 is outside")


def shrinking(path: Path, size: int) -> Iterator[Block]:
    job = Input("bce", labels="[" + ",".join("0" * 30) + "]", logits=f"@{path}")
    from xentcli.inputs import reading

    (split,) = reading.splits(job)
    found = reading.read(job, split)
    yield next(found)
    os.truncate(path, size)
    yield from found


def test_a_file_that_shrinks_while_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "z.npy"
    np.save(path, np.zeros(30))
    with pytest.raises(InputError) as caught:
        list(shrinking(path, 128 + 100))
    message = "shrank from 368 to 228 bytes while it was read; is it being written?"
    assert str(caught.value) == f"{path}: {message}"


def test_files_cut_off(tmp_path: Path) -> None:
    np.save(tmp_path / "z.npy", np.zeros(30))
    data = (tmp_path / "z.npy").read_bytes()
    for size, message in {
        len(data) - 1: "its header claims 240 bytes of data, the file has 239; was it cut off?",
        len(data) + 1: "its header claims 240 bytes of data, the file has 241; was it cut off?",
        9: "ends inside its header; was it cut off?",
        6: "ends inside its header; was it cut off?",
        5: "is not an .npy file",
    }.items():
        (tmp_path / "z.npy").write_bytes((data + b"x")[:size])
        error = refused("bce", labels="1", logits=f"@{tmp_path}/z.npy")
        assert str(error) == f"{tmp_path}/z.npy: {message}"
    (tmp_path / "z.npy").write_bytes(b"\x93NUMPY\x01\x00\x08\x00{'a': (\n")
    error = refused("bce", labels="1", logits=f"@{tmp_path}/z.npy")
    assert "has a header that NumPy refuses" in str(error)


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
@pytest.mark.parametrize("order", "CF")
def test_damaged_members(tmp_path: Path, save: Save, order: Any) -> None:
    path = tmp_path / "a.npz"
    logits = np.random.default_rng(3).normal(size=(40, 2))
    save(path, z=np.asarray(logits, order=order))
    data = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        member = archive.infolist()[0]
    path.write_bytes(data[:600] + bytes([data[600] ^ 1]) + data[601:])
    error = refused("ce", labels=",".join("0" * 40), logits=f"@{path}#z")
    assert re.fullmatch(rf"{re.escape(str(path))}: is not a readable \.npz \(.+\)", str(error))
    # What the directory says of a member must hold in its place.
    path.write_bytes(b"XX" + data[2:])
    error = refused("ce", labels=",".join("0" * 40), logits=f"@{path}#z")
    assert "is not a readable .npz (Bad magic number for file header)" in str(error)
    assert member.header_offset == 0


def headed(text: str, version: bytes = b"\x01\x00") -> bytes:
    """An .npy of three float64 whose header is ``text``."""
    return b"\x93NUMPY" + version + struct.pack("<H", len(text)) + text.encode() + bytes(24)


def test_a_header_of_python_2(tmp_path: Path) -> None:
    """Warnings are errors in tests."""
    header = "{'descr': '<f8', 'fortran_order': False, 'shape': (3L,), }\n"
    (tmp_path / "z.npy").write_bytes(headed(header))
    (block,) = blocks(Input("bce", labels="1,0,1", logits=f"@{tmp_path}/z.npy"))
    assert block.scores.tolist() == [0, 0, 0]


HEADERS = {
    "no version": b"\x93NUMPY",
    "half a version": b"\x93NUMPY\x01",
    "no length": b"\x93NUMPY\x01\x00",
    "version 9": headed("{}", b"\x09\x00"),
    "negative axis": headed("{'descr': '<f8', 'fortran_order': False, 'shape': (-3,), }"),
    "huge axis": headed(f"{{'descr': '<f8', 'fortran_order': False, 'shape': (0, {10**30}), }}"),
    "65 axes": headed(f"{{'descr': '<f8', 'fortran_order': False, 'shape': ({'1,' * 65}), }}"),
    "odd escape": headed(r"{'descr': '<f\d', 'fortran_order': False, 'shape': (3,), }"),
    "two lines": headed("{'descr': '<f8',\n'x\n"),
    "list": headed("['<f8', False, (3,)]"),
}


@pytest.mark.parametrize("case", HEADERS)
@pytest.mark.parametrize("piped", [False, True])
def test_headers_that_are_refused(xent: Any, tmp_path: Path, case: str, piped: bool) -> None:
    (tmp_path / "z.npy").write_bytes(HEADERS[case])
    path = "-" if piped else tmp_path / "z.npy"
    ran = xent("bce", path, "--labels", ":1", "--logits", ":1", stdin=HEADERS[case])
    assert (ran.code, ran.out) == (2, "")
    (line,) = ran.err.splitlines()
    assert line.startswith(f"xent: error: {'stdin' if piped else path}: ")


@pytest.mark.parametrize("save", [np.save, np.savez, np.savez_compressed])
def test_every_byte_of_a_header_changed(tmp_path: Path, save: Any) -> None:
    """A right result or an error in words, and nothing else."""
    path = tmp_path / ("a.npy" if save is np.save else "a.npz")
    columns: dict[str, Any]
    if save is np.save:
        save(path, np.array([[1, 0.9], [0, 0.2], [1, 0.7]]))
        columns = {"labels": ":1", "probs": ":2"}
    else:
        save(path, label=np.array([1.0, 0, 1]), p=np.array([0.9, 0.2, 0.7]))
        columns = {"labels": "label", "probs": "p"}
    data = path.read_bytes()
    for at in range(len(data)):
        for value in {0, 255, ord("9"), ord("("), data[at] ^ 1, data[at] ^ 128}:
            path.write_bytes(data[:at] + bytes([value]) + data[at + 1 :])
            with suppress(InputError, OptionError, ShapeError):
                blocks(Input("bce", (str(path),), **columns))
