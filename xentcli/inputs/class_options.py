"""The classes that options declare, and those that score columns name."""

import math
from collections import Counter
from collections.abc import Sequence

from xentcli.blocks.input import Input
from xentcli.errors import OptionError
from xentcli.formats.class_names import named
from xentcli.formats.classes import NO_CLASSES, WORDS, Classes, number_of
from xentcli.formats.grammar import INEXACT


def known(input: Input) -> Classes:
    """The classes of ``--classes``, else the words that are labels anyway."""
    found = declared(input)
    return found if found.names else WORDS


def declared(input: Input) -> Classes:
    """The classes of ``--classes``; OptionError where two are called alike."""
    names = tuple(name.strip() for name in input.classes)
    if not names:
        return NO_CLASSES
    if "" in names:
        raise OptionError("--classes has an empty name", hint="such as --classes cat,dog")
    for name in names:
        if abs(number_of(name)) >= INEXACT:
            problem = f"--classes has {name}, which is beyond 2^53, where float64 rounds"
            raise OptionError(problem, hint="name the class in words, in the labels as well")
    keys = [_key(name) for name in names]
    common = Counter(keys)
    for name, key in zip(names, keys, strict=True):
        if common[key] > 1:
            raise OptionError(f"--classes has {name} twice", hint="give each class one name")
    both = next((name for name in names if name in input.missing_values), None)
    if both is not None:
        problem = f"{both} is one of --classes and of --missing-values"
        raise OptionError(problem, hint="leave it out of one of them")
    if input.label_base is not None:
        raise OptionError(
            "--classes and --label-base exclude each other",
            hint="list the numbers as classes, or leave out --classes",
        )
    return Classes(names, declared=True)


def of_columns(input: Input, columns: Sequence[str]) -> Classes:
    """The classes that score columns of these names stand for, for labels in one column.

    ``--label-base`` says that labels are numbers of columns. OptionError where a number would be
    that of two columns, unless options say what labels are.
    """
    if len(columns) < 2 or input.loss == "bce":
        return NO_CLASSES
    found = named(tuple(columns))
    classes = Classes(found.shown, found.levels, by_number=input.label_base is None)
    if not input.classes and (pair := classes.one_number) is not None:
        one, two = (columns[number] for number in pair)
        raise OptionError(
            f"{one} and {two} are named by the same number",
            hint="if labels count the columns say --label-base 0, else --classes NAME,NAME,...",
        )
    return classes


def _key(name: str) -> str | float:
    value = number_of(name)
    return name if math.isnan(value) else value
