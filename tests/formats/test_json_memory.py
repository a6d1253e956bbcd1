"""JSON as a whole is held in memory: how much it may take is bounded, and --memory says it."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from support import Ran

Xent = Callable[..., Ran]

DOCUMENT = '{"label": [' + ",".join("10" * 2500) + '], "z": [' + ",".join("25" * 2500) + "]}"


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("as_array", [False, True])
def test_a_document_that_is_too_large(
    xent: Xent, tmp_path: Path, packed: bool, as_array: bool
) -> None:
    """20,025 bytes of text, taken to be 400,500 of memory."""
    path = tmp_path / ("a.json.gz" if packed else "a.json")
    text = "[" + ",".join("10" * 10_000) + "]" if as_array else DOCUMENT
    path.write_bytes(gzip.compress(text.encode()) if packed else text.encode())
    args = ["--labels", f"@{path}", "--logits", f"@{path}"] if as_array else [path]
    allowed = 800_020 if as_array else 20 * len(DOCUMENT)
    assert xent("bce", *args, "--memory", str(allowed), "-f", "value").code == 0
    ran = xent("bce", *args, "--memory", str(allowed - 20))
    assert (ran.code, ran.out) == (2, "")
    assert f"{path}: is " in ran.err
    assert "of JSON as a whole, which may take more than " in ran.err
    hint = ran.err.partition("allow more: ")[2].partition(";")[0].split()
    assert xent("bce", *args, *hint, "-f", "value").code == 0


@pytest.mark.parametrize("size", ["0", "-1", "x", "8Q", ""])
def test_no_size(xent: Xent, size: str) -> None:
    ran = xent("bce", "--labels", "1", "--logits", "2", "--memory", size)
    assert ran.code == 2
    assert f"--memory {size} is not a size; such as 500M or 8G" in ran.err
