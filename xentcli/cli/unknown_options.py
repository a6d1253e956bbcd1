"""Options and commands that xent does not have: what to type instead, in one line."""

import difflib
import os
from collections.abc import Mapping
from typing import Any, Final

from xentcli.cli.command import Command
from xentcli.cli.valueless_options import declared

SYNONYMS: Final[Mapping[str, tuple[str, ...]]] = {
    "--labels": ("--y-true", "--true", "--truth", "--ground-truth", "--gt", "--target", "--y"),
    "--logits": ("--from-logits", "--raw-scores", "--margins"),
    "--logits or --probs": (
        *("--y-pred", "--pred", "--preds", "--prediction", "--predictions", "--predicted"),
        *("--score", "--scores", "--input", "--inputs", "--yhat", "--y-hat"),
    ),
    "--probs": ("--y-prob", "--y-proba", "--proba", "--probas", "--predict-proba", "--y-score"),
    "--weights": ("--sample-weight", "--sample-weights", "--importance"),
    "--class-weight balanced": ("--balanced", "--balance", "--balance-classes"),
    "--average macro": ("--macro",),
    "--classes": ("--class-names", "--label-names", "--names", "--label-map", "--id2label"),
    "--label-base 1": ("--one-based", "--1-based"),
    "--label-base": ("--offset", "--label-offset", "--base-index", "--start-index"),
    "--axis": ("--dim", "--class-axis", "--channel-axis"),
    "--ignore-index": ("--ignore", "--pad-id", "--padding-idx", "--pad-token-id"),
    "--missing skip": ("--dropna", "--skip-na", "--skip-missing", "--drop-missing", "--skipna"),
    "--convention": ("--framework", "--library", "--backend", "--like", "--style", "--flavor"),
    "--reduction": ("--reduce", "--aggregate", "--agg"),
    "--label-smoothing": ("--smoothing", "--smooth"),
    "--eps": ("--epsilon", "--clip", "--clip-value", "--clamp"),
    "--focal-gamma": ("--gamma", "--focal"),
    "--focal-alpha": ("--alpha",),
    "--base 2": ("--bits", "--log2"),
    "--base": ("--log-base", "--unit", "--units"),
    "--dtype": ("--float-type", "--float"),
    "--dtype float32": ("--float32", "--fp32", "--single"),
    "--delimiter": ("--sep", "--separator"),
    "--input-format": ("--input-type", "--filetype", "--file-type", "--type"),
    "--jobs": ("--threads", "--workers", "--processes", "-j", "--n-jobs", "--num-workers"),
    "--by": ("--group-by", "--groupby", "--group", "--groups", "--stratify"),
    "--worst": ("--top", "--top-k", "--hardest", "--largest"),
    "--rows": ("--head", "--limit", "--nrows", "-n", "--samples"),
    "--precision": ("--digits", "--decimals", "--places"),
    "--grad": ("--gradient", "--gradients", "--derivative"),
    "--output": ("--out", "--save", "--outfile", "--output-file"),
    "-f json": ("--json",),
    "-f csv": ("--csv",),
    "-f markdown": ("--md", "--markdown"),
    "-f value": ("--value", "--short", "--terse", "--number"),
    "-q": ("--silent", "--no-notes"),
    "--expect": ("--equals", "--assert", "--check"),
    "--tol": ("--tolerance", "--atol", "--abs-tol"),
    "--max-mean": ("--max-loss", "--at-most", "--fail-above", "--fail-over"),
    "--max-normalised": ("--max-normalized", "--max-ratio"),
}
"""What to type, and what other programs call it."""

NEEDLESS: Final[Mapping[str, str]] = {
    "--batch-size": "files are read in blocks of their own size; --jobs N sets the processes",
    "--plot": "xent draws nothing: -f csv and -f json are for programs that do",
    "--num-classes": "the number of classes is that of the score columns",
    "--verbose": "notes are shown already; --debug shows an error's traceback",
    "--seed": "nothing is random here",
    "--device": "xent computes on the CPU",
}
"""Options that there is no need for, and why."""

OTHER_COMMANDS: Final[Mapping[str, str]] = {
    "compare": "xent reconcile takes one input through the conventions and says why they differ",
    "eval": "the commands are bce, ce and accuracy",
    "evaluate": "the commands are bce, ce and accuracy",
}
"""Commands that there are not, and what to use instead."""

CLOSE: Final = 0.75
"""How alike words are, of 1, that stand for one another."""

MOST_NEAR: Final = 4
"""Options with one beginning that are named together."""

_ALIKE: Final[Mapping[str, str]] = {
    "--chunk-size": "--batch-size",
    "--chunksize": "--batch-size",
    "--block-size": "--batch-size",
    "--stream": "--batch-size",
    "--chart": "--plot",
    "--histogram": "--plot",
    "--hist": "--plot",
    "--draw": "--plot",
    "--show": "--plot",
    "--n-classes": "--num-classes",
    "--num-labels": "--num-classes",
    "-v": "--verbose",
    "--gpu": "--device",
    "--cuda": "--device",
    "--random-state": "--seed",
}


def option_advice(name: str, own: list[str], command: str, others: Mapping[str, list[str]]) -> str:
    """What to type instead of the option ``name``; nothing where nothing is known of it.

    ``own`` are the options of ``command`` (the empty string: of no command) and ``others`` those
    of all commands by name.

    >>> option_advice("--sample-weight", ["--weights", "--logits"], "bce", {})
    'did you mean --weights?'
    """
    typed = name.replace("_", "-").lower()
    if typed in own:
        return f"did you mean {typed}?"
    if not command:
        return _of_commands(typed, others)
    having = [other for other, options in others.items() if typed in options]
    if having:
        return f"it is an option of {_listed([f'xent {other}' for other in having])}"
    if reason := NEEDLESS.get(_ALIKE.get(typed, typed)):
        return reason
    if meant := next((use for use, words in SYNONYMS.items() if typed in words), None):
        return _meant(meant, own, others)
    whole = [option for option in own if option.startswith(typed) and len(typed) > 2]
    near = difflib.get_close_matches(typed, own, 1, CLOSE)
    found = whole if 0 < len(whole) <= MOST_NEAR else near
    return f"did you mean {_listed(found, 'or')}?" if found else ""


def command_advice(word: str, commands: list[str]) -> str:
    """What to type instead of the command ``word``: one that is near, or one that takes a file."""
    if word in OTHER_COMMANDS:
        return OTHER_COMMANDS[word]
    if near := difflib.get_close_matches(word, commands, n=1):
        return f"did you mean {near[0]}?"
    if os.path.exists(word) or "." in word or word == "-":
        return f"say what to do with it: xent bce {word} or xent ce {word}"
    return f"the commands are {', '.join(commands)}"


def _of_commands(typed: str, others: Mapping[str, list[str]]) -> str:
    """Options before the command, or without one."""
    having = [f"xent {other}" for other, options in others.items() if typed in options]
    if not having:
        return ""
    first, *rest = having[:2]
    return f"options follow the command: {first} {typed} ..." + "".join(
        f" or {other} {typed} ..." for other in rest
    )


def _meant(meant: str, own: list[str], others: Mapping[str, list[str]]) -> str:
    option = meant.split()[0]
    if option in own:
        return f"did you mean {meant}?"
    having = [f"xent {other}" for other, options in others.items() if option in options]
    return f"{option} of {_listed(having)} does that" if having else ""


def _listed(names: list[str], word: str = "and") -> str:
    return f" {word} ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def advice(error: Any, commands: Mapping[str, Command]) -> str:
    """What to type instead, for one of Typer's usage errors; nothing for any other error.

    Their classes are not public, so they are told apart by what they carry.
    """
    context = getattr(error, "ctx", None)
    name = getattr(error, "option_name", None)
    if name is not None and hasattr(error, "possibilities") and context is not None:
        own = [word for param in context.command.params for word in param.opts]
        command = "" if context.parent is None else str(context.info_name)
        return option_advice(
            name, own, command, {n: list(declared(c)) for n, c in commands.items()}
        )
    message = str(getattr(error, "message", ""))
    if context is not None and context.parent is None and message.startswith("No such command"):
        word = message.partition(". Did you mean")[0].partition("'")[2].rpartition("'")[0]
        return command_advice(word, list(commands))
    return ""
