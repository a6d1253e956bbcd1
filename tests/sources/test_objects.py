"""Object stores and web servers: a real S3 server and a web server, both on the loopback."""

import gzip
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest
from clusters import scheduler, worker
from frame_files import table
from reading import read, refused
from servers import Store, certificates, encoded, store, web
from support import Ran

from xentcli.blocks.input import Input
from xentcli.inputs.reading import splits
from xentcli.sources import objects

Xent = Callable[..., Ran]
Process = Callable[..., "subprocess.CompletedProcess[bytes]"]
VALUE = ("-f", "value", "-q")
FRAME = pl.DataFrame(table(500))


@pytest.fixture(scope="module")
def running() -> Iterator[Store]:
    pytest.importorskip("moto")
    with store() as started:
        yield started


@pytest.fixture
def bucket(running: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """The store, and an environment that names it."""
    for name, value in running.environment.items():
        monkeypatch.setenv(name, value)
    return running


def content(name: str) -> bytes:
    """The same table in the format of ``name``."""
    stem, packed, _ = name.partition(".gz")
    kind = stem.rpartition(".")[2]
    if kind == "json":
        whole = json.dumps(FRAME.to_dict(as_series=False)).encode()
    elif kind == "tsv":
        whole = FRAME.write_csv(separator="\t").encode()
    else:
        whole = encoded(FRAME, {"feather": "arrow"}.get(kind, kind))
    return gzip.compress(whole) if packed else whole


@pytest.mark.parametrize(
    "name",
    "a.parquet a.arrow a.feather a.csv a.tsv a.jsonl a.json a.csv.gz a.jsonl.gz".split(),
)
def test_the_number_of_a_local_file(xent: Xent, bucket: Store, tmp_path: Path, name: str) -> None:
    local = tmp_path / name
    local.write_bytes(content(name))
    far = bucket.put(f"formats/{name}", content(name))
    ran = xent("bce", far, "-f", "json")
    assert ran.code == 0
    assert ran.figures == xent("bce", local, "-f", "json").figures
    arrays = ("--labels", f"@{far}#label", "--logits", f"@{far}#logit")
    assert xent("bce", *arrays, *VALUE).out == xent("bce", local, *VALUE).out


TEXTS = [
    b"a,b\r\n1,2\r\n\r\n3,4",
    b"a\n\n\nb\n",
    b"\n\n",
    b'"a\nb",1\n',
    b"\xef\xbb\xbfa,\xc3\xa9\n",
    b"a\0b\n",
    b"a\rb\n",
    b"",
    b"x" * 3_000_000 + b"\ny\n",
    b"".join(b"%d,%d\n" % (i, i * i) for i in range(200_000)),
]


@pytest.mark.parametrize("number", range(len(TEXTS)))
def test_a_text_is_put_together_from_its_lines(bucket: Store, number: int) -> None:
    text = TEXTS[number]
    expected = text.replace(b"\r\n", b"\n")
    if expected and not expected.endswith(b"\n"):
        expected += b"\n"  # which our readers give to a last line without one
    address = bucket.put(f"texts/{number}.csv", text)
    with objects.Text(address) as raw:
        assert raw.read() == expected


def test_a_format_is_known_by_its_first_bytes(bucket: Store) -> None:
    expected = table(500)["logit"]
    for kind in ("csv", "jsonl", "json"):
        far = bucket.put(f"unnamed/{kind}", content(f"a.{kind}"))
        assert read("bce", far).scores == expected
    far = bucket.put("unnamed/parquet", content("a.parquet"))
    assert read("bce", far, input_format="parquet").scores == expected
    line = f"{far}: is not UTF-8 text, and polars cannot give other bytes; if it is Parquet, say"
    assert str(refused("bce", far)).startswith(line)


def named(*files: str) -> list[str]:
    return [file for split in splits(Input("bce", files)) for file in split.files]


@pytest.fixture(scope="module")
def run(running: Store) -> list[str]:
    """A directory of shards, all damaged: nobody sees that who only lists them."""
    running.put("run/_SUCCESS", b"nothing")
    running.put("run/.hidden.csv", b"nothing")
    running.put("run/deeper/c.csv", b"nothing")
    running.put("run/notes.md", b"nothing")
    names = ("b.parquet", "d.csv", "a.arrow")
    return sorted(running.put(f"run/{name}", b"damaged") for name in names)


@pytest.mark.usefixtures("bucket")
def test_directories_and_patterns_are_expanded_by_name(run: list[str]) -> None:
    assert named("s3://bucket/run/") == run
    assert named("s3://bucket/run/*.csv") == ["s3://bucket/run/d.csv"]
    assert named("s3://bucket/r*n/[bd].*", "s3://bucket/run/a.arrow") == [*run[1:], run[0]]


def test_the_shard_and_the_row_of_an_error(xent: Xent, bucket: Store) -> None:
    bad = FRAME.with_columns(label=pl.Series([*FRAME["label"][:-1], 7]))
    for kind, place in (("parquet", "row 500"), ("csv", "line 501"), ("jsonl", "line 500")):
        bucket.put(f"bad/{kind}/a.{kind}", encoded(FRAME, kind))
        far = bucket.put(f"bad/{kind}/b.{kind}", encoded(bad, kind))
        column = "$.label: label 7" if kind == "jsonl" else "column label: label 7"
        for jobs in (1, 2):
            ran = xent("bce", f"s3://bucket/bad/{kind}/", "--jobs", jobs)
            assert (ran.code, ran.out) == (2, "")
            assert ran.err.splitlines()[-1].startswith(f"xent: error: {far}, {place}, {column}")


def test_shards_here_and_there(xent: Xent, bucket: Store, tmp_path: Path) -> None:
    local = tmp_path / "a.csv"
    local.write_bytes(content("a.csv"))
    far = bucket.put("mixed/b.parquet", content("b.parquet"))
    again = tmp_path / "b.csv"
    again.write_bytes(content("a.csv"))
    assert xent("bce", local, far, *VALUE).out == xent("bce", local, again, *VALUE).out


def test_the_workers_of_a_cluster_read_it_themselves(
    xent: Xent, bucket: Store, tmp_path: Path
) -> None:
    for kind in ("csv", "jsonl", "parquet", "arrow"):
        bucket.put(f"cluster/{kind}.{kind}", content(f"a.{kind}"))
    bad = bucket.put("cluster-bad/b.csv", content("a.csv").replace(b"\n0,", b"\n7,", 1))
    asked = ("s3://bucket/cluster/", "--worst", 3, "-f", "json")
    with scheduler() as cluster, worker(cluster, tmp_path), worker(cluster, tmp_path):
        away = ("--engine", "dask", "--scheduler", cluster.scheduler_address)
        assert xent("bce", *asked, *away) == xent("bce", *asked, "--jobs", 1)
        refusal = xent("bce", bad, *away)
    assert refusal == xent("bce", bad)
    assert refusal.err.splitlines()[-1].startswith(f"xent: error: {bad}, line ")


REFUSED = {
    "s3://bucket/no.parquet": "no such object; a directory's name ends in /",
    "s3://bucket/no.csv": "no such object; a directory's name ends in /",
    "s3://bucket/no-*.csv": "matches no object",
    "s3://bucket/no/": "holds no file that can be read; a directory stands for its files of",
    "s3://nowhere/a.parquet": "no such bucket",
    "s3://nowhere/": "no such bucket",
    "s3://bucket/cut/a.parquet": "cannot be read as Parquet (",
    "s3://bucket/cut/a.arrow": "cannot be read as Arrow IPC (",
    "s3://bucket/cut/a.csv.gz": "cannot be read as text (",
    "s3://bucket/a.npy": "is of NumPy's format .npy, which polars does not read; "
    "try aws s3 cp s3://bucket/a.npy - | xent ... -",
    "s3://bucket/a.csv.xz": "is compressed as .xz, which is not undone there; try aws s3 cp",
    "gs://bucket/a.csv.bz2": "is compressed as .bz2, which is not undone there; try gcloud",
    "s3://bucket/a.parquet.gz": "is compressed as .gz, which is not undone there; try aws",
    "az://bucket/a.npz": "is of NumPy's format .npz, which polars does not read; copy it",
    "ftp://host/a.csv": "is of the scheme ftp, which polars does not read; it reads s3, ",
    "file:///a.csv": "is the address of a local file; give the path alone",
}


@pytest.mark.parametrize("address", REFUSED)
def test_refusals(xent: Xent, bucket: Store, address: str) -> None:
    if "/cut/" in address:
        name = address.rpartition("/")[2]
        bucket.put(f"cut/{name}", content(name)[:-40])
    for args in ((address,), ("--labels", f"@{address}#y", "--logits", "1,2")):
        if address.endswith("/") or "*" in address:
            args = (address,)  # an array is one object
        ran = xent("bce", *args)
        assert (ran.code, ran.out) == (2, "")
        assert ran.err.startswith(f"xent: error: {address}: {REFUSED[address]}")
        assert ran.err.count("\n") == 1


@pytest.mark.parametrize("name", ["a.parquet", "a.csv"])
def test_no_permission_and_no_server(xent_process: Process, bucket: Store, name: str) -> None:
    far = bucket.put(f"private/{name}", content(name))
    ran = xent_process("bce", far, env={"AWS_SKIP_SIGNATURE": "true"})
    line = "may not be read; credentials come from the environment, such as AWS_ACCESS_KEY_ID"
    assert (ran.returncode, ran.stdout) == (2, b"")
    assert ran.stderr.decode() == f"xent: error: {far}: {line}\n"
    with socket.socket() as taken:  # bound, but it does not listen
        taken.bind(("127.0.0.1", 0))
        endpoint = f"http://127.0.0.1:{taken.getsockname()[1]}"
        began = time.monotonic()
        ran = xent_process("bce", far, env={"AWS_ENDPOINT_URL": endpoint})
    assert time.monotonic() - began < 25
    assert (ran.returncode, ran.stdout) == (2, b"")
    assert ran.stderr.decode().startswith(f"xent: error: {far}: its server cannot be reached; ")
    assert b"SECRET" not in ran.stderr


def test_without_polars(xent: Xent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "polars", None)
    for name in ("a.csv", "a.parquet", ""):
        ran = xent("bce", f"s3://bucket/{name}")
        assert (ran.code, ran.out) == (2, "")
        assert ran.err.startswith(f"xent: error: s3://bucket/{name}: needs polars, which reads ")
        assert ran.err.endswith("; pip install polars\n")


def test_with_an_old_polars(xent: Xent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pl, "__version__", "1.42.0")
    for name in ("a.csv", "a.parquet", "*.csv"):
        line = f"s3://bucket/{name}: needs polars 2.0 or later, here is 1.42.0; pip install"
        assert line in xent("bce", f"s3://bucket/{name}").err


def test_with_a_polars_that_tells_no_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pl, "scan_csv", lambda *_, **__: SimpleNamespace(_ldf=None))
    with pytest.raises(Exception, match="does not tell what it stands for; name each object"):
        named("s3://bucket/run/")


WEB = {f"/a.{kind}": content(f"a.{kind}") for kind in ("parquet", "arrow", "csv", "jsonl")}
SIGNED = "?X-Amz-Signature=SECRET&name=.npy"


@pytest.mark.parametrize("path", WEB)
def test_from_the_web(path: str) -> None:
    with web(WEB) as address:
        for whole in (address + path, address + path + SIGNED):
            assert read("bce", whole).scores == table(500)["logit"]


def test_refusals_on_the_web_show_no_secret(xent: Xent) -> None:
    with web({**WEB, "/cut.parquet": WEB["/a.parquet"][:-40]}) as address:
        host = address.removeprefix("http://")
        for name, problem in (
            ("no.parquet", "no such object"),
            ("no.csv", "no such object"),
            ("cut.parquet", "cannot be read as Parquet ("),
        ):
            ran = xent("bce", f"http://user:SECRET@{host}/{name}{SIGNED}")
            assert (ran.code, ran.out) == (2, "")
            assert ran.err.startswith(f"xent: error: {address}/{name}: {problem}")
            assert "SECRET" not in ran.err
    with web(WEB, ranges=False) as address:
        line = str(refused("bce", f"{address}/a.parquet{SIGNED}"))
        assert line == f"{address}/a.parquet: its server gives no ranges of bytes"


def test_a_certificate_is_looked_at(xent_process: Process, tmp_path: Path) -> None:
    server, authority = certificates(tmp_path)
    with web(WEB, certificate=server) as address:
        env = {"SSL_CERT_FILE": str(authority)}
        ran = xent_process("bce", f"{address}/a.csv", *VALUE, env=env)
        (tmp_path / "a.csv").write_bytes(WEB["/a.csv"])
        assert ran.stdout == xent_process("bce", tmp_path / "a.csv", *VALUE).stdout
        ran = xent_process("bce", f"{address}/a.csv", *VALUE)
        line = f"xent: error: {address}/a.csv: the certificate of its server is not trusted\n"
        assert ran.stderr.decode() == line


def test_completion_asks_no_server(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/a.csv"
        env: dict[str, Any] = {
            **os.environ,
            "_XENT_COMPLETE": "complete_bash",
            "COMP_WORDS": f"xent bce {address} --labels ",
            "COMP_CWORD": "4",
        }
        program = [sys.executable, "-m", "xentcli"]
        done = subprocess.run(program, capture_output=True, env=env, check=False)
        assert done.stdout.strip() == b""
        with pytest.raises(BlockingIOError):
            server.accept()
