"""A job: the input, the variant of the loss, which samples to keep, and how to run.

Plain records are named tuples here and elsewhere: a frozen dataclass takes ten times as long to
define (0.77 ms against 0.08), which would show in the run time of small inputs.
"""

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

from xentcli.blocks.input import Input, Policy
from xentcli.blocks.layout import Layout
from xentcli.conventions import EXACT, Convention

Base = Literal["e", "2", "10"]
UNITS: Final[Mapping[Base, str]] = {"e": "nats", "2": "bits", "10": "bans"}
"""Units of losses by the base of their logarithm."""

Engine = Literal["local", "dask"]
Average = Literal["micro", "macro"]
PerClass = Literal["balanced", "macro"]
"""How the losses of classes are combined: with balancing weights, or as a mean of class means."""


class Settings(NamedTuple):
    """The user's changes to the convention: values, not data.

    ``class_weight`` holds pairs of a class (a name or a number, as typed) and its weight, or bare
    weights in the order of the classes. ``pos_weight`` and ``focal_alpha`` hold one number, or
    one per output or class. ``reduction``, ``eps`` and ``focal_gamma`` None: the convention's
    defaults.
    """

    label_smoothing: float = 0.0
    class_weight: tuple[tuple[str, float], ...] | tuple[float, ...] = ()
    pos_weight: tuple[float, ...] = ()
    focal_gamma: float | None = None
    focal_alpha: tuple[float, ...] = ()
    eps: float | None = None
    reduction: str | None = None
    base: Base = "e"


class Variant(NamedTuple):
    """Which variant of the loss is computed.

    ``per_class`` is how the losses of classes are combined (None: each sample counts the same).
    ``compared`` are the conventions of a comparison, the reference first. ``threshold`` is the
    probability above which a binary prediction is 1.
    """

    convention: Convention = EXACT
    settings: Settings = Settings()
    per_class: PerClass | None = None
    compared: tuple[Convention, ...] = ()
    threshold: float = 0.5

    @property
    def policy(self) -> Policy:
        """What the conventions require of reading."""
        conventions = self.compared or (self.convention,)
        rules = {} if self.compared else self.convention.rules
        return Policy(
            library=self.convention.name,
            any_probability=self.convention.clips_outside,
            clamps=self.settings.eps is not None,
            keeps_types=any(convention.takes_type_of_input for convention in conventions),
            left_out={
                scale: rule.ignores
                for (kind, scale), rule in rules.items()
                if kind == "ce-index" and rule.ignores is not None
            },
            divides=tuple(each.name for each in conventions if each.divides_rows),
            out_of_range=self.convention.bad_label or "",
            class_axes={each.name: each.class_axis for each in conventions},
        )


class Keep(NamedTuple):
    """Which samples a summary keeps in addition to its figures.

    ``head`` and ``tail`` are the numbers of samples for display. ``every_row``: each part has all
    of its samples; ``grad``: with the derivatives. ``worst`` is the number of samples with the
    largest losses. ``pooled``: several files are read as one, so samples keep their places.
    """

    head: int = 0
    tail: int = 0
    every_row: bool = False
    worst: int = 0
    grad: bool = False
    pooled: bool = False


class Run(NamedTuple):
    """How to run: with ``jobs`` worker processes (None: one per core) of the ``engine``.

    ``scheduler`` is the address of a Dask cluster (None: start one on this machine).
    """

    jobs: int | None = None
    engine: Engine = "local"
    scheduler: str | None = None


class Job(NamedTuple):
    """One computation, complete and picklable: no other settings exist."""

    input: Input
    variant: Variant = Variant()
    keep: Keep = Keep()
    run: Run = Run()

    @classmethod
    def of(
        cls,
        input: Input,
        variant: Variant = Variant(),  # noqa: B008 (it is immutable)
        keep: Keep = Keep(),  # noqa: B008
        run: Run = Run(),  # noqa: B008
    ) -> "Job":
        """A job whose input has the reading policy of its variant."""
        return cls(input._replace(policy=variant.policy), variant, keep, run)

    def on(self, layout: Layout) -> "Job":
        """The job with its conventions' float types resolved for input of ``layout``."""
        convention = self.variant.convention.on(layout.dtype)
        if self.input.weights is not None and convention.weighted_result is not None:
            convention = convention._replace(result=convention.weighted_result)
        return self if convention is self.variant.convention else self.by(convention)

    def by(self, convention: Convention) -> "Job":
        """The job with another convention, keeping the reading policy."""
        return self._replace(variant=self.variant._replace(convention=convention))
