"""Say which option picked a score column that holds no numbers."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from xentcli.errors import InputError
from xentcli.formats.class_names import typed
from xentcli.formats.columns import Header

MOST_TYPED = 6


@contextmanager
def blaming(header: Header, scores: Sequence[int], option: str, selector: str) -> Iterator[None]:
    """Add to an InputError about one of several ``scores`` how that column came to be one.

    ``selector`` picked them; empty where they were found by their names. A column that was typed
    by its name alone needs no explanation.
    """
    try:
        yield
    except InputError as error:
        names = [header.name(place) for place in scores]
        bad = next((name for name in names if _is_of(error, name)), None)
        if bad is not None and len(names) > 1 and bad not in selector.split(","):
            others = [(own, at) for own, at in zip(names, scores, strict=True) if own != bad]
            listed = typed([own for own, _ in others], [at for _, at in others], MOST_TYPED)
            by = f"picked by {option} {selector}" if selector else "found by its name"
            error.hint = f"{bad} was {by}; if it is not a score, say {option} {listed}"
        raise


def _is_of(error: InputError, name: str) -> bool:
    item = error.item or ""
    return error.column == name or item.partition("[")[0] == f"$.{name}"
