"""The signature: one line that identifies the variant of a number."""

from typing import Final

from xentcli import __version__
from xentcli.job import Job
from xentcli.measures.loss.tally import Tally

_SUMS: Final = {"as-is": "as-is", "renormalise": "renormalised"}


def signature(job: Job, tally: Tally, reduction: str) -> str:
    """``bce|in:logits|conv:exact|…|v:0.1.0``: the loss first, the version last.

    Rarely used settings appear only if used, before the version.
    """
    settings, rule, clips = job.variant.settings, tally.rule, tally.sums.clips
    shape = [tally.samples] + ([] if tally.layout.outputs is None else [tally.layout.outputs])
    fields: dict[str, object] = {
        "in": tally.layout.scale,
        "conv": job.variant.convention.name,
        "dtype": job.variant.convention.dtype_code,
        "eps": f"{rule.epsilon(job.variant.convention.computes_in):g}",
        "smooth": f"{settings.label_smoothing:g}",
        "weights": "no" if job.input.weights is None else "yes",
        "ignored": tally.ignored,
        "red": reduction,
        "base": settings.base,
        "n": "x".join(map(str, shape)),
    }
    if job.input.missing != "error":
        fields["missing"] = job.input.missing
    if clips is not None:
        fields["clip"] = clips.losses
    if job.input.sums in _SUMS:
        fields["sum"] = _SUMS[job.input.sums]
    if settings.class_weight:
        fields["cw"] = ",".join(
            "=".join(map(_number, item)) if isinstance(item, tuple) else _number(item)
            for item in settings.class_weight
        )
    if job.variant.per_class == "balanced":
        fields["cw"] = "balanced"
    if job.variant.per_class == "macro":
        fields["avg"] = "macro"
    if settings.pos_weight:
        fields["pw"] = ",".join(map(_number, settings.pos_weight))
    if settings.focal_gamma is not None:
        alpha = settings.focal_alpha or ((rule.focal_alpha,) if rule.focal_alpha else ())
        fields["focal"] = ",".join(map(_number, (settings.focal_gamma, *alpha)))
    fields["v"] = __version__
    return "|".join([tally.layout.loss, *(f"{key}:{value}" for key, value in fields.items())])


def _number(value: object) -> str:
    return value if isinstance(value, str) else f"{value:.15g}"
