"""``xent accuracy``."""

from typing import Final

from xentcli.cli.command import Given, command, job_of
from xentcli.cli.groups import READING, WRITING
from xentcli.errors import OK, OptionError
from xentcli.job import Job

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


def _run(given: Given) -> int:
    from xentcli.accuracies import measured
    from xentcli.cli.gathered import input_names, summary
    from xentcli.cli.output import Output
    from xentcli.cli.say import refuse_warnings, tell_remarks
    from xentcli.meanings import Meanings
    from xentcli.render.accuracies import accuracies_text

    output, job = Output.of(given), _job(given)
    form = output.chosen
    with output.opened(job) as write:
        counted = summary(job, measured, quiet=bool(output.quiet), command="accuracy")
        found = Meanings.of(job, counted)
        if output.strict:
            refuse_warnings(found.remarks)
        files = input_names(job) if form == "json" else ()
        to_file = output.path is not None
        write(accuracies_text(found, form, output.precision, files, to_file=to_file))
    tell_remarks(found.remarks, output.quiet)
    return OK


def _job(given: Given) -> Job:
    if not 0 < given.threshold < 1:
        problem = f"--threshold {given.threshold:g} is not between 0 and 1"
        raise OptionError(problem, hint="it is a probability, also for logits")
    return job_of(given, None)._replace(
        square="bce",
        threshold=given.threshold,
        sums="ignore",  # the largest of a row is the largest whatever its sum
    )


accuracy = command(_run, HELP, [*READING, "mask", "ignore_index", "threshold", *WRITING])
