"""The article's worked example: every figure, from every kind of input, in the same digits."""

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support import Ran

Xent = Callable[..., Ran]

WAYS = ("arguments", "csv", "json", "records", "jsonl", "npy", "npz", "gzip")


def given(way: str, article: Any, folder: Path) -> list[str]:
    """The article's labels and logits, written down in one of many ways."""
    labels, logits = article["labels"], article["logits"]
    if way == "arguments":
        return ["--labels", _rows(labels), "--logits", _rows(logits)]
    if way == "npy":
        np.save(folder / "y.npy", np.array(labels, np.int8))
        np.save(folder / "z.npy", np.array(logits))
        return ["--labels", f"@{folder}/y.npy", "--logits", f"@{folder}/z.npy"]
    if way == "npz":
        np.savez(folder / "a.npz", labels=labels, logits=logits)
        return [str(folder / "a.npz")]
    if way in ("csv", "gzip"):
        lines = ["y_0,y_1,y_2,logit_0,logit_1,logit_2"]
        lines += [",".join(map(str, y + z)) for y, z in zip(labels, logits, strict=True)]
        path = folder / ("a.csv" if way == "csv" else "a.csv.gz")
        data = ("\n".join(lines) + "\n").encode()
        if way == "gzip":
            import gzip

            data = gzip.compress(data)
        path.write_bytes(data)
        return [str(path)]
    records = [{"label": y, "logits": z} for y, z in zip(labels, logits, strict=True)]
    path = folder / ("a.jsonl" if way == "jsonl" else "a.json")
    if way == "jsonl":
        path.write_text("".join(json.dumps(record) + "\n" for record in records))
    else:
        columns = {"labels": labels, "logits": logits}
        path.write_text(json.dumps(records if way == "records" else columns))
    return [str(path)]


def _rows(matrix: list[list[float]]) -> str:
    return ";".join(",".join(map(str, row)) for row in matrix)


@pytest.mark.parametrize("way", WAYS)
def test_bce_every_element_and_the_mean(xent: Xent, article: Any, tmp_path: Path, way: str) -> None:
    ran = xent("bce", *given(way, article, tmp_path), "-f", "json", "-q")
    assert ran.code == 0
    assert ran.err == ""
    for row, published in zip(ran.json["per_element"], article["bce_per_element"], strict=True):
        for value, text in zip(row, published, strict=True):
            assert math.isclose(value, float(text), rel_tol=4 * 2**-53)
    for value, text in zip(ran.json["per_sample"], article["bce_per_sample"], strict=True):
        assert math.isclose(value, float(text), rel_tol=4 * 2**-53)
    assert abs(ran.json["mean"] - float(article["bce_mean"])) <= math.ulp(1.0)


@pytest.mark.parametrize("way", WAYS)
def test_ce_every_sample_and_the_mean(xent: Xent, article: Any, tmp_path: Path, way: str) -> None:
    ran = xent("ce", *given(way, article, tmp_path), "-f", "json", "-q")
    assert ran.code == 0
    for value, text in zip(ran.json["per_sample"], article["ce_per_sample"], strict=True):
        assert math.isclose(value, float(text), rel_tol=4 * 2**-53)
    assert abs(ran.json["mean"] - float(article["ce_mean"])) <= math.ulp(0.5)


@pytest.mark.parametrize("loss", ["bce", "ce"])
def test_every_way_gives_the_same_digits(
    xent: Xent, article: Any, tmp_path: Path, loss: str
) -> None:
    ran = [xent(loss, *given(way, article, tmp_path), "-f", "json", "-q") for way in WAYS]
    assert all(each.figures == ran[0].figures for each in ran)


def test_probabilities_of_the_article(xent: Xent, article: Any) -> None:
    labels = _rows(article["labels"])
    probs = ";".join(",".join(row) for row in article["sigmoid"])
    ran = xent("bce", "--labels", labels, "--probs", probs, "-f", "value")
    assert math.isclose(float(ran.out), float(article["bce_mean"]), rel_tol=1e-14)
    probs = ";".join(",".join(row) for row in article["softmax"])
    ran = xent("ce", "--labels", labels, "--probs", probs, "-f", "value")
    assert math.isclose(float(ran.out), float(article["ce_mean"]), rel_tol=1e-14)
