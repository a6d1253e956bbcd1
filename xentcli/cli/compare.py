"""``xent compare``."""

from typing import Final

from xentcli.cli.command import Given, command, job_of
from xentcli.cli.groups import READING, SUMMING, VARYING, WEIGHING, WRITING
from xentcli.errors import OK, OptionError
from xentcli.job import Job

HELP: Final = """One input by every convention that can take it, and why they differ.

[bold]Examples[/bold]
  xent compare preds.csv
  xent compare --labels 1,0,1 --probs 0.9,0,1 --with keras3,torch,sklearn
  xent compare preds.csv --with exact,keras2 --rows 5
  xent compare preds.csv -f json

The reference is the first convention; each other one is reached from it by one change after the \
other, and the reason names the changes that moved the value.

COLS are columns of FILE (y, 'prob_*', a..c, :2..4), an array (1,0,1 or \\[\\[1,0],\\[0,1]]), or \
@FILE for an array in a file.
"""

_OPTIONS: Final = [
    *READING,
    "conventions",
    "loss",
    *WEIGHING,
    *(name for name in VARYING if name != "dtype"),
    "pos_weight",
    *SUMMING,
    "differing",
    "whole_form",
    *(name for name in WRITING if name != "form"),
]


def _run(given: Given) -> int:
    from xentcli.cli.gathered import input_names, summary
    from xentcli.cli.output import Output
    from xentcli.cli.say import refuse_warnings, tell_remarks
    from xentcli.comparison import measured
    from xentcli.reasons import Comparing
    from xentcli.render.compared import compared_text

    output = Output.of(given)
    form = output.chosen
    if form == "value":
        raise OptionError("compare has no one number", hint="-f json and -f csv have them all")
    job = _job(given)._replace(head=_rows(given.differing))
    with output.opened(job) as write:
        gathered = summary(job, measured, quiet=bool(output.quiet), command="compare")
        found = Comparing.of(job, gathered)
        if output.strict:
            refuse_warnings(found.remarks)
        files = input_names(job) if form == "json" else ()
        text = compared_text(found, form, output.precision, files, to_file=output.path is not None)
        write(text)
    tell_remarks(found.remarks, output.quiet)
    return OK


def _rows(asked: str | None) -> int:
    """How many of the samples on which the conventions differ most are wanted."""
    if asked in (None, "none"):
        return 0
    if asked is not None and asked.isascii() and asked.isdecimal() and len(asked) < 7:
        return int(asked)
    raise OptionError(f"--rows {asked} is not a number of rows", hint="such as --rows 5")


def _job(given: Given) -> Job:
    from xentcli.cli.settings import per_class_of, settings_of
    from xentcli.conventions.registry import CONVENTIONS, convention

    names = list(CONVENTIONS)
    if given.conventions is not None:
        names = [name.strip() for name in given.conventions.split(",")]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise OptionError(f"--with names {twice} twice", hint="name each convention once")
    compared = tuple(convention(name) for name in names)
    return job_of(given, given.loss)._replace(
        compared=compared,
        # What one of them refuses the readers refuse for all.
        convention=next((c for c in compared if not c.clips_outside), compared[0]),
        settings=settings_of(given),
        per_class=per_class_of(given),
    )


compare = command(_run, HELP, _OPTIONS)
