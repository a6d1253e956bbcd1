"""Completion: what can follow on the command line, of columns and of values of options."""

from typing import get_args

import typer

from xentcli.cli.completion_names import first_file, header_names, next_ones


def complete_columns(ctx: typer.Context, incomplete: str) -> list[str]:
    """Names in the header of the first FILE, or the files and columns of ``@FILE#COLS``."""
    if incomplete.startswith("@"):
        from xentcli.cli.completion_files import array_files

        return array_files(ctx, incomplete)
    return next_ones(header_names(first_file(ctx), ctx.params), incomplete)


def complete_conventions(incomplete: str) -> list[str]:
    """Names of conventions; after a comma, the next one."""
    from xentcli.conventions.registry import CONVENTIONS

    return next_ones(CONVENTIONS, incomplete)


def complete_reductions(ctx: typer.Context, incomplete: str) -> list[str]:
    """What the chosen convention calls its reductions of this command's loss."""
    from xentcli.conventions.registry import CONVENTIONS

    asked = ctx.params.get("convention") or ctx.params.get("conventions") or "exact"
    chosen = [CONVENTIONS[name] for name in asked.split(",") if name in CONVENTIONS]
    names = [
        name
        for convention in chosen
        for (kind, _), rule in convention.rules.items()
        if ctx.info_name not in ("bce", "ce") or kind.partition("-")[0] == ctx.info_name
        for name, _ in rule.reductions
    ]
    return next_ones(names, incomplete)


def complete_classes(ctx: typer.Context, incomplete: str) -> list[str]:
    """Classes of the file on the line; after a comma, the next one."""
    from xentcli.cli.completion_files import class_names

    return next_ones(class_names(ctx), incomplete)


def complete_class_weights(ctx: typer.Context, incomplete: str) -> list[str]:
    """``balanced``, or all classes with a weight of 1, to be edited; a file of weights."""
    from xentcli.cli.completion_files import class_names

    if incomplete.startswith("@"):
        return complete_columns(ctx, incomplete)
    equal = ",".join(f"{name}=1" for name in class_names(ctx))
    return [text for text in ("balanced", equal) if text and text.startswith(incomplete)]


def complete_whole_formats(incomplete: str) -> list[str]:
    """Formats of a result that is not one number."""
    from xentcli.render import Format

    return [name for name in get_args(Format) if name != "value" and name.startswith(incomplete)]


def complete_input_formats(incomplete: str) -> list[str]:
    """Formats that are read."""
    from xentcli.formats.registry import FORMATS

    return [name for name in FORMATS if name.startswith(incomplete)]
