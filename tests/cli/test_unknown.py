"""Options and commands that xent does not have: the answer names what to type."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from support import Ran

from xentcli.cli.app import COMMANDS
from xentcli.cli.unknown_options import NEEDLESS, SYNONYMS
from xentcli.cli.valueless_options import declared

Xent = Callable[..., Ran]

ANSWERS = {
    "--plot": "xent draws nothing",
    "--batch-size=32": "files are read in blocks",
    "--chunksize=32": "files are read in blocks",
    "--weigths=w": "did you mean --weights?",
    "--logitz=z": "did you mean --logits?",
    "--sample_weight=w": "did you mean --weights?",
    "--y-pred=p": "did you mean --logits or --probs?",
    "--dropna": "did you mean --missing skip?",
    "-j": "did you mean --jobs?",
    "--focal-g=2": "did you mean --focal-gamma?",
    "--threshold=0.5": "it is an option of xent accuracy",
}


@pytest.mark.parametrize("option", ANSWERS)
def test_an_unknown_option_is_answered_with_a_known_one(xent: Xent, option: str) -> None:
    ran = xent("bce", option)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert f"No such option: {option.partition('=')[0]}; {ANSWERS[option]}" in ran.err
    assert ran.err.endswith("see xent bce --help\n")


def test_what_resembles_nothing_is_answered_with_nothing(xent: Xent) -> None:
    assert xent("bce", "--foobar").err == (
        "xent: error: No such option: --foobar; see xent bce --help\n"
    )


def test_options_of_other_commands_are_told_from_unknown_ones(xent: Xent) -> None:
    assert "it is an option of xent bce and xent reconcile" in xent("ce", "--pos-weight", 2).err
    assert "--by of xent bce and xent ce does that" in xent("accuracy", "--group-by", "g").err


def test_options_without_a_command(xent: Xent) -> None:
    ran = xent("--labels", 1, "--logits", 2)
    assert ran.code == 2
    assert "xent bce --labels ... or xent ce --labels ..." in ran.err
    assert xent("--bogus").err == "xent: error: No such option: --bogus; see xent --help\n"


def test_a_file_without_a_command(xent: Xent, tmp_path: Path) -> None:
    file = tmp_path / "preds"
    assert f"'{file}'; the commands are bce, ce" in xent(file).err
    file.touch()
    assert f"say what to do with it: xent bce {file} or xent ce {file}" in xent(file).err
    assert "xent bce preds.csv or xent ce preds.csv" in xent("preds.csv").err
    assert "No such command 'bec'; did you mean bce?" in xent("bec").err
    assert "xent reconcile takes one input through the conventions" in xent("compare").err


@pytest.mark.parametrize("args", [("help",), ("help", "ce"), ("help", "conventions")], ids=str)
def test_help_is_also_a_word(xent: Xent, args: tuple[str, ...]) -> None:
    assert xent(*args) == xent(*args[1:], "--help")


def test_a_short_word_for_the_version(xent: Xent) -> None:
    assert xent("-V") == xent("--version")


def test_every_answer_names_options_that_there_are() -> None:
    known = {option for command in COMMANDS.values() for option in declared(command)}
    for text in (*SYNONYMS, *NEEDLESS.values()):
        named = re.findall(r"(?<!\S)--?[a-z][a-z-]*", text)
        assert set(named) <= known, text
    words = [word for own in SYNONYMS.values() for word in own] + [*NEEDLESS]
    assert len(set(words)) == len(words)
    assert not set(words) & known


VALUED = [
    (name, option, own.value)
    for name, command in COMMANDS.items()
    for option, own in declared(command).items()
    if own.value
]


@pytest.mark.parametrize(("command", "option", "value"), VALUED)
def test_an_option_without_its_value_says_what_that_is(
    xent: Xent, command: str, option: str, value: str
) -> None:
    for after in ([], [option, "preds.csv"], ["--help"]):
        ran = xent(command, option, *after)
        follows = f", and {after[0]} follows" if after else ""
        start = f"xent: error: {option} needs a value{follows}: {option} {value}, "
        assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
        assert ran.err.startswith(start)
        assert ran.err.endswith(f"; see xent {command} --help\n")


def test_values_that_look_like_options_and_are_none(xent: Xent) -> None:
    given = ["--labels", "-1,1", "--logits", "-2,1", "--missing-values", "--", "-f", "value"]
    assert xent("bce", *given).code == 0
    assert "no column --labels" in xent("bce", "--by=--labels", stdin="y,p\n1,0.5\n").err
    assert "--strict does not take a value" in xent("bce", "--strict=1").err.replace("'", "")
    assert "see xent --help" in xent("--completion").err
