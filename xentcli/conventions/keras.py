"""Keras in its generations: multi-backend 2.2, tf.keras 2.x, and Keras 3 with its backends."""

from typing import Any, Final

from xentcli.conventions.record import Convention, Rule

_ACCURACIES: Final = (
    "weighted and top-k accuracy are not offered: xent accuracy counts each label or sample once",
    "'acc' under categorical cross-entropy of one column is binary accuracy, which xent accuracy "
    "shows under binary cross-entropy: a softmax over one class learns nothing",
)
"""What xent does not compute of the accuracies of every Keras generation."""

_KERAS2: Final = Rule(
    function="",
    options=frozenset({"class-weight", "weights", "mask", "axis"}),
    reductions=(("mean", "nonzero"),),
    class_weights="rows",
    inner_mean=True,
    weights_together=False,
    zero_times=True,
    empty="nan",
)


def _clipped(rule: Rule, function: str, **changes: Any) -> Rule:
    """The rule for probabilities that all generations share, with ``changes`` for one of them."""
    made = rule._replace(
        function=function, options=rule.options | {"eps"}, form="logs", bound="clip", eps=1e-7
    )
    return made._replace(**changes)


KERAS2: Final = Convention(
    name="keras2",
    title="Keras 2.2",
    source="keras-team/keras 2.2.4: keras/backend/tensorflow_backend.py L3258-3390, "
    "keras/engine/training_utils.py (weighted_masked_objective)",
    rules={
        ("bce", "probs"): _clipped(_KERAS2, "binary_crossentropy", form="logit"),
        ("bce", "logits"): _KERAS2._replace(
            function="K.binary_crossentropy(from_logits=True)", form="max"
        ),
        ("ce", "probs"): _clipped(_KERAS2, "categorical_crossentropy", renormalise="before"),
        ("ce", "logits"): _KERAS2._replace(
            function="K.categorical_crossentropy(from_logits=True)", form="shifted"
        ),
        ("ce-index", "probs"): _clipped(
            _KERAS2, "sparse_categorical_crossentropy", renormalise="after", form="logit"
        ),
        ("ce-index", "logits"): _KERAS2._replace(
            function="K.sparse_categorical_crossentropy(from_logits=True)", form="shifted"
        ),
    },
    class_axis=-1,
    dtypes=("float32", "float64", "float16"),
    clips_outside=True,
    bad_label="Keras 2 gives nan for it on a GPU",
    notes="a mask divides by its mean, and weights by the share that is not 0, one after the other",
    unmet=(
        "weights of classes and of samples together are refused: 2.2.4 drops those of classes "
        "with a warning, 2.2.5 multiplies them",
        *_ACCURACIES,
    ),
)

_OPTIONS: Final = frozenset({"class-weight", "weights", "mask", "axis"})
_DENSE: Final = _OPTIONS | {"label-smoothing", "focal-gamma"}
_SPARSE: Final = _OPTIONS | {"ignore-index"}

_TF_KERAS: Final = Rule(
    function="",
    options=_DENSE,
    reductions=(
        ("sum-over-batch-size", "count"),
        ("mean", "count"),
        ("auto", "count"),
        ("sum", "one"),
        ("none", "none"),
    ),
    class_weights="rows",
    inner_mean=True,
    zero_times=True,
    empty="nan",
)
_TF_SPARSE: Final = _TF_KERAS._replace(options=_SPARSE)

TF_KERAS: Final = Convention(
    name="tf-keras",
    title="tf.keras 2.10 on",
    source="keras-team/keras v2.15.0: keras/backend.py L5490-5900, keras/losses.py, "
    "keras/utils/losses_utils.py",
    rules={
        ("bce", "probs"): _clipped(_TF_KERAS, "BinaryCrossentropy", added=1e-7),
        ("bce", "logits"): _TF_KERAS._replace(
            function="BinaryCrossentropy(from_logits=True)", form="max"
        ),
        ("ce", "probs"): _clipped(
            _TF_KERAS, "CategoricalCrossentropy", renormalise="before", focal_alpha=0.25
        ),
        ("ce", "logits"): _TF_KERAS._replace(
            function="CategoricalCrossentropy(from_logits=True)",
            form="shifted",
            focal_squashes=True,
        ),
        ("ce-index", "probs"): _clipped(
            _TF_SPARSE, "SparseCategoricalCrossentropy", renormalise="after", form="logit"
        ),
        ("ce-index", "logits"): _TF_SPARSE._replace(
            function="SparseCategoricalCrossentropy(from_logits=True)", form="shifted"
        ),
    },
    class_axis=-1,
    dtypes=("float32", "float64", "float16"),
    clips_outside=True,
    one_class="computed",
    bad_label="tf.keras gives nan for it on a GPU",
    unmet=_ACCURACIES,
)

_KERAS3: Final = Rule(
    function="",
    options=_DENSE,
    reductions=(
        ("sum-over-batch-size", "count"),
        ("mean", "count"),
        ("sum", "one"),
        ("mean-with-sample-weight", "weights"),
        ("none", "none"),
    ),
    class_weights="rows",
    inner_mean=True,
    weights_together=False,
    smooths_last_axis=True,
    zero_times=True,
    empty="zero",
)
# JAX and NumPy take an axis of class numbers only where it is as long as the last, TensorFlow none.
_SPARSE3: Final = _KERAS3._replace(options=_SPARSE - {"axis"})

KERAS3: Final = Convention(
    name="keras3",
    title="Keras 3",
    source="keras-team/keras v3.15.1: keras/src/backend/jax/nn.py, keras/src/ops/nn.py, "
    "keras/src/losses/losses.py, keras/src/losses/loss.py (reduce_values)",
    rules={
        ("bce", "probs"): _clipped(_KERAS3, "BinaryCrossentropy"),
        ("bce", "logits"): _KERAS3._replace(
            function="BinaryCrossentropy(from_logits=True)",
            form="log-sigmoids",
            focal_squashes=True,
        ),
        ("ce", "probs"): _clipped(
            _KERAS3, "CategoricalCrossentropy", renormalise="before", focal_alpha=0.25
        ),
        ("ce", "logits"): _KERAS3._replace(
            function="CategoricalCrossentropy(from_logits=True)",
            form="shifted",
            focal_squashes=True,
        ),
        ("ce-index", "probs"): _clipped(
            _SPARSE3, "SparseCategoricalCrossentropy", renormalise="before"
        ),
        ("ce-index", "logits"): _SPARSE3._replace(
            function="SparseCategoricalCrossentropy(from_logits=True)",
            form="shifted",
            one_hot=True,
        ),
    },
    class_axis=-1,
    dtypes=("float32", "float64", "float16"),
    clips_outside=True,
    one_class="computed",
    missing_class_weight=1.0,
    bad_label="Keras 3 silently gives a loss of 0 for it on JAX",
    notes="as on JAX; on PyTorch, log1p and (1-y)*z - log sigmoid(z) round in another way, "
    "infinite binary logits give nan, and class numbers ignore a logit of -inf elsewhere",
    unmet=(
        "class numbers with an axis are refused, as on JAX, NumPy and TensorFlow: only PyTorch "
        "computes them, and JAX and NumPy where the axes are equally long",
        "class numbers of -100 are out of range: on PyTorch alone their loss is 0",
        *_ACCURACIES,
    ),
)

KERAS3_NUMPY: Final = KERAS3._replace(
    name="keras3-numpy",
    title="Keras 3 on NumPy",
    source="keras-team/keras v3.15.1: keras/src/backend/numpy/nn.py",
    rules={
        **KERAS3.rules,
        ("bce", "logits"): _clipped(_KERAS3, "BinaryCrossentropy(from_logits=True)", squash=True),
    },
    bad_label="Keras 3 silently gives a loss of 0 for negative ones on NumPy",
    notes="binary logits go through a sigmoid and the clip, so that loss ends at 16.1",
)

KERAS3_TF: Final = KERAS3._replace(
    name="keras3-tf",
    title="Keras 3 on TF",
    source="keras-team/keras v3.15.1: keras/src/backend/tensorflow/nn.py",
    rules={
        **KERAS3.rules,
        ("bce", "logits"): KERAS3.rules["bce", "logits"]._replace(form="max", focal_squashes=False),
        ("ce-index", "probs"): _clipped(
            _SPARSE3, "SparseCategoricalCrossentropy", renormalise="after", form="logit"
        ),
        ("ce-index", "logits"): KERAS3.rules["ce-index", "logits"]._replace(one_hot=False),
    },
    bad_label="TensorFlow gives nan for it on a GPU",
    notes="class numbers: the clip comes first and the division by the row's sum after it",
)
