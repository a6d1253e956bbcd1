"""Groups: the sums of each group of samples, exact and mergeable like those of the whole."""

from typing import Any, Final, NamedTuple

import numpy as np

from xentcli.errors import InputError
from xentcli.job import Block, Layout
from xentcli.kernels import ExactSum
from xentcli.kernels.grouped import grouped_sums
from xentcli.losses import Losses
from xentcli.sums import Sums, counting, shares_of

Array = np.ndarray[Any, np.dtype[Any]]

MOST: Final = 100_000
"""Groups that are kept: memory has to stay bounded, and nobody reads more."""


class Group(NamedTuple):
    """How many samples a group has, and the sums over their losses."""

    samples: int
    sums: Sums


class Groups(NamedTuple):
    """Groups by name, in order of appearance."""

    found: dict[str, Group]

    @classmethod
    def of(cls, block: Block, found: Losses) -> "Groups":
        """Those of one block, which says each sample's group."""
        assert block.groups is not None
        names, codes = block.groups.coded()
        sums = _sums(found, codes, len(names))
        samples = np.bincount(codes, minlength=len(names)).tolist()
        pairs = zip(names, map(Group, samples, sums), strict=True)
        return _bounded(dict(pairs), block.layout)

    def merged(self, other: "Groups", layout: Layout) -> "Groups":
        """Both together, ``other`` coming after this one; InputError for too many groups."""
        found = dict(self.found)
        for name, group in other.found.items():
            mine = found.get(name)
            if mine is not None:
                group = Group(mine.samples + group.samples, mine.sums + group.sums)
            found[name] = group
        return _bounded(found, layout)


def _bounded(found: dict[str, Group], layout: Layout) -> Groups:
    if len(found) > MOST:
        raise InputError(
            f"has more than {MOST} groups by {layout.by}",
            source=layout.source,
            hint="for single samples use --worst K --id COLS",
        )
    return Groups(found)


def _sums(found: Losses, codes: Array, groups: int) -> list[Sums]:
    """The sums of each group, as :class:`Sums` has them of the whole; clips are not told apart."""
    losses = np.bincount(codes, minlength=groups) * _each(found.values)
    values, flat = _flat(found.values, codes)
    if found.weights is None and found.valid is None and found.shares is None:
        totals = grouped_sums(flat, groups, values)
        return [
            Sums(total, ExactSum.count(count), count, count, count, None)
            for total, count in zip(totals, losses.tolist(), strict=True)
        ]
    factors = np.broadcast_to(_beside(found.values, counting(found)), found.values.shape)
    shares = shares_of(found)
    repeats = 1 if shares.ndim == found.values.ndim else _each(found.values)
    own, places = _flat(shares, codes)
    weights = grouped_sums(places, groups, own)
    columns = zip(
        grouped_sums(flat, groups, values, factors.reshape(-1)),
        [weight * repeats for weight in weights],
        losses.tolist(),
        _counts(found, found.valid, codes, losses),
        _counts(found, found.weights, codes, losses),
        strict=True,
    )
    return [Sums(*each, None) for each in columns]


def _each(values: Array) -> int:
    """How many losses a sample has."""
    return values[0].size if len(values) else 1


def _flat(values: Array, codes: Array) -> tuple[Array, Array]:
    """Numbers one after the other in float64, and the group of each."""
    flat = values.astype(np.float64, copy=False).reshape(-1)
    return flat, codes if values.ndim == 1 else np.repeat(codes, _each(values))


def _beside(values: Array, factors: Array) -> Array:
    return factors if factors.ndim == values.ndim else factors[:, np.newaxis]


def _counts(found: Losses, factors: Array | None, codes: Array, losses: Array) -> list[int]:
    """How many losses of each group have a factor that is not 0 (None: all of them)."""
    if factors is None:
        return [int(count) for count in losses]
    used = factors != 0
    repeats = 1 if used.ndim == found.values.ndim else _each(found.values)
    of_rows = used if used.ndim == 1 else np.count_nonzero(used, axis=1)
    counts = np.bincount(codes, of_rows, len(losses)).astype(np.int64) * repeats
    return [int(count) for count in counts]
