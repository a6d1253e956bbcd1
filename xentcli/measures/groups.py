"""Groups: exact and mergeable sums of each group of samples."""

from collections.abc import Sequence, Sized
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from xentcli.blocks.block import Block
from xentcli.blocks.layout import Layout
from xentcli.blocks.text_column import TextColumn
from xentcli.errors import InputError
from xentcli.kernels import ExactSum
from xentcli.kernels.deviation import standard_error
from xentcli.kernels.grouped import grouped_sums
from xentcli.kernels.summation import UNIT
from xentcli.losses import Losses, beside
from xentcli.measures.samples import sample_means
from xentcli.measures.sums import Sums, counting

Array = np.ndarray[Any, np.dtype[Any]]

Key = tuple[str, ...]
"""A group's name: its text in each column that names groups."""

MOST: Final = 100_000
"""The most groups that are kept, so that memory stays bounded."""


@dataclass(frozen=True, slots=True)
class Groups:
    """Groups in order of appearance, as columns ``[g]``: many objects would be slow to keep.

    ``places`` finds a group by its name in each of the columns that name it, ``samples`` is how
    many it has, ``totals`` are the sums of its losses and ``weights`` those of their weights, in
    units of 2^-2300, ``odd`` ``[3, g]`` counts losses that are NaN, inf and -inf, and ``counts``
    ``[4, g]`` losses as Sums has them: all, those that are valid, those with w ≠ 0, those that are
    both. ``moments`` ``[2, g]`` are the sums of the samples' losses and of their squares, in the
    same units, None where weights make them no measure of an error.
    """

    places: dict[Key, int]
    samples: Array
    totals: Array
    odd: Array
    weights: Array
    counts: Array
    moments: Array | None

    @classmethod
    def of(cls, block: Block, found: Losses) -> "Groups":
        """The groups of one block."""
        keys, codes = coded(block.groups)
        refuse_many(keys, block.layout)
        samples = np.bincount(codes, minlength=len(keys))
        groups = cls.by(keys, codes, samples, found)
        return replace(groups, moments=_moments(found, codes, len(keys)))

    @classmethod
    def by(cls, keys: Sequence[Key], codes: Array, samples: Array, found: Losses) -> "Groups":
        """The groups ``keys``, with the index of each sample's group in ``codes``.

        Moments are left out, as they take as long as the sums.
        """
        places = {key: place for place, key in enumerate(keys)}
        return cls(places, samples, *_sums(found, codes, places), moments=None)

    def merged(self, other: "Groups") -> "Groups":
        """Both together, ``other`` coming after this one."""
        places = dict(self.places)
        at = np.array([places.setdefault(key, len(places)) for key in other.places], np.intp)

        def both(mine: Array, theirs: Array) -> Array:
            more = np.zeros((*mine.shape[:-1], len(places) - mine.shape[-1]), mine.dtype)
            whole = np.concatenate((mine, more), axis=-1)
            whole[..., at] += theirs
            return whole

        moments = None
        if self.moments is not None and other.moments is not None:
            moments = both(self.moments, other.moments)
        return Groups(
            places,
            both(self.samples, other.samples),
            both(self.totals, other.totals),
            both(self.odd, other.odd),
            both(self.weights, other.weights),
            both(self.counts, other.counts),
            moments,
        )

    def sums(self, place: int) -> Sums:
        """The sums of one group, without those of bounded losses."""
        losses, valid, nonzero, counted = self.counts[:, place].tolist()
        total = ExactSum(self.totals[place], *self.odd[:, place].tolist())
        return Sums(total, ExactSum(self.weights[place]), losses, valid, nonzero, counted, None)

    def std_error(self, place: int) -> float | None:
        """The standard error of a group's mean; None with weights or fewer than two samples."""
        if self.moments is None or self.odd[:, place].any():
            return None
        losses, *_, counted = self.counts[:, place].tolist()
        samples = int(self.samples[place])
        count = counted * samples // losses if losses else 0
        return standard_error(count, *self.moments[:, place])


def coded(columns: Sequence[TextColumn]) -> tuple[list[Key], Array]:
    """The distinct rows of text columns in order of appearance, and the index of each row's.

    >>> keys, codes = coded([TextColumn.of(["b", "a", "b"]), TextColumn.of(["x", "x", "x"])])
    >>> keys, codes.tolist()
    ([('b', 'x'), ('a', 'x')], [0, 1, 0])
    """
    names, codes = columns[0].coded()
    keys: list[Key] = [(name,) for name in names]
    for column in columns[1:]:
        more, own = column.coded()
        pairs, firsts, places = np.unique(
            codes * len(more) + own, return_index=True, return_inverse=True
        )
        order = np.argsort(firsts)
        codes = np.argsort(order)[places]
        keys = [(*keys[pair // len(more)], more[pair % len(more)]) for pair in pairs[order]]
    return keys, codes


def refuse_many(names: Sized, layout: Layout) -> None:
    """Raise InputError if there are more groups than are kept."""
    if len(names) > MOST:
        raise InputError(
            f"has more than {MOST} groups by {', '.join(layout.by)}",
            source=layout.source,
            hint="for single samples use --worst K --id COLS",
        )


def _sums(found: Losses, codes: Array, places: Sized) -> tuple[Array, Array, Array, Array]:
    """Totals, odd losses, weights and counts of each group, as in :class:`Sums`."""
    groups = len(places)
    losses = np.bincount(codes, minlength=groups) * _each(found.values)
    values, flat = _flat(found.values, codes)
    if found.weights is None and found.valid is None and found.shares is None:
        total = grouped_sums(flat, groups, values).scaled(found.power)
        return total.numerators, total.odd, losses.astype(object) << UNIT, np.array([losses] * 4)
    counted = counting(found)
    factors = np.broadcast_to(beside(found.values, counted), found.values.shape)
    total = grouped_sums(flat, groups, values, factors.reshape(-1)).scaled(found.power)
    shares = np.ones_like(counted) if found.shares is None else found.shares
    factors = np.broadcast_to(beside(shares, counted), shares.shape)
    own, of_shares = _flat(shares, codes)
    repeats = 1 if shares.ndim == found.values.ndim else _each(found.values)
    summed = grouped_sums(of_shares, groups, own, factors.reshape(-1)).scaled(found.share_power)
    weights = summed.numerators * repeats
    used = (_counts(found, own, codes, losses) for own in (found.valid, found.weights, counted))
    return total.numerators, total.odd, weights, np.array([losses, *used])


def _moments(found: Losses, codes: Array, groups: int) -> Array | None:
    """Sums of the samples' losses and of their squares; None with weights, or if only some
    elements of a sample count."""
    if found.weights is not None or found.shares is not None:
        return None
    values = found.values
    if (valid := found.valid) is not None and not valid.all():
        if valid.ndim > 1:
            return None
        values, codes = values[valid], codes[valid]
    means = sample_means(values.astype(np.float64, copy=False))
    with np.errstate(invalid="ignore"):
        total = grouped_sums(codes, groups, means)
        return np.array([total.numerators, grouped_sums(codes, groups, means, means).numerators])


def _each(values: Array) -> int:
    """The number of losses of a sample."""
    return values[0].size if len(values) else 1


def _flat(values: Array, codes: Array) -> tuple[Array, Array]:
    """The numbers as one float64 axis, and the group of each."""
    flat = values.astype(np.float64, copy=False).reshape(-1)
    return flat, codes if values.ndim == 1 else np.repeat(codes, _each(values))


def _counts(found: Losses, factors: Array | None, codes: Array, losses: Array) -> Array:
    """The number of losses of each group with a non-zero factor (``factors`` None: all)."""
    if factors is None:
        return losses
    used = factors != 0
    repeats = 1 if used.ndim == found.values.ndim else _each(found.values)
    of_rows = used if used.ndim == 1 else np.count_nonzero(used, axis=1)
    return np.bincount(codes, of_rows, len(losses)).astype(np.int64) * repeats
