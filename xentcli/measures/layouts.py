"""Merge the layouts of consecutive pieces of one input, or refuse those that do not fit."""

from collections.abc import Sequence
from functools import lru_cache

from xentcli.blocks.layout import Layout
from xentcli.errors import ShapeError
from xentcli.text import folded


def together(first: Layout, other: Layout) -> Layout:
    """The common layout of two pieces of one input; ShapeError if they do not fit."""
    _refuse_unlike(first, other)
    pair = _pair(first, other) or ()
    return first._replace(pair=pair, classes=first.classes or other.classes)


def _pair(first: Layout, other: Layout) -> tuple[str, ...] | None:
    """How labels 0 and 1 are written in both; None if the two differ."""
    union = {*first.pair, *other.pair}
    return tuple(sorted(union)) if len(union) <= 2 else None


def _refuse_unlike(first: Layout, other: Layout) -> None:
    """Raise ShapeError if two pieces of one input do not fit."""
    if first.scale != other.scale:
        problem = f"{other.source} has {other.scale}, {first.source} has {first.scale}"
        raise ShapeError(problem, hint="say --logits or --probs")
    if first.dtype != other.dtype:
        problem = f"{other.source} has {other.dtype or 'float64'} scores, "
        problem += f"{first.source} has {first.dtype or 'float64'}"
        raise ShapeError(problem, hint="--dtype says which type the bound is of")
    if first.outputs != other.outputs:
        problem = f"{other.source} has scores {_axes(other)}, {first.source} has {_axes(first)}"
        raise ShapeError(problem)
    if len(first.names) > 1 and other.names and first.names != other.names:
        problem = f"{other.source} has scores {_listed(other.names)}, "
        problem += f"{first.source} has {_listed(first.names)}"
        raise ShapeError(problem, hint=f"name them in one order: --{first.scale} NAME,NAME,...")
    _refuse_moved(first, other)
    _refuse_passed_over(first, other)
    if _pair(first, other) is None:
        one, two = (" and ".join(own.pair) for own in (first, other))
        where = "" if first.source == other.source else f", {first.source} has"
        problem = f"{other.source} has labels {two}{where}" + (" and " if not where else " ") + one
        if "-1" in (*first.pair, *other.pair):
            hint = "where -1 marks what to leave out, say --ignore-index -1"
        else:
            hint = "write all labels in one way"
        raise ShapeError(problem, hint=hint)
    if first.classes != other.classes and not (first.pair or other.pair):
        problem = f"{other.source} has labels that are names and labels that are numbers"
        raise ShapeError(problem, hint="name the classes: --classes NAME,NAME,...")
    for option, own, theirs in (("id", first.ids, other.ids), ("by", first.by, other.by)):
        if len(own) != len(theirs):
            problem = f"--{option} picks {_listed(theirs)} in {other.source} "
            problem += f"and {_listed(own)} in {first.source}"
            raise ShapeError(problem, hint="shards must be alike")
    if None not in (first.headed, other.headed) and first.headed != other.headed:
        with_header, without = (first, other) if first.headed else (other, first)
        problem = f"{with_header.source} has a header and {without.source} has none"
        raise ShapeError(problem, hint="shards must be alike; see --header and --no-header")


def _refuse_moved(first: Layout, other: Layout) -> None:
    """Raise ShapeError if a column has another role in the other piece."""
    if first.columns == other.columns:
        return
    uses: dict[str, list[tuple[str, int]]] = {}
    for role, names in first.columns.items():
        for number, name in enumerate(names):
            uses.setdefault(folded(name), []).append((role, number))
    for role, names in other.columns.items():
        own = first.columns.get(role, ())
        for number, name in enumerate(names):
            found = uses.get(folded(name))
            if found and (role, number) not in found and name not in own[number : number + 1]:
                raise _moved(first, other, role, found[0][0])


def _moved(first: Layout, other: Layout, role: str, before: str) -> ShapeError:
    """The error for ``role`` in ``other`` with columns of the role ``before`` in ``first``."""
    options = {own: f"--{first.scale if own == 'scores' else own}" for own in (role, before)}
    mine, theirs = (_listed(own.columns[role]) for own in (first, other))
    problem = f"{options[role]} picks {theirs} in {other.source} and {mine} in {first.source}"
    if role != before:
        problem += f", where {options[before]} picks {_listed(first.columns[before])}"
    by_name = (f"{option} {','.join(first.columns[own][:4])}" for own, option in options.items())
    return ShapeError(problem, hint=f"pick columns by name, such as {' '.join(by_name)}")


def _refuse_passed_over(first: Layout, other: Layout) -> None:
    """Raise ShapeError if the other piece has a picked column's name at another position.

    This happens with picks by position if columns are in another order; only with such picks are
    headers kept. Two names that no piece has both of are taken for synonyms.
    """
    if first.columns == other.columns or not (first.header and other.header):
        return
    for role, names in first.columns.items():
        pairs = zip(names, other.columns.get(role, ()), strict=False)
        unlike = [pair for pair in pairs if pair[0] != pair[1]]
        for own, in_one, in_two in ((0, first, other), (1, other, first)):
            wanted = {folded(pair[own]): pair for pair in unlike if len({*map(folded, pair)}) > 1}
            found = _standing(frozenset(wanted), in_two.header)
            if found:
                pair = next(pair for name, pair in wanted.items() if name in found)
                raise _passed_over(role, pair[own], in_one, in_two, pair[1 - own])


@lru_cache(maxsize=8)
def _standing(wanted: frozenset[str], header: tuple[str, ...]) -> frozenset[str]:
    """The names in ``wanted`` that a header has; cached, as blocks repeat and headers are long."""
    return wanted.intersection(map(folded, header)) if wanted else wanted


def _passed_over(role: str, name: str, one: Layout, two: Layout, instead: str) -> ShapeError:
    """The error for ``role`` picking ``name`` in ``one``, ``instead`` in ``two`` that has both."""
    option = f"--{one.scale if role == 'scores' else role}"
    problem = f"{option} picks {instead} in {two.source} and {name} in {one.source}, "
    problem += f"and {two.source} has {name} too"
    by_name = f"{option} {','.join(one.columns[role][:4])}"
    return ShapeError(problem, hint=f"pick columns by name, such as {by_name}")


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names if len(names) <= 4 else [*names[:3], "..."])


def _axes(layout: Layout) -> str:
    return "[n]" if layout.outputs is None else f"[n, {layout.outputs}]"
