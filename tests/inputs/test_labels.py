"""Labels: where they begin, what is out of range, and probabilities that libraries clip."""

from pathlib import Path

import numpy as np
import pytest
from reading import read, refused

from xentcli.conventions.registry import CONVENTIONS
from xentcli.errors import InputError

THREE = "1,2,3;1,2,3"


def test_class_numbers_from_a_base() -> None:
    found = read("ce", labels="1,3", logits=THREE, label_base=1)
    assert (found.labels, found.notes) == ([0, 2], "")
    assert read("ce", labels="-1,1", logits=THREE, label_base=-1).labels == [0, 2]
    assert read("bce", labels="1,2,1.5", logits="1,2,3", label_base=1).labels == [0, 1, 0.5]


@pytest.mark.parametrize(
    ("loss", "labels", "logits", "base", "message"),
    [
        ("ce", "1,4", THREE, 1, "label 4 is out of range; with 3 classes labels are 1 to 3"),
        ("ce", "0,1", THREE, 1, "label 0 is out of range; with 3 classes labels are 1 to 3"),
        ("ce", "1,1.5", THREE, 1, "label 1.5 is not a class number; class numbers are 1, 2, 3"),
        ("ce", "1,3", THREE, 0, "labels are 0 to 2: these look like 1 to 3, say --label-base 1"),
        (
            "bce",
            "1,3",
            "1,2",
            1,
            "label 3 is outside [1, 2]; with --label-base 1 labels are 1 to 2",
        ),
        ("bce", "1,2", "1,2", 0, "these look like 1 and 2, say --label-base 1"),
        ("bce", "-1,0", "1,2", 0, "if -1 marks what to leave out, say --ignore-index -1"),
        ("bce", "-1,0.5", "1,2", 0, "label -1 is outside [0, 1]"),
        ("bce", "-100,1", "1,2", 0, "say --ignore-index -100"),
        ("ce", "0,-100", THREE, 0, "say --ignore-index -100"),
        ("ce", "0,255", THREE, 0, "say --ignore-index 255"),
        ("ce", "0,-1", THREE, 0, "say --ignore-index -1"),
        ("bce", "nan,1", "1,2", 0, "leave such rows out with --missing skip"),
        ("ce", "nan,1", THREE, 0, "leave such rows out with --missing skip"),
    ],
)
def test_out_of_range(loss: str, labels: str, logits: str, base: int, message: str) -> None:
    error = refused(loss, labels=labels, logits=logits, label_base=base)  # type: ignore[arg-type]
    assert isinstance(error, InputError)
    assert error.source == "--labels"
    assert message in str(error)


@pytest.mark.parametrize("name", CONVENTIONS)
def test_what_a_library_makes_of_labels_out_of_range(name: str) -> None:
    convention = CONVENTIONS[name]
    error = refused("ce", labels="0,7", logits=THREE, convention=convention)
    expected = f"; note that {convention.bad_label}" if convention.bad_label else "0 to 2"
    assert str(error).endswith(expected)


def test_the_place_speaks_in_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("y,p_a,p_b\n1,0.5,0.5\n3,0.5,0.5\n")
    assert str(refused("ce", path, label_base=1)) == (
        f"{path}, line 3, column y: label 3 is out of range; with 2 classes labels are 1 to 2"
    )


@pytest.mark.parametrize("name", CONVENTIONS)
def test_probabilities_outside(name: str) -> None:
    convention = CONVENTIONS[name]
    given = {"labels": "1,0,1", "probs": "0.5,-0.25,1.5", "convention": convention}
    if not convention.clips_outside:
        assert "--probs, sample 2: probability -0.25 is outside [0, 1]" in str(
            refused("bce", **given)
        )
        return
    found = read("bce", **given)
    assert found.scores == [0.5, -0.25, 1.5]
    assert found.notes == (
        f"2 probabilities are outside [0, 1] (first: sample 2, -0.25); {name} clips them "
        "silently; if these are logits, say --logits"
    )


@pytest.mark.parametrize("kind", ["u1", "i1", "u8"])
def test_a_label_below_the_base_does_not_wrap_around(tmp_path: Path, kind: str) -> None:
    low = np.iinfo(kind).min
    np.save(tmp_path / "y.npy", np.array([1, 2, low], kind))
    np.save(tmp_path / "z.npy", np.zeros((3, 300)))
    arrays = {"labels": f"@{tmp_path}/y.npy", "logits": f"@{tmp_path}/z.npy"}
    assert f"label {low} is out of range" in str(refused("ce", label_base=1, **arrays))
