"""Commands: a function of what was given, and the options that it takes.

What only a run needs is imported by the run: ``--help`` and completion build commands too.
"""

import errno
import inspect
import math
from collections.abc import Callable, Iterable, Mapping
from types import SimpleNamespace
from typing import Any, Final

from xentcli.cli.groups import OPTIONS
from xentcli.errors import OptionError, XentError
from xentcli.job import INEXACT, Job, Loss, RowSums
from xentcli.text import bytes_of

TOO_MANY_FILES: Final = (errno.EMFILE, errno.ENFILE)

Given = SimpleNamespace
"""The values of a command's options by their names in ``OPTIONS``."""


def command(run: Callable[[Given], int], text: str, options: Iterable[str]) -> Callable[..., int]:
    """The command that hands the values of ``options`` to ``run``; ``text`` is its help."""

    def called(**values: Any) -> int:
        try:
            return run(SimpleNamespace(**values))
        except OSError as error:
            raise _of_system(error) from error

    wanted = set(options)
    parameters = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)
        for name, (kind, default) in OPTIONS.items()
        if name in wanted
    ]
    called.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    called.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    called.__doc__ = text
    return called


def _of_system(error: OSError) -> XentError:
    """What the system refuses while no file of the user's is at hand: those know their names."""
    reason = (error.strerror or str(error)).lower()
    hint = "raise the limit, such as: ulimit -n 256" if error.errno in TOO_MANY_FILES else None
    return XentError(f"the system refuses to go on ({reason})", hint=hint)


def job_of(given: Given, loss: Loss | None) -> Job:
    """The job that the input options describe, and the weights where the command takes them."""
    values = vars(given)
    ignored = values.get("ignore_index")
    if ignored is not None and not math.isfinite(ignored):
        raise OptionError(f"--ignore-index {ignored} equals no label", hint="give a number")
    for option, number in (
        ("--ignore-index", ignored or 0),
        ("--label-base", given.label_base or 0),
    ):
        if abs(number) >= INEXACT:
            problem = f"{option} {number:.0f} is beyond 2^53, where float64 rounds whole numbers"
            raise OptionError(problem, hint="number the classes from 0 where labels are written")
    return Job(
        loss=loss,
        files=tuple(given.files or ()),
        labels=given.labels,
        logits=given.logits,
        probs=given.probs,
        weights=values.get("weights"),
        mask=values.get("mask"),
        input_format=given.input_format,
        delimiter=given.delimiter,
        header=_either(given.header, given.no_header),
        missing=given.missing,
        missing_values=_words(given.missing_values),
        classes=tuple(given.classes.split(",")) if given.classes is not None else (),
        label_base=given.label_base,
        ignore_index=ignored,
        axis=given.axis,
        sums=_sums(values),
        jobs=_at_least_one(given.jobs),
        reader=given.reader,
        engine=given.engine,
        scheduler=_scheduler(given),
        memory=_memory(given.memory),
    )


def _words(listed: str | None) -> tuple[str, ...]:
    words = tuple(word.strip() for word in listed.split(",")) if listed is not None else ()
    if "" in words:
        hint = "an empty cell is missing anyway; such as --missing-values '?,nan'"
        raise OptionError("--missing-values has an empty word", hint=hint)
    return words


def _sums(values: Mapping[str, Any]) -> RowSums:
    """What is to happen to rows of probabilities that do not sum to 1."""
    if values.get("renormalise") and values.get("as_is"):
        problem = "--renormalise and --as-is exclude each other"
        raise OptionError(problem, hint="give one of them")
    if values.get("renormalise"):
        return "renormalise"
    return "as-is" if values.get("as_is") else "check"


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


def _scheduler(given: Given) -> str | None:
    """The address of a cluster, which makes sense for one and brings its own workers."""
    address: str | None = given.scheduler
    if address is not None and given.engine != "dask":
        raise OptionError("--scheduler is given without --engine dask", hint="add --engine dask")
    if address is not None and given.jobs is not None:
        problem = "--jobs and --scheduler exclude each other"
        raise OptionError(problem, hint="a cluster has as many workers as were started for it")
    return address


def _either(header: bool, no_header: bool) -> bool | None:
    if header and no_header:
        raise OptionError("--header and --no-header exclude each other", hint="give one of them")
    return header or (False if no_header else None)
