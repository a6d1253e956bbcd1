"""Numbers as text."""


def digits(value: float, precision: int | None = None) -> str:
    """The shortest digits that read back as ``value``, or ``precision`` significant ones.

    >>> digits(0.1), digits(2 / 3, 6), digits(float("inf")), digits(5.0)
    ('0.1', '0.666667', 'inf', '5.0')
    >>> digits(0.25, 6), digits(0.0, 6)
    ('0.250000', '0')
    """
    if precision is None:
        return repr(float(value))
    return f"{value:#.{precision}g}".rstrip(".") if value else "0"
