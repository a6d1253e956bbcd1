"""What the user changes of a convention, checked: from option values to Settings."""

import math
from typing import Final

from xentcli.blocks.input import Input
from xentcli.cli.loss_options import VariantOptions
from xentcli.cli.output_options import SampleOptions
from xentcli.conventions import Convention
from xentcli.errors import OptionError
from xentcli.job import Average, PerClass, Settings

BALANCED: Final = "balanced"


def settings_of(given: VariantOptions, pos_weight: str | None = None) -> Settings:
    """The values of the options that vary a loss; OptionError for one out of range."""
    reduction = given.reduction
    smoothing = given.label_smoothing
    if not 0 <= smoothing <= 1:
        raise OptionError(
            f"--label-smoothing {smoothing:g} is not between 0 and 1",
            hint="such as --label-smoothing 0.1",
        )
    eps = given.eps
    if eps is not None and not 0 < eps < 0.5:
        raise OptionError(f"--eps {eps:g} is not between 0 and 0.5", hint="such as --eps 1e-7")
    gamma = given.focal_gamma
    if gamma is not None and not 0 <= gamma < math.inf:
        raise OptionError(f"--focal-gamma {gamma:g} is not a number >= 0", hint="2 is usual")
    alpha = _numbers("--focal-alpha", given.focal_alpha)
    if alpha and gamma is None:
        raise OptionError(
            "--focal-alpha is given without --focal-gamma", hint="add --focal-gamma 2"
        )
    return Settings(
        label_smoothing=smoothing,
        class_weight=_class_weight(given.class_weight),
        pos_weight=_numbers("--pos-weight", pos_weight),
        focal_gamma=gamma,
        focal_alpha=alpha,
        eps=eps,
        reduction=None if reduction is None else reduction.lower().replace("_", "-"),
        base=given.base,
    )


def per_class_of(
    given: VariantOptions, average: Average = "micro", shown: SampleOptions | None = None
) -> PerClass | None:
    """How classes are to count, None: by their samples; OptionError for what that excludes.

    ``shown`` are samples and groups that are wanted beside the mean, where there may be some.
    """
    macro = average == "macro"
    if given.class_weight != BALANCED and not macro:
        return None
    asked = "--average macro" if macro else f"--class-weight {BALANCED}"
    reduction = given.reduction or ""
    for option, used in (
        ("--class-weight", macro and given.class_weight is not None),
        (f"--reduction {reduction}", reduction.lower() == "none" or (macro and reduction == "sum")),
        ("--grad", shown is not None and shown.grad),
        ("--by", shown is not None and shown.by is not None),
    ):
        if used:
            hint = "type the weights of the classes" if not macro else f"leave out {option}"
            raise OptionError(f"{asked} and {option} exclude each other", hint=hint)
    return "macro" if macro else BALANCED


def in_dtype(convention: Convention, dtype: str | None) -> Convention:
    """``convention`` computing in ``dtype``; OptionError where the library does not."""
    if dtype is None:
        return convention
    if dtype not in convention.dtypes:
        from xentcli.conventions.registry import CONVENTIONS

        have = [name for name, other in CONVENTIONS.items() if dtype in other.dtypes]
        raise OptionError(
            f"{convention.name} computes in {' and '.join(convention.dtypes)} only, not in {dtype}",
            hint=f"conventions that do: {', '.join(have)}",
        )
    return convention._replace(dtype=dtype)


def _class_weight(text: str | None) -> tuple[tuple[str, float], ...] | tuple[float, ...]:
    if text == BALANCED:
        return ()
    if text is None or "=" not in text or text.startswith("@"):
        return _numbers("--class-weight", text)
    pairs = []
    for item in text.split(","):
        name, _, weight = item.rpartition("=")
        if not name:
            raise OptionError(f"--class-weight {item} is no NAME=WEIGHT", hint="such as 0=1,1=3")
        pairs.append((name.strip(), _numbers("--class-weight", weight)[0]))
    names = [name for name, _ in pairs]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise OptionError(f"--class-weight names {twice} twice", hint="name every class once")
    return tuple(pairs)


def _numbers(option: str, text: str | None) -> tuple[float, ...]:
    """An array of numbers >= 0, as typed or from a file; empty where nothing was given."""
    if text is None:
        return ()
    from xentcli.inputs.arguments import array

    cells = array(Input(loss=None), option.removeprefix("--"), text)
    numbers = cells.values.ravel().tolist()
    if not numbers:
        raise OptionError(f"{option} holds no number")
    for number in numbers:
        if not 0 <= number < math.inf:
            raise OptionError(f"{option}: {number:g} is not a number >= 0")
    return tuple(numbers)
