"""Tally: what is known of the samples read so far; merging two is exact and associative."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar

import numpy as np

from xentcli.blocks.block import Block
from xentcli.blocks.layout import Layout
from xentcli.class_sums import ClassSums
from xentcli.conventions import Rule
from xentcli.errors import ShapeError
from xentcli.evidence import Evidence
from xentcli.floors import Floors
from xentcli.frequencies import Frequencies
from xentcli.groups import Groups, refuse_many
from xentcli.job import Job
from xentcli.kernels import ExactSum
from xentcli.kernels.moments import moments
from xentcli.kernels.simd import simd
from xentcli.losses import Losses, beside, losses
from xentcli.places import Extent
from xentcli.remarks import Remark
from xentcli.rows import Rows, rows_of, sample_means
from xentcli.sums import Sums, counting
from xentcli.text import folded
from xentcli.worst import Worst

Array = np.ndarray[Any, np.dtype[Any]]
Squares = tuple[ExactSum, ExactSum]
T = TypeVar("T")


class Tally(NamedTuple):
    """A mergeable summary. All sums are exact; counts are of samples unless they say losses.

    ``sums`` are what means are made of; ``squares`` are Σ l and Σ l² over the samples' losses, for
    the standard error. ``ignored`` samples have the weight 0, are masked,
    or have an ignored label; where weights or labels leave out single elements, it counts those.
    ``gaps`` are single labels that were missing.
    ``rule`` is what the losses were computed by. ``worst``, ``groups`` and
    ``classes`` are None where they were not asked for. ``loops`` are those that computed it, as
    :func:`xentcli.kernels.simd.simd` names them.
    """

    layout: Layout
    rule: Rule
    indexed: bool
    extent: Extent
    samples: int
    sums: Sums
    frequencies: Frequencies
    floors: Floors | None
    weighted: bool
    ignored: int
    gaps: int
    nonfinite: int
    first_nonfinite: int | None
    minimum: float
    maximum: float
    squares: Squares | None
    evidence: Evidence
    head: Rows
    tail: Rows
    remarks: tuple[Remark, ...] = ()
    worst: Worst | None = None
    groups: Groups | None = None
    classes: ClassSums | None = None
    loops: frozenset[str] = frozenset()

    @property
    def rows(self) -> int:
        """Rows that were read."""
        return self.extent.rows

    @property
    def missing(self) -> int:
        """Rows left out because a value was missing."""
        return self.rows - self.samples

    def located(self, job: Job) -> tuple[str, ...]:
        """The columns that say where each sample stands, where several files are read as one."""
        if not job.pooled:
            return ()
        return ("file", "line" if self.extent.file_lines else "row")

    @classmethod
    def of(cls, job: Job, block: Block, found: Losses) -> "Tally":
        """The summary of one block."""
        used = None
        if found.weights is not None or found.valid is not None:
            used = counting(found) != 0
        counted = found.shown(found.values)
        if used is not None and not used.all():
            counted = counted[used]
        minimum = float(counted.min(initial=np.inf))
        maximum = float(counted.max(initial=-np.inf))
        nonfinite, first = 0, None
        if not (np.isfinite(minimum) and np.isfinite(maximum)) and counted.size:
            nonfinite = counted.size - int(np.count_nonzero(np.isfinite(counted)))
            first = _first_nonfinite(block, found.values, used)
        kept = len(found.values)
        frequencies = Frequencies.of(block)
        weighted = found.weights is not None or found.shares is not None
        squares = None if weighted else _squares(found, used, counted, (minimum, maximum))
        total = squares[0] if squares and counted.ndim == 1 and not found.power else None
        return cls(
            layout=block.layout,
            rule=found.rule,
            indexed=block.indexed,
            extent=_extent(block),
            samples=kept,
            sums=Sums.of(found, total),
            frequencies=frequencies,
            floors=Floors.of(job, block, found, hard=not frequencies.fine),
            weighted=weighted,
            ignored=0 if used is None else used.size - int(np.count_nonzero(used)),
            gaps=block.gaps,
            nonfinite=nonfinite,
            first_nonfinite=first,
            minimum=minimum,
            maximum=maximum,
            squares=squares,
            evidence=Evidence.of(job, block),
            head=rows_of(job, block, found, slice(job.head)),
            tail=rows_of(job, block, found, slice(max(0, kept - job.tail), kept)),
            remarks=block.layout.remarks,
            worst=Worst.of(job, block, found, used) if job.worst else None,
            groups=Groups.of(block, found) if block.groups else None,
            classes=ClassSums.of(job, block, found) if job.per_class else None,
            loops=frozenset((simd(),)),
        )

    def merged(self, other: "Tally", job: Job) -> "Tally":
        """Both together, ``other`` coming after this one; ShapeError where they do not fit."""
        layout = together(self.layout, other.layout)
        behind = self.extent, other.extent.lead
        first = self.first_nonfinite
        if first is None and other.first_nonfinite is not None:
            first = self.rows + other.first_nonfinite
        groups = _both(self.groups, other.groups, Groups.merged)
        if groups is not None:
            refuse_many(groups.places, other.layout)
        return self._replace(
            layout=layout,
            extent=self.extent + other.extent,
            samples=self.samples + other.samples,
            sums=self.sums + other.sums,
            frequencies=self.frequencies + other.frequencies,
            floors=_both(self.floors, other.floors, Floors.__add__),
            weighted=self.weighted or other.weighted,
            ignored=self.ignored + other.ignored,
            gaps=self.gaps + other.gaps,
            nonfinite=self.nonfinite + other.nonfinite,
            first_nonfinite=first,
            minimum=float(np.minimum(self.minimum, other.minimum)),
            maximum=float(np.maximum(self.maximum, other.maximum)),
            squares=_both(self.squares, other.squares, _added),
            evidence=self.evidence.merged(other.evidence, self.rows),
            head=self.head.then(other.head.after(*behind), first=job.head),
            tail=self.tail.then(other.tail.after(*behind), last=job.tail),
            remarks=tuple(dict.fromkeys((*self.remarks, *other.remarks))),
            worst=_both(
                self.worst,
                other.worst,
                lambda mine, theirs: mine.merged(theirs.after(*behind), job.worst),
            ),
            groups=groups,
            classes=_both(self.classes, other.classes, ClassSums.merged),
            loops=self.loops | other.loops,
        )


def _both(mine: T | None, theirs: T | None, merge: Callable[[T, T], T]) -> T | None:
    """What ``merge`` makes of two parts of summaries; None where they are not kept."""
    return None if mine is None or theirs is None else merge(mine, theirs)


def _added(mine: Squares, theirs: Squares) -> Squares:
    return mine[0] + theirs[0], mine[1] + theirs[1]


def measured(job: Job, block: Block) -> tuple[Tally, Rows | None]:
    """The tally of a block, and its samples where the job wants them all."""
    found = losses(block, job)
    rows = rows_of(job, block, found, slice(None)) if job.every_row else None
    return Tally.of(job, block, found), rows


def _extent(block: Block) -> Extent:
    if block.origin is None:
        return Extent(block.rows, block.rows, block.rows, 0)
    return block.origin.extent(block.rows)


def _squares(
    found: Losses, used: Array | None, counted: Array, ends: tuple[float, float]
) -> Squares | None:
    """Σ l and Σ l² of the samples that count; None where only some elements of a sample do."""
    if used is not None and used.ndim > 1 and not used.all():
        return None
    own = counted.astype(np.float64, copy=False)
    if own.ndim > 1:
        return moments(sample_means(own))
    return moments(own, ends if own.size else None)


def _first_nonfinite(block: Block, values: Array, used: Array | None) -> int | None:
    bad = ~np.isfinite(values)
    if used is not None:
        bad = bad & beside(bad, used)
    index = int(np.argmax(bad if bad.ndim == 1 else bad.any(axis=1)))
    return index if block.kept is None else int(block.kept[index])


def together(first: Layout, other: Layout) -> Layout:
    """What both pieces of one input share; ShapeError where they do not fit each other."""
    _refuse_unlike(first, other)
    pair = _pair(first, other) or ()
    return first._replace(pair=pair, classes=first.classes or other.classes)


def _pair(first: Layout, other: Layout) -> tuple[str, ...] | None:
    """How both write labels 0 and 1; None where one writes them otherwise than the other."""
    union = {*first.pair, *other.pair}
    return tuple(sorted(union)) if len(union) <= 2 else None


def _refuse_unlike(first: Layout, other: Layout) -> None:
    """ShapeError where two pieces of one input do not fit each other."""
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
    _refuse_moved(first, other)
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
    """ShapeError where a column of one name is used for something else in the other piece."""
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
    """``role`` picks columns in ``other`` that were those of the role ``before`` in ``first``."""
    options = {own: f"--{first.scale if own == 'scores' else own}" for own in (role, before)}
    mine, theirs = (_listed(own.columns[role]) for own in (first, other))
    problem = f"{options[role]} picks {theirs} in {other.source} and {mine} in {first.source}"
    if role != before:
        problem += f", where {options[before]} picks {_listed(first.columns[before])}"
    by_name = (f"{option} {','.join(first.columns[own][:4])}" for own, option in options.items())
    return ShapeError(problem, hint=f"pick columns by name, such as {' '.join(by_name)}")


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names if len(names) <= 4 else [*names[:3], "..."])


def _axes(layout: Layout) -> str:
    return "[n]" if layout.outputs is None else f"[n, {layout.outputs}]"
