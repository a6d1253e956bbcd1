"""Libraries that score predictions: scikit-learn and the gradient-boosted trees."""

from typing import Final

from xentcli.conventions.record import Convention, Rule

_SKLEARN: Final = Rule(
    function="log_loss",
    options=frozenset({"weights"}),
    reductions=(("mean", "weights"), ("sum", "one")),
    form="logs",
    bound="clip",
    eps=None,
    soft="refused",
    refuses_nan=True,
)

SKLEARN: Final = Convention(
    name="sklearn",
    title="scikit-learn 1.5 on",
    source="scikit-learn 1.9.1: sklearn/metrics/_classification.py L178-330, L3321 (log_loss)",
    rules={
        ("bce", "probs"): _SKLEARN,
        ("ce", "probs"): _SKLEARN._replace(function="log_loss (indicator matrix)"),
        ("ce-index", "probs"): _SKLEARN,
    },
    dtypes=("float64", "float32", "float16"),
    weighted_result="float64",
    keeps_input=True,
    notes="the clip bound is the machine epsilon of the probabilities' own float type; of an "
    "indicator matrix only -sum y*log(p) counts",
    unmet=("labels of one class only are computed: the columns say which classes there are",),
)

_LEGACY: Final = _SKLEARN._replace(
    options=frozenset({"weights", "eps"}), eps=1e-15, renormalise="after"
)

SKLEARN_LEGACY: Final = SKLEARN._replace(
    name="sklearn-legacy",
    title="scikit-learn to 1.1",
    source="scikit-learn 1.1.3: sklearn/metrics/_classification.py (log_loss)",
    rules={
        ("bce", "probs"): _LEGACY,
        ("ce", "probs"): _LEGACY._replace(function="log_loss (indicator matrix)"),
        ("ce-index", "probs"): _LEGACY,
    },
    result="float64",
    clips_outside=True,
    notes="rows that do not sum to 1 are silently renormalised, after the clip",
)

_TREES: Final = Rule(
    function="",
    options=frozenset({"weights"}),
    reductions=(("mean", "weights"),),
    form="logs",
    bound="floor",
)


_XGB: Final = _TREES._replace(function="logloss", eps=1e-16, empty="zero")
_XGB_MULTI: Final = _XGB._replace(function="mlogloss", empty="nan")

XGBOOST: Final = Convention(
    name="xgboost",
    title="XGBoost",
    source="XGBoost 3.2.0: src/metric/elementwise_metric.cu, src/metric/multiclass_metric.cu",
    rules={
        ("bce", "probs"): _XGB,
        ("bce", "logits"): _XGB._replace(squash=True),
        ("ce-index", "probs"): _XGB_MULTI,
        ("ce-index", "logits"): _XGB_MULTI._replace(squash=True),
    },
    dtypes=("float32",),
    result="float64",
)

_WORST: Final = 34.53877639770508
"""float32(34.538776), LightGBM's constant for -log(1e-15)."""

_EPSILON: Final = 1.0000000036274937e-15
"""float32(1e-15), LightGBM's kEpsilon: a probability up to this costs ``_WORST``."""

_LGB: Final = _TREES._replace(
    function="binary_logloss", eps=_EPSILON, worst=_WORST, soft="above 0 is 1", empty="nan"
)
_LGB_MULTI: Final = _LGB._replace(function="multi_logloss")
_LGB_XENT: Final = _TREES._replace(function="cross_entropy", eps=1e-12, complement_in="float32")

LIGHTGBM: Final = Convention(
    name="lightgbm",
    title="LightGBM",
    source="LightGBM 4.7.0: src/metric/binary_metric.hpp, src/metric/multiclass_metric.hpp",
    rules={
        ("bce", "probs"): _LGB,
        ("bce", "logits"): _LGB._replace(squash=True),
        ("ce-index", "probs"): _LGB_MULTI,
        ("ce-index", "logits"): _LGB_MULTI._replace(squash=True),
    },
    dtypes=("float64",),
    labels_in="float32",
    notes="binary labels above 0 count as 1; of weights that are all 0 the mean is nan",
    unmet=("probabilities above 1 are refused: they are mostly logits",),
)

LIGHTGBM_XENTROPY: Final = Convention(
    name="lightgbm-xentropy",
    title="LightGBM xentropy",
    source="LightGBM 4.7.0: src/metric/xentropy_metric.hpp",
    rules={("bce", "probs"): _LGB_XENT, ("bce", "logits"): _LGB_XENT._replace(squash=True)},
    dtypes=("float64",),
    labels_in="float32",
    notes="weights that are all 0 are an error, as in the library",
    unmet=(
        "weights are added up exactly, not in float32: 1e-7 of the mean",
        "kullback_leibler is not offered: it is this loss less the entropy of the labels",
    ),
)

_CAT: Final = Rule(
    function="Logloss, MultiLogloss",
    options=frozenset({"weights"}),
    reductions=(("mean", "weights"),),
    form="max",
    soft="above 0.5 is 1",
    empty="zero",
)

CATBOOST: Final = Convention(
    name="catboost",
    title="CatBoost",
    source="CatBoost 1.2.10: catboost/libs/metrics/metric.cpp",
    rules={
        ("bce", "logits"): _CAT,
        ("ce-index", "logits"): _CAT._replace(function="MultiClass", form="shifted"),
    },
    dtypes=("float64",),
    labels_in="float32",
    notes="raw scores only; binary labels above 0.5 count as 1",
    unmet=("weights of several outputs are not rounded down in the sum that divides",),
)

CATBOOST_CROSSENTROPY: Final = CATBOOST._replace(
    name="catboost-crossentropy",
    title="CatBoost",
    rules={
        ("bce", "logits"): _CAT._replace(
            function="CrossEntropy, MultiCrossEntropy", soft="as given"
        )
    },
    notes="raw scores only; labels between 0 and 1 are taken as they are",
)
