"""``xent accuracy``."""

from typing import Annotated, Final, NamedTuple

from xentcli.cli.command import LOSS, Command, option
from xentcli.cli.input_options import MaskOptions, ReadingOptions
from xentcli.cli.job_parts import input_of, run_of
from xentcli.cli.output_options import AnyFormat, WritingOptions
from xentcli.errors import OK, OptionError
from xentcli.job import Job, Variant

HELP: Final = """Binary, categorical and sparse accuracy side by side, and which 'acc' is.

[bold]Examples[/bold]
  xent accuracy --labels 1,0,1 --probs 0.9,0.4,0.3
  xent accuracy --labels '1,0,0;0,1,0' --logits '4,1,0.5;0,1,3'
  xent accuracy preds.csv --labels y --probs 'prob_*'
  xent accuracy preds.csv --threshold 0.75
  cat preds.csv | xent accuracy -f json

The shapes decide: one label per score has binary accuracy, rows of two labels or more have \
categorical accuracy too, class numbers have sparse categorical accuracy. Keras 2 and Keras 3 \
differ in which of them they report as 'acc'.

COLS are columns of FILE (y, 'prob_*', a..c, :2..4), an array (1,0,1 or \\[\\[1,0],\\[0,1]]), or \
@FILE for an array in a file.
"""


class ThresholdOptions(NamedTuple):
    """What a prediction is."""

    threshold: Annotated[
        float,
        option(
            LOSS, "--threshold", metavar="T", help="Predict 1 above this probability (default: 0.5)"
        ),
    ] = 0.5


class AccuracyOptions(NamedTuple):
    """All options of the command."""

    reading: ReadingOptions
    masks: MaskOptions
    predicting: ThresholdOptions
    form: AnyFormat
    writing: WritingOptions


def _run(given: AccuracyOptions) -> int:
    from xentcli.cli.output import Output
    from xentcli.cli.summaries import written
    from xentcli.measures.accuracy.report import Meanings
    from xentcli.measures.accuracy.tally import measured
    from xentcli.render.accuracy import document

    job, output = _job(given), Output.of(given.form, given.writing)
    written(job, output, "accuracy", measured, Meanings.of, document)
    return OK


def _job(given: AccuracyOptions) -> Job:
    threshold = given.predicting.threshold
    if not 0 < threshold < 1:
        problem = f"--threshold {threshold:g} is not between 0 and 1"
        raise OptionError(problem, hint="it is a probability, also for logits")
    input = input_of(given.reading, given.masks, None)._replace(
        square="bce",
        sums="ignore",  # the largest of a row is the largest whatever its sum
    )
    return Job.of(input, Variant(threshold=threshold), run=run_of(given.reading.run))


accuracy = Command(_run, HELP)
