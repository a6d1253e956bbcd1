"""Keras losses of a case: imported for tf_keras, and a process of its own for Keras 3.

Keras 3 picks its backend when it is imported, so each backend is a process, which answers cases,
one JSON text a line: KERAS_BACKEND=jax python tests/helpers/framework_keras.py.
"""

import json
import sys
from typing import Any

import numpy as np

Case = dict[str, Any]


def answered(losses: Any, case: Case) -> Case:
    """``case`` with the figures of its loss from the module ``losses``."""
    weights = case["options"].get("sample_weight")
    given = (
        np.array(case["labels"], "int64" if case["labels_kind"] == "int" else case["dtype"]),
        np.array(case["scores"], case["dtype"]),
        None if weights is None else np.array(weights, case["dtype"]),
    )

    def call(reduction: str) -> Any:
        value = _loss(losses, case, reduction=reduction)(*given)
        return np.asarray(value.detach() if hasattr(value, "detach") else value).tolist()

    return case | {
        "mean": call(case["options"].get("reduction", "sum_over_batch_size")),
        "sum": call("sum"),
        "per_element": None,
        "per_sample": call("none"),
        "per_sample_weighted": True,
    }


def _loss(losses: Any, case: Case, **given: Any) -> Any:
    """The loss object that a case describes."""
    options = case["options"]
    given["from_logits"] = case["scores_kind"] == "logits"
    kind = "Binary" if case["loss"] == "bce" else "Categorical"
    if case["labels_kind"] == "int":
        kind = "SparseCategorical"
        given["ignore_class"] = options.get("ignore_index")
    else:
        given["label_smoothing"] = options.get("label_smoothing", 0.0)
    if "focal_gamma" in options:
        kind += "Focal"
        given["gamma"] = options["focal_gamma"]
    if "focal_alpha" in options:
        given["alpha"] = options["focal_alpha"]
        if case["loss"] == "bce":
            given["apply_class_balancing"] = True
    return getattr(losses, f"{kind}Crossentropy")(**given)


def main() -> None:
    """Answer cases by the Keras that KERAS_BACKEND names until stdin ends."""
    import keras

    print(json.dumps({"version": keras.version(), "backend": keras.backend.backend()}), flush=True)
    for line in sys.stdin:
        print(json.dumps(answered(keras.losses, json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
