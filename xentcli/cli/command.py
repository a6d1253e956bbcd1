"""The command that ``bce`` and ``ce`` are: the same options, handed over as a Job.

What only a run needs is imported by the run: ``--help`` and completion build this command too.
"""

from collections.abc import Callable

from xentcli.cli import options as o
from xentcli.errors import OptionError
from xentcli.job import Job, Loss


def loss_command(loss: Loss, text: str) -> Callable[..., int]:
    """The command for ``loss``; ``text`` is its help."""

    def command(
        files: o.Files = None,
        labels: o.Labels = None,
        logits: o.Logits = None,
        probs: o.Probs = None,
        weights: o.Weights = None,
        input_format: o.InputFormatOption = None,
        delimiter: o.Delimiter = None,
        header: o.Header = False,
        no_header: o.NoHeader = False,
        missing: o.MissingOption = "error",
        form: o.FormatOption = None,
        rows: o.RowsOption = None,
        precision: o.Precision = 6,
        output: o.Output = None,
        quiet: o.Quiet = False,
        debug: o.Debug = False,
        expect: o.Expect = None,
        tol: o.Tolerance = None,
        most: o.Most = None,
    ) -> int:
        from xentcli.cli.gates import Gates
        from xentcli.cli.run import Output, run

        job = Job(
            loss=loss,
            files=tuple(files or ()),
            labels=labels,
            logits=logits,
            probs=probs,
            weights=weights,
            input_format=input_format,
            delimiter=delimiter,
            header=_either(header, no_header),
            missing=missing,
        )
        return run(job, Output(form, rows, precision, output, quiet), Gates(expect, tol, most))

    command.__doc__ = text
    return command


def _either(header: bool, no_header: bool) -> bool | None:
    if header and no_header:
        raise OptionError("--header and --no-header exclude each other", hint="give one of them")
    return header or (False if no_header else None)
