"""Files that are not read are said to be what they are, whatever they are called."""

import gzip
import io
import pickle
import re
import sqlite3
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from reading import read, refused
from support import Ran

from xentcli.formats.foreign import MAGIC, known

Xent = Callable[..., Ran]


def _tar() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        member = tarfile.TarInfo("predictions.csv")
        member.size = 12
        archive.addfile(member, io.BytesIO(b"y,p\n1,0.500\n"))
    return buffer.getvalue()


def _zip(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, b"y,p\n1,0.5\n")
    return buffer.getvalue()


def _database(path: Path) -> bytes:
    connection = sqlite3.connect(path)
    connection.execute("create table t (y, p)")
    connection.commit()
    connection.close()
    return path.read_bytes()


HEADER = b'{"logits":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}'
SAFETENSORS = len(HEADER).to_bytes(8, "little") + HEADER + bytes(8)

FILES = {
    "zstd": (b"\x28\xb5\x2f\xfd\x04\x00", "compressed with zstd.*zstd -dc"),
    "hdf5": (b"\x89HDF\r\n\x1a\n" + bytes(40), "an HDF5 file"),
    "pickle-4": (pickle.dumps([1, 0], 4), "a Python pickle"),
    "pickle-2": (pickle.dumps([1, 0], 2), "a Python pickle"),
    "torch-old": (b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.", "a PyTorch file"),
    "torch": (_zip("archive/data.pkl", "archive/data/0"), "a PyTorch file"),
    "excel": (_zip("[Content_Types].xml", "xl/workbook.xml"), "an Excel workbook"),
    "zip-of-csv": (_zip("a.csv", "b.csv"), r"a zip archive of a.csv, b.csv.*unzip -p FILE a.csv"),
    "safetensors": (SAFETENSORS, "a safetensors file"),
    "orc": (b"ORC\n\x0b\n\x04\x00\x00", "an ORC file"),
    "tar": (_tar(), "a tar archive"),
    "tar-in-gzip": (gzip.compress(_tar()), "a tar archive"),
    "lfs": (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "a Git LFS pointer"),
    "web-page": (b"<!DOCTYPE html>\n<html></html>\n", "a web page"),
}


@pytest.mark.parametrize("name", ["a.bin", "a.csv", "a.json", "a.jsonl"])
@pytest.mark.parametrize(("data", "message"), FILES.values(), ids=FILES)
def test_files(tmp_path: Path, data: bytes, message: str, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    error = str(refused("bce", path))
    if data.startswith(b"PK") and name != "a.bin":
        assert error.endswith("; say --input-format npz, or end its name in .npz")
        error = str(refused("bce", path, input_format="npz"))
    assert re.search(message, error), error


@pytest.mark.parametrize(("data", "message"), FILES.values(), ids=FILES)
def test_arrays_that_options_name(tmp_path: Path, data: bytes, message: str) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(data)
    error = refused("bce", labels="1,0", logits=f"@{path}")
    assert re.search(message, str(error)), str(error)


def test_a_database(tmp_path: Path) -> None:
    _database(tmp_path / "a.db")
    assert "an SQLite database" in str(refused("bce", tmp_path / "a.db"))


@pytest.mark.parametrize("form", ["npy", "npz"])
def test_a_format_that_is_read_under_another_name(tmp_path: Path, form: str) -> None:
    path = tmp_path / "a.csv"
    with path.open("wb") as file:
        rows = np.array([[1, 0.5]])
        np.save(file, rows) if form == "npy" else np.savez(file, y=rows[:, 0], p=rows[:, 1])
    error = str(refused("bce", path, probs=":2"))
    assert f"begins as .{form} and is taken for csv; say --input-format {form}" in error
    assert read("bce", path, probs=":2", labels=":1", input_format=form).scores == [0.5]


def test_on_a_pipe(xent: Xent) -> None:
    assert "a Python pickle" in xent("bce", stdin=pickle.dumps([1, 0])).err


@pytest.mark.parametrize("name", ["ORC", "GGUF", "FEA1", "version ", "7z", "Rar!", "RDX2", "X"])
def test_columns_that_are_called_like_magic_bytes(xent: Xent, name: str) -> None:
    ran = xent("bce", "-f", "value", stdin=f"{name},y,p\n3,1,0.5\n")
    assert ran.out == "0.6931471805599453\n"
    assert known(f"{name}\n1\n0\n".encode()) is None


def test_text_is_never_magic() -> None:
    for magic in MAGIC:
        assert known(magic + bytes(40)) is not None


@pytest.mark.parametrize(("kind", "name"), [("V2", "bfloat16"), ("V1", "float8")])
def test_types_that_numpy_has_not(tmp_path: Path, kind: str, name: str) -> None:
    np.save(tmp_path / "a.npy", np.zeros(4, kind))
    error = str(refused("bce", labels="1,0,1,0", logits=f"@{tmp_path / 'a.npy'}"))
    assert re.search(rf"a\.npy: holds \|{kind}, .* stores {name}; .*astype\('float32'\)", error)


BYTES = {
    "latin-1": ("label,p,t\n1,0.5,café\n".encode("latin-1"), r"0xe9; .*iconv -f latin1"),
    "utf-16le": ("label,p\n1,0.5\n".encode("utf-16-le"), r"NUL byte; .*iconv -f utf-16le"),
    "utf-16be": ("label,p\n1,0.5\n".encode("utf-16-be"), r"NUL byte; .*iconv -f utf-16be"),
    "binary": (b"\x01\x02\x93\x00\x10\n", r"0x93, so this is no text; is it a binary file\?$"),
    "nul": (b'["label\0,\n', r"a NUL byte, so this is no text; is it a binary file\?$"),
}


@pytest.mark.parametrize("form", ["csv", "json", "jsonl"])
@pytest.mark.parametrize(("data", "message"), BYTES.values(), ids=BYTES)
def test_bytes_that_are_no_text(tmp_path: Path, form: str, data: bytes, message: str) -> None:
    (tmp_path / f"a.{form}").write_bytes(data)
    assert re.search(message, str(refused("bce", tmp_path / f"a.{form}")))


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16-le", "utf-16-be", "utf-16", "utf-32"])
def test_converting_as_advised_helps(xent: Xent, encoding: str) -> None:
    text = "label,p,name\n1,0.5,café\n"
    said = xent("bce", stdin=text.encode(encoding)).err
    advised = re.search(r"iconv -f (\S+) -t utf-8", said)
    assert advised, said
    after = text.encode(encoding).decode(advised[1]).encode()
    assert xent("bce", "-f", "value", stdin=after).out == "0.6931471805599453\n"
