"""Groups: the sums of each group of samples, exact and mergeable like those of the whole."""

from collections.abc import Sized
from typing import Any, Final, NamedTuple

import numpy as np

from xentcli.errors import InputError
from xentcli.job import Block, Layout
from xentcli.kernels import ExactSum
from xentcli.kernels.grouped import grouped_sums
from xentcli.kernels.summation import UNIT
from xentcli.losses import Losses, beside
from xentcli.sums import Sums, counting, shares_of

Array = np.ndarray[Any, np.dtype[Any]]

MOST: Final = 100_000
"""Groups that are kept: memory has to stay bounded, and nobody reads more."""


class Groups(NamedTuple):
    """Groups in order of appearance, as columns ``[g]``: many objects would be slow to keep.

    ``places`` finds a group by its name, ``samples`` is how many it has, ``totals`` are the sums
    of its losses and ``weights`` those of their weights, in units of 2^-2300, ``odd`` ``[3, g]``
    counts losses that are NaN, inf and -inf, and ``counts`` ``[3, g]`` losses: all, those that
    are valid, those with w ≠ 0.
    """

    places: dict[str, int]
    samples: Array
    totals: Array
    odd: Array
    weights: Array
    counts: Array

    @classmethod
    def of(cls, block: Block, found: Losses) -> "Groups":
        """Those of one block, which says each sample's group."""
        assert block.groups is not None
        names, codes = block.groups.coded()
        _refuse_many(names, block.layout)
        places = {name: place for place, name in enumerate(names)}
        return cls(places, np.bincount(codes, minlength=len(names)), *_sums(found, codes, places))

    def merged(self, other: "Groups", layout: Layout) -> "Groups":
        """Both together, ``other`` coming after this one; InputError for too many groups."""
        places = dict(self.places)
        at = np.array([places.setdefault(name, len(places)) for name in other.places], np.intp)
        _refuse_many(places, layout)
        columns = []
        for mine, theirs in zip(self[1:], other[1:], strict=True):
            own, added = _columns(mine), _columns(theirs)
            more = np.zeros((*own.shape[:-1], len(places) - own.shape[-1]), own.dtype)
            whole = np.concatenate((own, more), axis=-1)
            whole[..., at] += added
            columns.append(whole)
        return Groups(places, *columns)

    def sums(self, place: int) -> Sums:
        """The sums of one group; what bounds made of it is not told apart."""
        losses, valid, nonzero = self.counts[:, place].tolist()
        total = ExactSum(self.totals[place], *self.odd[:, place].tolist())
        return Sums(total, ExactSum(self.weights[place]), losses, valid, nonzero, None)


def _columns(values: Any) -> Array:
    assert isinstance(values, np.ndarray)
    return values


def _refuse_many(names: Sized, layout: Layout) -> None:
    if len(names) > MOST:
        raise InputError(
            f"has more than {MOST} groups by {layout.by}",
            source=layout.source,
            hint="for single samples use --worst K --id COLS",
        )


def _sums(found: Losses, codes: Array, places: Sized) -> tuple[Array, Array, Array, Array]:
    """Totals, odd losses, weights and counts of each group, as :class:`Sums` has the whole's."""
    groups = len(places)
    losses = np.bincount(codes, minlength=groups) * _each(found.values)
    values, flat = _flat(found.values, codes)
    if found.weights is None and found.valid is None and found.shares is None:
        total = grouped_sums(flat, groups, values)
        return total.numerators, total.odd, losses.astype(object) << UNIT, np.array([losses] * 3)
    factors = np.broadcast_to(beside(found.values, counting(found)), found.values.shape)
    total = grouped_sums(flat, groups, values, factors.reshape(-1))
    shares = shares_of(found)
    own, of_shares = _flat(shares, codes)
    repeats = 1 if shares.ndim == found.values.ndim else _each(found.values)
    weights = grouped_sums(of_shares, groups, own).numerators * repeats
    used = (_counts(found, factors, codes, losses) for factors in (found.valid, found.weights))
    return total.numerators, total.odd, weights, np.array([losses, *used])


def _each(values: Array) -> int:
    """How many losses a sample has."""
    return values[0].size if len(values) else 1


def _flat(values: Array, codes: Array) -> tuple[Array, Array]:
    """Numbers one after the other in float64, and the group of each."""
    flat = values.astype(np.float64, copy=False).reshape(-1)
    return flat, codes if values.ndim == 1 else np.repeat(codes, _each(values))


def _counts(found: Losses, factors: Array | None, codes: Array, losses: Array) -> Array:
    """How many losses of each group have a factor that is not 0 (None: all of them)."""
    if factors is None:
        return losses
    used = factors != 0
    repeats = 1 if used.ndim == found.values.ndim else _each(found.values)
    of_rows = used if used.ndim == 1 else np.count_nonzero(used, axis=1)
    return np.bincount(codes, of_rows, len(losses)).astype(np.int64) * repeats
