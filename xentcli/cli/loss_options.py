"""Options that say which variant of the loss is computed."""

from typing import Annotated, Literal, NamedTuple

from xentcli.cli.command import LOSS, WEIGHTS, option
from xentcli.cli.completion import complete_class_weights, complete_conventions, complete_reductions
from xentcli.job import Average, Base

DtypeName = Literal["float64", "float32", "float16"]


class VariantOptions(NamedTuple):
    """What the user changes of a convention."""

    class_weight: Annotated[
        str | None,
        option(
            WEIGHTS,
            "--class-weight",
            metavar="W",
            help="Weights: 0=1,1=3, an array or balanced",
            autocompletion=complete_class_weights,
        ),
    ] = None
    label_smoothing: Annotated[
        float,
        option(
            LOSS, "--label-smoothing", metavar="A", help="Labels become y(1-A) + A/k (bce: k = 2)"
        ),
    ] = 0.0
    focal_gamma: Annotated[
        float | None,
        option(LOSS, "--focal-gamma", metavar="G", help="Focal loss: times (1-p)^G"),
    ] = None
    focal_alpha: Annotated[
        str | None,
        option(LOSS, "--focal-alpha", metavar="A", help="Focal loss: balance, one or per class"),
    ] = None
    eps: Annotated[
        float | None, option(LOSS, "--eps", metavar="E", help="Clip probabilities to [E, 1-E]")
    ] = None
    reduction: Annotated[
        str | None,
        option(
            LOSS,
            "--reduction",
            metavar="NAME",
            help="mean sum none mean-by-weight ...",
            autocompletion=complete_reductions,
        ),
    ] = None
    base: Annotated[
        Base,
        option(LOSS, "--base", metavar="e|2|10", help="Nats, bits or bans (default: e)"),
    ] = "e"


class PosWeightOptions(NamedTuple):
    """What only binary cross-entropy has."""

    pos_weight: Annotated[
        str | None,
        option(WEIGHTS, "--pos-weight", metavar="W", help="Weight of the positive terms"),
    ] = None


class ConventionOptions(NamedTuple):
    """The one convention that a loss is computed by, and how classes count in it."""

    convention: Annotated[
        str,
        option(
            LOSS,
            "--convention",
            "-c",
            metavar="NAME",
            help="Default: exact; see xent conventions",
            autocompletion=complete_conventions,
        ),
    ] = "exact"
    dtype: Annotated[
        DtypeName | None,
        option(LOSS, "--dtype", metavar="TYPE", help="float64 float32 (default: as convention)"),
    ] = None
    average: Annotated[
        Average,
        option(WEIGHTS, "--average", metavar="NAME", help="macro: the mean of the classes' means"),
    ] = "micro"


class RowSumOptions(NamedTuple):
    """What happens to rows of probabilities that do not sum to 1."""

    renormalise: Annotated[
        bool, option(LOSS, "--renormalise", help="Divide rows of probabilities by their sum")
    ] = False
    as_is: Annotated[bool, option(LOSS, "--as-is", help="Rows need not sum to 1")] = False
