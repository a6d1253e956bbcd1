"""The input of a job and how it runs, from options: as typed, checked."""

import difflib
import math

from xentcli.blocks.input import Input, RowSums
from xentcli.blocks.layout import Loss
from xentcli.cli.input_options import InputOptions, MaskOptions, ReadingOptions, RunOptions
from xentcli.cli.loss_options import RowSumOptions
from xentcli.errors import OptionError
from xentcli.formats.grammar import INEXACT
from xentcli.formats.registry import FORMATS
from xentcli.job import Run
from xentcli.text import bytes_of


def input_of(
    options: ReadingOptions,
    masks: MaskOptions,
    loss: Loss | None,
    *,
    weights: str | None = None,
    sums: RowSumOptions | None = None,
) -> Input:
    """What the options say of the input."""
    given, run = options
    _refuse_inexact(given, masks)
    return Input(
        loss=loss,
        files=tuple(given.files or ()),
        labels=given.labels,
        logits=given.logits,
        probs=given.probs,
        weights=weights,
        mask=masks.mask,
        input_format=_known(given.input_format),
        delimiter=given.delimiter,
        header=_either(given.header, given.no_header),
        missing=given.missing,
        missing_values=_words(given.missing_values),
        classes=tuple(given.classes.split(",")) if given.classes is not None else (),
        label_base=given.label_base,
        ignore_index=masks.ignore_index,
        axis=given.axis,
        sums=_sums(sums),
        reader=run.reader,
        memory=_memory(run.memory),
    )


def run_of(run: RunOptions) -> Run:
    """How the options say to run."""
    return Run(_at_least_one(run.jobs), run.engine, _scheduler(run))


def _known(asked: str | None) -> str | None:
    if asked is not None and asked not in FORMATS:
        problem = f"--input-format {asked} is none of {', '.join(FORMATS)}"
        near = difflib.get_close_matches(asked, FORMATS, n=1)
        raise OptionError(problem, hint=f"did you mean {near[0]}?" if near else None)
    return asked


def _refuse_inexact(given: InputOptions, masks: MaskOptions) -> None:
    """OptionError for labels that float64 does not hold."""
    ignored = masks.ignore_index
    if ignored is not None and not math.isfinite(ignored):
        raise OptionError(f"--ignore-index {ignored} equals no label", hint="give a number")
    for option, number in (
        ("--ignore-index", ignored or 0),
        ("--label-base", given.label_base or 0),
    ):
        if abs(number) >= INEXACT:
            problem = f"{option} {number:.0f} is beyond 2^53, where float64 rounds whole numbers"
            raise OptionError(problem, hint="number the classes from 0 where labels are written")


def _words(listed: str | None) -> tuple[str, ...]:
    words = tuple(word.strip() for word in listed.split(",")) if listed is not None else ()
    if "" in words:
        hint = "an empty cell is missing anyway; such as --missing-values '?,nan'"
        raise OptionError("--missing-values has an empty word", hint=hint)
    return words


def _sums(given: RowSumOptions | None) -> RowSums:
    """What is to happen to rows of probabilities that do not sum to 1."""
    if given is None:
        return "check"
    if given.renormalise and given.as_is:
        problem = "--renormalise and --as-is exclude each other"
        raise OptionError(problem, hint="give one of them")
    if given.renormalise:
        return "renormalise"
    return "as-is" if given.as_is else "check"


def _at_least_one(jobs: int | None) -> int | None:
    if jobs is not None and jobs < 1:
        raise OptionError(f"--jobs {jobs} is not a number >= 1", hint="1 starts no processes")
    return jobs


def _memory(asked: str | None) -> int | None:
    """The bytes that ``--memory`` allows."""
    if asked is None:
        return None
    found = bytes_of(asked)
    if not found:
        raise OptionError(f"--memory {asked} is not a size", hint="such as 500M or 8G")
    return found


def _scheduler(run: RunOptions) -> str | None:
    """The address of a cluster, which makes sense for one and brings its own workers."""
    address = run.scheduler
    if address is not None and run.engine != "dask":
        raise OptionError("--scheduler is given without --engine dask", hint="add --engine dask")
    if address is not None and run.jobs is not None:
        problem = "--jobs and --scheduler exclude each other"
        raise OptionError(problem, hint="a cluster has as many workers as were started for it")
    return address


def _either(header: bool, no_header: bool) -> bool | None:
    if header and no_header:
        raise OptionError("--header and --no-header exclude each other", hint="give one of them")
    return header or (False if no_header else None)
