"""A rule written out as a formula, step by step."""

from typing import Final

from xentcli.conventions.record import Kind, Rule

_FROM_LOGITS: Final = {
    "max": "max(z,0) - z*y + log1p(exp(-|z|))",
    "weighted-max": "(1-y)*z + (1+(q-1)*y)*(log1p(exp(-|z|)) + max(-z,0))",
    "log-sigmoid": "(1-y)*z - log sigmoid(z), log sigmoid(z) = min(z,0) - log1p(exp(-|z|))",
    "log-sigmoids": "-y*log sigmoid(z) - (1-y)*log sigmoid(-z)",
    "shifted": "sum y*(log sum exp(z - max z) - (z - max z))",
    "lse": "(max z + log sum exp(z - max z)) - z_y",
}
_LOGS: Final = {
    "bce": "-y*log({p}) - (1-y)*log({n})",
    "ce": "-sum y*log({p})",
    "ce-index": "-log({p}) of the labelled class",
}
_BACK: Final = {"bce": ("log(q/(1-q))", "max"), "ce": ("log q", "shifted")}


def formula(kind: Kind, scale: str, rule: Rule) -> str:
    """The formula that ``rule`` computes, step by step.

    >>> rule = Rule("", frozenset(), (), form="logs", bound="clip", eps=1e-7, added=1e-7)
    >>> formula("bce", "probs", rule)
    'q = clip(p, 1e-7, 1-1e-7); -y*log(q+1e-7) - (1-y)*log(1-q+1e-7)'
    """
    if scale == "logits" and not rule.squash:
        if rule.form != "exact":
            return _FROM_LOGITS[rule.form]
        return (
            f"{'p = sigmoid(z)' if kind == 'bce' else 'p = softmax(z)'}; {_core(kind, rule, 'p')}"
        )
    steps = []
    if scale == "logits":
        steps.append("p = sigmoid(z), rounded" if kind == "bce" else "p = softmax(z), rounded")
    if rule.renormalise == "before":
        steps.append("p = p/sum p")
    name = "p"
    if rule.bound == "clip":
        eps = "eps" if rule.eps is None else number(rule.eps)
        steps.append(f"q = clip(p, {eps}, 1-{eps})")
        name = "q"
    if rule.renormalise == "after" and rule.form != "logit":
        steps.append("q = q/sum q")
    return "; ".join([*steps, _core(kind, rule, name)])


def number(value: float) -> str:
    """A small number in short notation.

    >>> number(1e-07), number(0.001), number(2.220446049250313e-16)
    ('1e-7', '0.001', '2.22e-16')
    """
    return f"{value:.3g}".replace("e-0", "e-")


def _core(kind: Kind, rule: Rule, name: str) -> str:
    if rule.form == "logit":
        logit, back = _BACK[kind.partition("-")[0]]
        return f"z = {logit}; {_FROM_LOGITS[back]}"
    positive, negative = name, f"1-{name}"
    if rule.added:
        positive, negative = f"{positive}+{number(rule.added)}", f"{negative}+{number(rule.added)}"
    if rule.bound == "floor":
        positive, negative = (f"max({p}, {number(rule.eps or 0.0)})" for p in (positive, negative))
    text = _LOGS[kind].format(p=positive, n=negative)
    if rule.form in ("exact", "log1p"):
        text = text.replace(f"log({negative})", f"log1p(-{name})")
    if rule.bound == "cap":
        text += f", each -log at most {rule.worst:g}"
    return text
