"""TensorFlow's own operations, PyTorch and optax."""

from typing import Final

from xentcli.conventions.record import Convention, Rule

_TF: Final = Rule(
    function="",
    options=frozenset({"label-smoothing", "weights"}),
    reductions=(
        ("sum-by-nonzero-weights", "nonzero"),
        ("mean", "weights"),
        ("sum-over-batch-size", "count"),
        ("sum", "one"),
        ("none", "none"),
        # as tf.compat.v1.losses.Reduction spells them
        ("weighted-sum-by-nonzero-weights", "nonzero"),
        ("weighted-mean", "weights"),
        ("weighted-sum-over-batch-size", "count"),
        ("weighted-sum", "one"),
    ),
    zero_times=True,
    empty="zero",
)

TENSORFLOW: Final = Convention(
    name="tensorflow",
    title="TensorFlow ops",
    source="TensorFlow 2.21.0: tensorflow/python/ops/nn_impl.py L112-252, nn_ops.py L3988-4440, "
    "ops/losses/losses_impl.py",
    rules={
        ("bce", "probs"): _TF._replace(
            function="tf.compat.v1.losses.log_loss",
            options=frozenset({"weights", "element-weights", "eps"}),
            form="logs",
            added=1e-7,
        ),
        ("bce", "logits"): _TF._replace(
            function="tf.nn.sigmoid_cross_entropy_with_logits",
            options=_TF.options | {"element-weights", "pos-weight"},
            form="max",
            pos_weight_form="weighted-max",
        ),
        ("ce", "logits"): _TF._replace(
            function="tf.nn.softmax_cross_entropy_with_logits",
            options=_TF.options | {"axis"},
            form="shifted",
        ),
        ("ce-index", "logits"): _TF._replace(
            function="tf.nn.sparse_softmax_cross_entropy_with_logits",
            options=frozenset({"weights"}),
            form="shifted",
        ),
    },
    class_axis=-1,
    bad_label="TensorFlow gives nan for it on a GPU",
    notes="the gradient of tf.nn's softmax loss is softmax - labels even where a row of labels "
    "does not sum to 1, which is not the derivative of that loss",
    unmet=("shares of labels above 1 are refused: they are no distribution",),
)

_TORCH: Final = Rule(
    function="",
    options=frozenset(),
    reductions=(("mean", "weights"), ("sum", "one"), ("none", "none")),
    form="shifted",
    zero_times=True,
    empty="nan",
)
_TORCH_BCE: Final = _TORCH._replace(
    options=frozenset({"weights", "element-weights"}),
    reductions=(("mean", "count"), ("sum", "one"), ("none", "none")),
)

TORCH: Final = Convention(
    name="torch",
    title="PyTorch",
    source="PyTorch 2.13.0: torch/nn/functional.py L3174-3628, aten/src/ATen/native/Loss.cpp, "
    "LossNLL.cpp",
    rules={
        ("bce", "probs"): _TORCH_BCE._replace(
            function="F.binary_cross_entropy",
            form="log1p",
            bound="cap",
            worst=100.0,
            refuses_nan=True,
        ),
        ("bce", "logits"): _TORCH_BCE._replace(
            function="F.binary_cross_entropy_with_logits",
            options=_TORCH_BCE.options | {"pos-weight"},
            form="log-sigmoid",
        ),
        ("ce", "logits"): _TORCH._replace(
            function="F.cross_entropy (label rows)",
            reductions=(("mean", "count"), ("sum", "one"), ("none", "none")),
            options=frozenset({"label-smoothing", "class-weight", "axis"}),
        ),
        ("ce-index", "logits"): _TORCH._replace(
            function="F.cross_entropy (class numbers)",
            options=frozenset({"label-smoothing", "class-weight", "axis", "ignore-index"}),
            ignores=-100,
        ),
        ("ce-index", "probs"): _TORCH._replace(
            function="F.nll_loss of log p",
            options=frozenset({"class-weight", "axis", "ignore-index"}),
            form="logs",
            ignores=-100,
        ),
    },
    one_class="computed",
    class_axis=1,
    notes="a mean of categorical losses divides by the weights of the target classes for class "
    "numbers, by the number of rows for label rows; class numbers of -100 are left out",
)

_OPTAX: Final = Rule(
    function="",
    options=frozenset({"mask"}),
    reductions=(("mean", "count"), ("sum", "one"), ("none", "none")),
    empty="nan",
)

OPTAX: Final = Convention(
    name="optax",
    title="optax",
    source="optax 0.2.8: optax/losses/_classification.py L47-430, _smoothing.py",
    rules={
        ("bce", "logits"): _OPTAX._replace(
            function="sigmoid_binary_cross_entropy",
            options=frozenset({"mask", "label-smoothing", "focal-gamma"}),
            form="log-sigmoids",
        ),
        ("ce", "logits"): _OPTAX._replace(
            function="softmax_cross_entropy",
            options=frozenset({"mask", "axis", "label-smoothing"}),
            form="shifted",
        ),
        ("ce-index", "logits"): _OPTAX._replace(
            function="softmax_cross_entropy_with_integer_labels",
            options=frozenset({"mask", "axis"}),
            form="lse",
        ),
    },
    one_class="computed",
    class_axis=-1,
    bad_label="optax silently takes -1 for the last class and gives nan from k upwards",
    notes="optax reduces nothing; the mean is that of the rows that are left",
    unmet=(
        "class numbers out of range are refused: -1 would be the last class, k or more nan",
        "shares of labels above 1 are refused: they are no distribution",
        "logits of an integer type are computed: all numbers are read as floats",
        "poly loss is not offered: xent gives the cross-entropy in it",
    ),
)
