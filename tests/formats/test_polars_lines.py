"""``--reader``: Polars' parser of JSON Lines takes and refuses what the strict reader does."""

import random
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import Ran

from xentcli.blocks.input import Input, Reader
from xentcli.blocks.split import Split
from xentcli.errors import XentError
from xentcli.formats.json import polars_lines
from xentcli.inputs.reading import read
from xentcli.text import display

Xent = Callable[..., Ran]
MANY = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def outcome(path: Path, reader: Reader, **options: Any) -> Any:
    """All that a text comes to: numbers by their bits, which rows were left out, or the refusal."""
    job = Input(files=(str(path),), reader=reader, **({"loss": "bce"} | options))
    labels, scores, kept, rows = b"", b"", [], 0
    try:
        for block in read(job, Split(job.files)):
            labels, scores = labels + block.labels.tobytes(), scores + block.scores.tobytes()
            kept += [rows + i for i in (range(block.rows) if block.kept is None else block.kept)]
            rows += block.rows
    except XentError as error:
        return str(error), error.hint
    return labels, scores, kept, rows


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """For each stretch that Polars was asked for, whether its answer was taken."""
    answers: list[bool] = []
    parsed = polars_lines.PolarsParser.parsed

    def watched(self: polars_lines.PolarsParser, parse: Callable[[Any], Any]) -> Any:
        found = parsed(self, parse)
        answers.append(found is not None)
        return found

    monkeypatch.setattr(polars_lines.PolarsParser, "parsed", watched)
    return answers


def number(draw: random.Random) -> str:
    """A float64 of any size in one of the ways in which programs write them."""
    value = struct.unpack("d", draw.randbytes(8))[0] if draw.random() < 0.5 else draw.gauss(0, 3)
    if not np.isfinite(value):
        value = draw.random()
    form = draw.choice(["{!r}", "{:.17g}", "{:.6f}", "{:.25e}", "{:.3g}", "{:.0f}", "{:.400f}"])
    if form == "{:.0f}" and not 1 <= abs(value) < 1e30:
        form = "{!r}"  # in JSON Lines -0 and integers beyond 128 bits are left to the strict reader
    return form.format(value)


def test_every_digit(tmp_path: Path, taken: list[bool]) -> None:
    draw = random.Random(7)
    rows = [(draw.choice("01"), number(draw), number(draw)) for _ in range(30_000)]
    path = tmp_path / "a.jsonl"
    path.write_text("".join('{{"y":{},"z1":{},"z2":{}}}\n'.format(*row) for row in rows))
    for column, at in (("z1", 1), ("z2", 2)):
        found = outcome(path, "polars", labels="y", logits=column)
        assert found[1] == np.array([float(r[at]) for r in rows]).tobytes()
        assert found == outcome(path, "numpy", labels="y", logits=column)
    assert taken
    assert all(taken)


NUMBERS = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.integers(-(10**40), 10**40).map(str),
    st.sampled_from(["1", "0", "-0", "-0.0", "-0e5", "1E5", "2.5e-3", "1e-400", "4.9e-324"]),
    st.from_regex(r"[+-]?[0-9]{0,25}\.?[0-9]{0,25}([eE][+-]?[0-9]{1,3})?", fullmatch=True),
)
VALUES = st.one_of(
    NUMBERS,
    st.sampled_from(
        'true false null NaN -Infinity "1" "a" "\\u0041" [1] [1,2.5] [] [null] {"y":1} ":" "a\\"b" '
        """- 1, 01 +1 .5 5. 1e '1' [1 1] " -00 0x1 "\u2028" """.split()
    ),
    st.sampled_from(["", '" x"', '"\x01"', "1 ", "1\t", "1 2"]),
)
KEYS = st.sampled_from(['"y"', '"z"', '"y" ', '"\\u0079"', '"s"', '"other"', "y", "'y'", ""])


@st.composite
def objects(draw: st.DrawFn) -> bytes:
    """JSON Lines with mistakes here and there."""
    plain = {
        "y": st.sampled_from(["0", "1"] + ["true"] * draw(st.integers(0, 1))),
        "z": draw(st.sampled_from([NUMBERS, st.sampled_from(["[1,2]", "[0.5,-0]", "[null,1]"])])),
        "s": st.sampled_from(['"a"', '"5"', '"é"', '":x"']),
    }
    names = draw(st.sampled_from([["y", "z"], ["z", "y"], ["y", "s", "z"], ["s", "z", "y"]]))
    between, colon = draw(st.sampled_from([", ", ","])), draw(st.sampled_from([": ", ":", " : "]))
    lines = []
    for _ in range(draw(st.integers(1, 8))):
        pairs = [[f'"{name}"', draw(plain[name])] for name in names]
        if draw(st.integers(0, 8)) == 0:
            pair = draw(st.sampled_from(pairs))
            pair[draw(st.integers(0, 1))] = draw(draw(st.sampled_from([KEYS, VALUES])))
        if draw(st.integers(0, 12)) == 0:
            pairs.append([draw(KEYS), draw(VALUES)])
        if draw(st.integers(0, 12)) == 0:
            pairs.pop(draw(st.integers(0, len(pairs) - 1)))
        lines.append("{" + between.join(colon.join(pair) for pair in pairs) + "}")
    if draw(st.integers(0, 6)) == 0:
        odd = ["", " ", "5", "null", "[1,2]", "{}", "]", "{", '{"y":1}{"z":2}', "\ufeff", "\0"]
        lines.insert(draw(st.integers(0, len(lines))), draw(st.sampled_from(odd)))
    ends = draw(st.sampled_from(["\n", "\n", "\r\n"]))
    return (ends.join(lines) + draw(st.sampled_from([ends, "", " ", ends * 2]))).encode()


@given(text=objects(), missing=st.sampled_from(["error", "skip"]))
@MANY
def test_json_lines(tmp_path: Path, text: bytes, missing: Any) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(text)
    options: dict[str, Any] = {"labels": "y", "logits": "z", "missing": missing}
    assert outcome(path, "polars", **options) == outcome(path, "numpy", **options)


@pytest.mark.parametrize(
    "line",
    [
        '{"y":1,"z":2.5}',
        '{"z": [2.5, 1], "y": [0, 1]}',
        '{"y": true, "z": -0.0, "s": "5"}',
        '{"s": "x", "y": 0, "z": 123456789012345678901234567890}',
    ],
)
def test_lines_that_polars_reads(tmp_path: Path, taken: list[bool], line: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(f"{line}\n" * 3)
    assert outcome(path, "polars", labels="y", logits="z")[-1] == 3
    assert taken == [True]


@pytest.mark.parametrize(
    "line",
    [
        '{"y":1,"z":2.5,"y":1}',
        '{"y":1,"s":"a","s":5}',
        '{"y":1,"s":5,"y":1,"z":2.5}',
        '{"y":1,"z":-0,"s":"a"}',
        '{"y":1,"z":2.5,"s":"a","new":1}',
        '{"y":1,"z":2.5,"s":[[["a"]]]}',
        '{"y":1,"z":2.5,"s":"[a]"}',
        '{"y":1,"z":2.5,"s":5}',
        '{"y":1,"z":null,"s":"a"}',
        '{"y":1,"z":2.5,"\\u0073":"a"}',
    ],
)
def test_lines_left_to_the_strict_reader(tmp_path: Path, taken: list[bool], line: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"y":1,"z":2.5,"s":"a"}\n' + line + "\n")
    strict = outcome(path, "numpy", labels="y", logits="z")
    assert outcome(path, "polars", labels="y", logits="z") == strict
    assert taken == [False]


@pytest.mark.parametrize("odd", ['[[["q","w"]]]', '{"q":"w"}', '["q","w"]', '"[x"'])
def test_a_name_and_what_is_none(tmp_path: Path, odd: str) -> None:
    """``true`` is the class "true", whatever the cells beside it that nobody reads."""
    rows = ['{"y":"true","s":"x","z":[1,2]}', f'{{"y":true,"s":{odd},"z":[1,2]}}']
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(rows) + "\n")
    asked: dict[str, Any] = {"labels": "y", "logits": "z", "classes": ("true", "false")}
    strict = outcome(path, "numpy", loss="ce", **asked)
    assert strict[0] == np.zeros(2, np.int64).tobytes()
    assert outcome(path, "polars", loss="ce", **asked) == strict


def test_it_is_not_asked_for_ever(
    tmp_path: Path, taken: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("xentcli.formats.json.json_tables.CHUNK_BYTES", 64)
    monkeypatch.setattr("xentcli.formats.json.json_tables.STRETCH", 64)
    path = tmp_path / "a.jsonl"
    path.write_text('{"y":1,"z":2.5}\n' * 40 + '{"y":1,"z":null}\n' * 40 + '{"y":1,"z":2}\n' * 40)
    outcome(path, "polars", labels="y", logits="z", missing="skip")
    assert taken[-polars_lines.PATIENCE :] == [False] * polars_lines.PATIENCE
    assert taken.count(False) == polars_lines.PATIENCE
    assert len(taken) > 8


def test_where_it_pays(tmp_path: Path, taken: list[bool], monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"y":1,"z":2}\n')
    outcome(path, "auto", labels="y", logits="z")
    assert not taken  # so small a file is no matter
    monkeypatch.setattr("xentcli.formats.json.polars_lines.LARGE", 1)
    outcome(path, "auto", labels="y", logits="z")
    assert taken
    taken.clear()
    outcome(path, "numpy", labels="y", logits="z")
    assert not taken


def test_the_command(xent: Xent, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"y":1,"z":0.5}\n' * 9 + '{"y":0,"z":"NA"}\n')
    strict = xent("bce", path, "--reader", "numpy")
    assert (strict.code, "line 10" in strict.err) == (2, True)
    assert xent("bce", path, "--reader", "polars") == strict


def test_delimited_text_is_not_for_it(xent: Xent, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("y,z\n1,0.5\n")
    ran = xent("bce", path, "--reader", "polars")
    assert (ran.code, ran.out) == (2, "")
    assert "--reader polars is for JSON Lines, not delimited text; leave it out" in ran.err


def test_without_polars(xent: Xent, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "polars", None)
    monkeypatch.setattr("xentcli.formats.json.polars_lines.LARGE", 1)
    path = tmp_path / "a.jsonl"
    path.write_text('{"y":1,"z":2.5}\n')
    assert xent("bce", path, "-f", "value", "-q").code == 0
    refused = xent("bce", path, "--reader", "polars")
    problem = f"{display(str(path))}: needs polars, which --reader polars asks for"
    assert (refused.code, refused.out) == (2, "")
    assert refused.err.strip() == f"xent: error: {problem}; pip install polars"
