"""``xent reconcile``."""

from typing import Annotated, Final, NamedTuple

from xentcli.blocks.layout import Loss
from xentcli.cli.command import LOSS, OUTPUT, Command, option
from xentcli.cli.completion import complete_conventions
from xentcli.cli.input_options import MaskOptions, ReadingOptions, WeightOptions
from xentcli.cli.job_parts import input_of, run_of
from xentcli.cli.loss_options import PosWeightOptions, RowSumOptions, VariantOptions
from xentcli.cli.output_options import WholeFormat, WritingOptions
from xentcli.errors import OK, OptionError
from xentcli.job import Job, Keep, Variant

HELP: Final = """One input by every convention that can take it, and why they differ.

[bold]Examples[/bold]
  xent reconcile preds.csv
  xent reconcile --labels 1,0,1 --probs 0.9,0,1 --with keras3,torch,sklearn
  xent reconcile preds.csv --with exact,keras2 --rows 5
  xent reconcile preds.csv -f json

The reference is the first convention; each other one is reached from it by one change after the \
other, and the reason names the changes that moved the value.

COLS are columns of FILE (y, 'prob_*', a..c, :2..4), an array (1,0,1 or \\[\\[1,0],\\[0,1]]), or \
@FILE for an array in a file.
"""


class ComparedOptions(NamedTuple):
    """Which conventions are compared, and on how many samples."""

    conventions: Annotated[
        str | None,
        option(
            LOSS,
            "--with",
            metavar="NAMES",
            help="Such as exact,torch (default: all)",
            autocompletion=complete_conventions,
        ),
    ] = None
    loss: Annotated[
        Loss | None,
        option(LOSS, "--loss", metavar="bce|ce", help="bce or ce (default: by the shapes)"),
    ] = None
    rows: Annotated[
        str | None,
        option(OUTPUT, "--rows", metavar="N", help="N samples that differ most (default: none)"),
    ] = None


class ReconcileOptions(NamedTuple):
    """All options of the command."""

    reading: ReadingOptions
    weights: WeightOptions
    masks: MaskOptions
    compared: ComparedOptions
    variant: VariantOptions
    pos_weight: PosWeightOptions
    sums: RowSumOptions
    form: WholeFormat
    writing: WritingOptions


def _run(given: ReconcileOptions) -> int:
    from xentcli.cli.output import Output
    from xentcli.cli.summaries import written
    from xentcli.measures.reconcile.report import Comparing
    from xentcli.measures.reconcile.tally import measured
    from xentcli.render.reconcile import document, no_value

    output = Output.of(given.form, given.writing)
    if output.chosen == "value":
        no_value()  # before anything is read
    job = _job(given)
    written(job, output, "reconcile", measured, Comparing.of, document)
    return OK


def _rows(asked: str | None) -> int:
    """How many of the samples on which the conventions differ most are wanted."""
    if asked in (None, "none"):
        return 0
    if asked is not None and asked.isascii() and asked.isdecimal() and len(asked) < 7:
        return int(asked)
    raise OptionError(f"--rows {asked} is not a number of rows", hint="such as --rows 5")


def _job(given: ReconcileOptions) -> Job:
    from xentcli.cli.settings import per_class_of, settings_of
    from xentcli.conventions.registry import CONVENTIONS, convention

    names = list(CONVENTIONS)
    if given.compared.conventions is not None:
        names = [name.strip() for name in given.compared.conventions.split(",")]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise OptionError(f"--with names {twice} twice", hint="name each convention once")
    compared = tuple(convention(name) for name in names)
    variant = Variant(
        # What one of them refuses is refused for all when it is read.
        convention=next((c for c in compared if not c.clips_outside), compared[0]),
        settings=settings_of(given.variant, given.pos_weight.pos_weight),
        per_class=per_class_of(given.variant),
        compared=compared,
    )
    weights, loss = given.weights.weights, given.compared.loss
    input = input_of(given.reading, given.masks, loss, weights=weights, sums=given.sums)
    keep = Keep(head=_rows(given.compared.rows))
    return Job.of(input, variant, keep, run_of(given.reading.run))


reconcile = Command(_run, HELP)
