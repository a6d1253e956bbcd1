"""The signature: one line that says exactly which variant a number is."""

from collections.abc import Sequence

from xentcli import __version__
from xentcli.conventions import CONVENTIONS
from xentcli.job import Job
from xentcli.tally import Tally


def signature(job: Job, tally: Tally) -> str:
    """``bce|in:logits|conv:exact|…|v:0.1.0``: the loss first, the version last."""
    convention = CONVENTIONS[job.convention]
    shape = [tally.samples] + ([] if tally.layout.outputs is None else [tally.layout.outputs])
    fields: Sequence[tuple[str, object]] = (
        ("in", tally.layout.scale),
        ("conv", convention.name),
        ("dtype", convention.dtype),
        ("eps", f"{convention.eps:g}"),
        ("smooth", 0),
        ("weights", "yes" if tally.weighted else "no"),
        ("ignored", tally.ignored),
        ("red", "mean"),
        ("base", "e"),
        ("n", "x".join(map(str, shape))),
        ("v", __version__),
    )
    return "|".join([job.loss, *(f"{key}:{value}" for key, value in fields)])
