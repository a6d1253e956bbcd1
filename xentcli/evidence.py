"""Evidence that the input may not be what its options say: gathered per block, told at the end.

Nothing here changes a number; each sentence is a note for a person.
"""

import math
from typing import Final, NamedTuple

import numpy as np

from xentcli.job import Block, Job, Scale

SUM_TOLERANCE: Final = 1e-5
"""Six decimals of ten classes stay inside it, three decimals of three classes do not."""


class Evidence(NamedTuple):
    """Extremes of scores and class numbers, and the rows of probabilities that miss 1.

    ``off`` counts rows whose sum is not 1, ``first_off`` is the first one's number (from 0) and
    ``first_sum`` its sum; extremes are inf and -inf where nothing was seen.
    """

    samples: int = 0
    low: float = math.inf
    high: float = -math.inf
    off: int = 0
    first_off: int | None = None
    first_sum: float = math.nan
    class_low: float = math.inf
    class_high: float = -math.inf

    @classmethod
    def of(cls, job: Job, block: Block) -> "Evidence":
        """What one block shows."""
        scores, labels = block.scores, block.labels
        if not scores.size:
            return cls()
        indices = job.loss == "ce" and labels.ndim == 1
        low, high = float(scores.min()), float(scores.max())
        if math.isnan(low) and not np.isnan(scores).all():
            low, high = float(np.nanmin(scores)), float(np.nanmax(scores))
        off, first_off, first_sum = 0, None, math.nan
        if job.loss == "ce" and low >= 0 and high <= 1:
            sums = scores.sum(axis=1)
            wrong = ~(np.abs(sums - 1) <= SUM_TOLERANCE)  # nan is wrong too
            off = int(np.count_nonzero(wrong))
            if off:
                first = int(np.argmax(wrong))
                first_off = first if block.kept is None else int(block.kept[first])
                first_sum = float(sums[first])
        return cls(
            samples=len(scores),
            low=low,
            high=high,
            off=off,
            first_off=first_off,
            first_sum=first_sum,
            class_low=float(labels.min()) if indices else math.inf,
            class_high=float(labels.max()) if indices else -math.inf,
        )

    def merged(self, other: "Evidence", rows: int) -> "Evidence":
        """Both together, ``other`` coming after ``rows`` rows."""
        mine = self.first_off is not None or other.first_off is None
        return Evidence(
            samples=self.samples + other.samples,
            low=min(self.low, other.low),
            high=max(self.high, other.high),
            off=self.off + other.off,
            first_off=self.first_off if mine else rows + (other.first_off or 0),
            first_sum=self.first_sum if mine else other.first_sum,
            class_low=min(self.class_low, other.class_low),
            class_high=max(self.class_high, other.class_high),
        )

    def notes(self, scale: Scale, classes: int | None, *, categorical: bool) -> list[str]:
        """Sentences for stderr: probable mistakes, with what to type if they are."""
        notes = []
        inside = self.low >= 0 and self.high <= 1
        if scale == "logits" and inside:
            if categorical and not self.off:
                notes.append(
                    "the logits lie in [0, 1] and every row sums to 1: already a softmax? "
                    "then say --probs"
                )
            else:
                notes.append("all logits lie in [0, 1]: if they are probabilities, say --probs")
        if scale == "probs" and categorical and self.off:
            first = (self.first_off or 0) + 1
            notes.append(
                f"{self.off} of {self.samples} rows of probabilities do not sum to 1 "
                f"(first: sample {first}, sum {self.first_sum:.6g}); they are used as given"
            )
        if classes and classes > 2 and self.class_low == 1 and self.class_high == classes - 1:
            notes.append(
                f"no label is 0 and the largest is {classes - 1}: labels count from 0; "
                "if yours count from 1, subtract 1"
            )
        return notes
