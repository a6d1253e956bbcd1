"""One loss by one convention: what ``xent bce`` and ``xent ce`` do."""

from typing import Final, NamedTuple

from xentcli.blocks.input import Input
from xentcli.blocks.layout import Loss
from xentcli.cli.input_options import MaskOptions, ReadingOptions, WeightOptions
from xentcli.cli.job_parts import input_of, run_of
from xentcli.cli.loss_options import ConventionOptions, RowSumOptions, VariantOptions
from xentcli.cli.output_options import AnyFormat, GateOptions, SampleOptions, WritingOptions
from xentcli.conventions import EXACT, Convention
from xentcli.errors import OptionError
from xentcli.job import Job, Keep, Variant

MOST: Final = 1_000_000
"""Samples that --worst keeps in memory at the most."""


class LossOptions(NamedTuple):
    """What both losses have."""

    reading: ReadingOptions
    weights: WeightOptions
    masks: MaskOptions
    chosen: ConventionOptions
    variant: VariantOptions
    form: AnyFormat
    samples: SampleOptions
    writing: WritingOptions
    gates: GateOptions


def run_loss(
    loss: Loss,
    given: LossOptions,
    *,
    pos_weight: str | None = None,
    sums: RowSumOptions | None = None,
    one_class: bool = False,
    max_perplexity: str | None = None,
) -> int:
    """Compute ``loss`` and write it; the exit code. The rest are options of one loss only."""
    from xentcli.cli.gates import Gates
    from xentcli.cli.loss_run import run
    from xentcli.cli.output import Output
    from xentcli.cli.settings import per_class_of, settings_of

    _refuse_contradictions(given.samples)
    gates = given.gates
    most = {
        "mean": gates.max_mean,
        "normalised": gates.max_normalised,
        "perplexity": max_perplexity,
    }
    variant = Variant(
        convention=_convention(given.chosen),
        settings=settings_of(given.variant, pos_weight),
        per_class=per_class_of(given.variant, given.chosen.average, given.samples),
    )
    input = _input(loss, given, sums)._replace(
        one_class=one_class or variant.convention.one_class == "computed"
    )
    keep = Keep(worst=given.samples.worst or 0, grad=given.samples.grad)
    job = Job.of(input, variant, keep, run_of(given.reading.run))
    output = Output.of(given.form, given.writing, given.samples.rows)
    return run(job, output, Gates(gates.expect, gates.tol, most))


def _input(loss: Loss, given: LossOptions, sums: RowSumOptions | None) -> Input:
    weights, samples = given.weights.weights, given.samples
    found = input_of(given.reading, given.masks, loss, weights=weights, sums=sums)
    return found._replace(id=samples.id, by=samples.by)


def _convention(chosen: ConventionOptions) -> Convention:
    from xentcli.cli.settings import in_dtype

    if chosen.convention == EXACT.name:
        return in_dtype(EXACT, chosen.dtype)
    from xentcli.conventions.registry import convention

    return in_dtype(convention(chosen.convention), chosen.dtype)


def _refuse_contradictions(samples: SampleOptions) -> None:
    """OptionError where options ask for what cannot be had together."""
    if samples.worst is not None and not 1 <= samples.worst <= MOST:
        raise OptionError(f"--worst {samples.worst} is not a number from 1 to {MOST}")
    for option, other in (("rows", samples.rows), ("grad", samples.grad or None)):
        if samples.worst is not None and other is not None:
            raise OptionError(f"--{option} and --worst exclude each other", hint="leave out one")
