"""The standard error of a mean from exact sums, rounded once."""

from fractions import Fraction

from xentcli.kernels.summation import UNIT, root_of


def standard_error(count: int, total: int, squares: int) -> float | None:
    """``sqrt((Σx² - (Σx)²/n) / (n - 1) / n)`` of ``count`` numbers; None of fewer than two.

    Args:
        count: how many numbers there are.
        total: their sum, in units of 2^-2300.
        squares: the sum of their squares, in units of 2^-2300.

    Example:
        >>> standard_error(3, 6 << UNIT, 14 << UNIT)  # of 1, 2, 3: sqrt(1 / 3)
        0.5773502691896257

    Source: the definition of the sample variance.
    """
    if count < 2:
        return None
    # One fraction: each reduction of such numbers takes as long as all the rest.
    spread = ((count * squares) << UNIT) - total * total
    return root_of(Fraction(spread, (count * count * (count - 1)) << 2 * UNIT))
