"""The convention ``exact``: the definition and nothing else, with every option."""

from typing import Final

from xentcli.conventions.record import OPTIONS, Convention, Denominator, Kind, Rule

_REDUCTIONS: Final[tuple[tuple[str, Denominator], ...]] = (
    ("mean", "weights"),
    ("sum", "one"),
    ("none", "none"),
    ("mean-by-weight", "weights"),
    ("mean-by-count", "count"),
    ("mean-by-nonzero", "nonzero"),
)


def _rule(function: str, *without: str) -> Rule:
    return Rule(function, frozenset(OPTIONS) - set(without), _REDUCTIONS)


_KINDS: Final[tuple[tuple[Kind, Rule], ...]] = (
    ("bce", _rule("-y*log p - (1-y)*log(1-p)")),
    ("ce", _rule("-sum y*log p", "pos-weight", "element-weights")),
    ("ce-index", _rule("-log p_y", "pos-weight", "element-weights")),
)

EXACT: Final = Convention(
    name="exact",
    title="the definition",
    source="the definition: -sum y*log p, with 0*log 0 = 0 and no clipping",
    rules={
        **{(kind, "probs"): rule for kind, rule in _KINDS},
        **{
            (kind, "logits"): rule._replace(options=rule.options - {"eps"}) for kind, rule in _KINDS
        },
    },
    dtypes=("float64", "float32"),
)
