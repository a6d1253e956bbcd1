"""Options that say what is shown of a result, how and where."""

from typing import Annotated, NamedTuple

from xentcli.cli.command import GATE, OUTPUT, option
from xentcli.cli.completion import complete_columns, complete_whole_formats
from xentcli.render import Format


class AnyFormat(NamedTuple):
    """The format of a result that one number can be."""

    form: Annotated[
        Format | None,
        option(
            OUTPUT,
            "--format",
            "-f",
            metavar="FORMAT",
            help="table json jsonl csv tsv markdown value",
        ),
    ] = None


class WholeFormat(NamedTuple):
    """The format of a result that is not one number.

    What refuses ``value`` says why, and nothing offers it.
    """

    form: Annotated[
        Format | None,
        option(
            OUTPUT,
            "--format",
            "-f",
            metavar="FORMAT",
            help="table json jsonl csv tsv markdown",
            autocompletion=complete_whole_formats,
        ),
    ] = None


class SampleOptions(NamedTuple):
    """Which samples and groups are shown beside the mean, and what of them."""

    rows: Annotated[
        str | None,
        option(OUTPUT, "--rows", metavar="N", help="N, all, none (default: 20, or worst 10)"),
    ] = None
    worst: Annotated[
        int | None,
        option(OUTPUT, "--worst", metavar="K", help="The K samples of the largest losses"),
    ] = None
    id: Annotated[
        str | None,
        option(
            OUTPUT,
            "--id",
            metavar="COLS",
            help="Columns of FILE to show beside losses",
            autocompletion=complete_columns,
        ),
    ] = None
    by: Annotated[
        str | None,
        option(
            OUTPUT,
            "--by",
            metavar="COLS",
            help="Loss per group: columns of FILE",
            autocompletion=complete_columns,
        ),
    ] = None
    grad: Annotated[bool, option(OUTPUT, "--grad", help="Derivatives by each logit, too")] = False


class FileOptions(NamedTuple):
    """Where the result goes."""

    output: Annotated[
        str | None,
        option(
            OUTPUT,
            "--output",
            "-o",
            metavar="FILE",
            help="Write the result there (default: stdout)",
        ),
    ] = None


class MessageOptions(NamedTuple):
    """What is said beside the result."""

    quiet: Annotated[
        int,
        option(
            OUTPUT,
            "--quiet",
            "-q",
            count=True,
            metavar="",
            help="No notes (-qq: no warnings either)",
        ),
    ] = 0
    debug: Annotated[bool, option(OUTPUT, "--debug", help="Show an error's traceback")] = False


class ResultOptions(NamedTuple):
    """How figures are written, and whether warnings are errors."""

    precision: Annotated[
        int,
        option(
            OUTPUT,
            "--precision",
            min=1,
            max=17,
            metavar="N",
            help="Digits in tables (default: 6; mean: all)",
        ),
    ] = 6
    strict: Annotated[
        bool, option(GATE, "--strict", help="Exit 2 and print nothing if there is a warning")
    ] = False


class WritingOptions(NamedTuple):
    """What all commands that write a result of samples have."""

    file: FileOptions
    result: ResultOptions
    messages: MessageOptions


class GateOptions(NamedTuple):
    """What decides the exit code."""

    expect: Annotated[
        str | None,
        option(GATE, "--expect", metavar="X", help="Exit 1 unless the mean is X, give or take T"),
    ] = None
    tol: Annotated[
        str | None,
        option(GATE, "--tol", metavar="T", help="T (default: half a unit of X's last digit)"),
    ] = None
    max_mean: Annotated[
        str | None,
        option(GATE, "--max-mean", metavar="X", help="Exit 1 unless the mean is at most X"),
    ] = None
    max_normalised: Annotated[
        str | None,
        option(
            GATE, "--max-normalised", metavar="X", help="Also: the mean as a share of the baseline"
        ),
    ] = None
