"""tf_keras, and Keras 3 with each backend, as they are installed, on inputs drawn anew.

Keras 2.2 runs on no Python that xent runs on: the recorded cases are all there is of it.
"""

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import framework_keras
import pytest
from framework_cases import Case
from framework_draws import assert_met, cases
from hypothesis import given, settings
from hypothesis import strategies as st
from support import killed_on_failure, line_of

pytestmark = pytest.mark.frameworks

WEIGHED = ("sample_weight", "reduction")
FOCAL = ("focal_gamma", "focal_alpha")
KINDS = {
    "binary": ("bce", "probs", "soft", "label_smoothing", *WEIGHED),
    "binary-logits": ("bce", "logits", "soft", "label_smoothing", *WEIGHED),
    "binary-focal": ("bce", "probs", "multilabel", *FOCAL, *WEIGHED),
    "binary-focal-logits": ("bce", "logits", "multilabel", *FOCAL, *WEIGHED),
    "categorical": ("ce", "probs", "soft", "label_smoothing", *WEIGHED),
    "categorical-logits": ("ce", "logits", "soft", "label_smoothing", *WEIGHED),
    "categorical-focal": ("ce", "probs", "onehot", "label_smoothing", *FOCAL, *WEIGHED),
    "categorical-focal-logits": ("ce", "logits", "onehot", *FOCAL, *WEIGHED),
    "sparse": ("ce", "probs", "int", "ignore_index", *WEIGHED),
    "sparse-logits": ("ce", "logits", "int", "ignore_index", *WEIGHED),
}
BACKENDS = ("jax", "numpy", "tensorflow", "torch")


@pytest.fixture(scope="module")
def tf_losses() -> Any:
    return pytest.importorskip("tf_keras").losses


@pytest.fixture(scope="module", params=BACKENDS)
def keras3(request: pytest.FixtureRequest) -> Iterator[Callable[[Case], Case]]:
    """Keras 3 with one of its backends, in a process of its own."""
    backend = request.param
    for package in ("keras", backend):
        if importlib.util.find_spec(package) is None:
            pytest.skip(f"{package} is not installed")
    with (
        subprocess.Popen(
            [sys.executable, Path(framework_keras.__file__)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            env={**os.environ, "KERAS_BACKEND": backend, "TF_CPP_MIN_LOG_LEVEL": "3"},
        ) as process,
        killed_on_failure(process),
    ):
        assert json.loads(line_of(process.stdout))["backend"] == backend

        def answered(case: Case) -> Case:
            process.stdin.write(json.dumps(case | {"backend": backend}).encode() + b"\n")
            return json.loads(line_of(process.stdout))

        yield answered
        process.kill()


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
@settings(deadline=None)
@given(data=st.data())
def test_tf_keras(tf_losses: Any, kind: tuple[str, ...], data: st.DataObject) -> None:
    options = [option for option in kind if option != "reduction"]
    case = data.draw(cases("tf-keras", *options, dtypes=("float32", "float64")))
    assert_met(framework_keras.answered(tf_losses, case))


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
@settings(deadline=None)
@given(data=st.data())
def test_keras3(keras3: Any, kind: tuple[str, ...], data: st.DataObject) -> None:
    assert_met(keras3(data.draw(cases("keras3", *kind))))
