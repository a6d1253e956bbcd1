"""Options that say what the input is, how it is written, and who reads it."""

from typing import Annotated, NamedTuple

import typer

from xentcli.blocks.input import Missing, Reader
from xentcli.cli.command import INPUT, WEIGHTS, option
from xentcli.cli.completion import complete_classes, complete_columns, complete_input_formats
from xentcli.formats.registry import FORMATS
from xentcli.job import Engine


class InputOptions(NamedTuple):
    """Files, the columns or arrays in them, and how they are written."""

    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[FILE]...",
            help="Files, directories or patterns; - or none: stdin",
            show_default=False,
            rich_help_panel="Files",
        ),
    ] = None
    labels: Annotated[
        str | None,
        option(
            INPUT,
            "--labels",
            "-y",
            metavar="COLS",
            help="Labels (default: columns label, y, target)",
            autocompletion=complete_columns,
        ),
    ] = None
    logits: Annotated[
        str | None,
        option(
            INPUT,
            "--logits",
            metavar="COLS",
            help="Before sigmoid or softmax (logit*, z_*)",
            autocompletion=complete_columns,
        ),
    ] = None
    probs: Annotated[
        str | None,
        option(
            INPUT,
            "--probs",
            metavar="COLS",
            help="Probabilities, not logits (prob*, p_*)",
            autocompletion=complete_columns,
        ),
    ] = None
    classes: Annotated[
        str | None,
        option(
            INPUT,
            "--classes",
            metavar="NAMES",
            help="Class names in order, as cat,dog",
            autocompletion=complete_classes,
        ),
    ] = None
    label_base: Annotated[
        int | None,
        option(INPUT, "--label-base", metavar="N", help="First class number (else 0 or by name)"),
    ] = None
    axis: Annotated[
        int | None,
        option(
            INPUT,
            "--axis",
            metavar="N",
            help="Axis of the classes (default: the last)",
        ),
    ] = None
    input_format: Annotated[
        str | None,
        option(
            INPUT,
            "--input-format",
            metavar="FORMAT",
            help=" ".join(FORMATS),
            autocompletion=complete_input_formats,
        ),
    ] = None
    delimiter: Annotated[
        str | None,
        option(
            INPUT,
            "--delimiter",
            "-d",
            metavar="CHAR",
            help="Separator (default: TAB , ; | or blanks)",
        ),
    ] = None
    header: Annotated[
        bool, option(INPUT, "--header", help="Line 1 holds names (one: @FILE#header=yes)")
    ] = False
    no_header: Annotated[
        bool, option(INPUT, "--no-header", help="Line 1 holds data (one: @FILE#header=no)")
    ] = False
    missing: Annotated[
        Missing,
        option(INPUT, "--missing", metavar="MODE", help="Empty cells: error skip skip-element"),
    ] = "error"
    missing_values: Annotated[
        str | None,
        option(
            INPUT, "--missing-values", metavar="LIST", help="What else is missing, such as ?,nan"
        ),
    ] = None


class RunOptions(NamedTuple):
    """Who reads the input and computes, and what that may take."""

    jobs: Annotated[
        int | None,
        option(INPUT, "--jobs", metavar="N", help="Processes for big files (default: cores)"),
    ] = None
    reader: Annotated[
        Reader,
        option(INPUT, "--reader", metavar="NAME", help="Of JSON Lines: auto, numpy or polars"),
    ] = "auto"
    memory: Annotated[
        str | None,
        option(INPUT, "--memory", metavar="SIZE", help="Memory for a JSON or Parquet file, as 8G"),
    ] = None
    engine: Annotated[
        Engine,
        option(INPUT, "--engine", metavar="NAME", help="local or dask (default: local)"),
    ] = "local"
    scheduler: Annotated[
        str | None,
        option(
            INPUT, "--scheduler", metavar="ADDR", help="Address of a Dask cluster (default: own)"
        ),
    ] = None


class WeightOptions(NamedTuple):
    """Weights of samples or elements."""

    weights: Annotated[
        str | None,
        option(
            WEIGHTS,
            "--weights",
            "-w",
            metavar="COLS",
            help="One per sample or per score, >= 0",
            autocompletion=complete_columns,
        ),
    ] = None


class MaskOptions(NamedTuple):
    """What does not count."""

    mask: Annotated[
        str | None,
        option(
            WEIGHTS,
            "--mask",
            metavar="COLS",
            help="1 where a sample counts, else 0",
            autocompletion=complete_columns,
        ),
    ] = None
    ignore_index: Annotated[
        float | None,
        option(WEIGHTS, "--ignore-index", metavar="Y", help="Label that leaves out its sample"),
    ] = None


class ReadingOptions(NamedTuple):
    """What all commands that read samples have."""

    input: InputOptions
    run: RunOptions
