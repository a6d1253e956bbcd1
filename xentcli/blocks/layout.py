"""The layout: what all blocks of one table share."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, NamedTuple

from xentcli.conventions import Dtype

if TYPE_CHECKING:
    from xentcli.remarks import Remark


Loss = Literal["bce", "ce"]


Scale = Literal["logits", "probs"]


class Layout(NamedTuple):
    """What all blocks of one table share.

    ``outputs`` is the number of score columns (None: one unnamed column, shape ``[n]``), ``names``
    their names, if any. ``classes`` are the class names if labels are names, ``label_base`` the
    number of the first class. ``headed``: the table has a header (None: not applicable).
    ``remarks`` are those of the reader. ``pair`` is how labels 0 and 1 of a binary loss were
    written, as far as they have occurred: empty, only ``1``, ``0`` or ``-1`` with or without ``1``,
    or two words. ``dtype`` is the float type of the scores' arrays if a convention uses it and it
    is not float64. ``last`` is the length of the scores' last axis if that is not the class axis,
    else 0. ``columns`` are the column names of each role, if they are columns of a file; ``ids``
    and ``by`` are the names of the text columns. ``header`` has the names of all columns if some
    were picked by position, else none, since layouts are sent between processes. ``by_position``
    are the names of score columns in words, where labels are class numbers and nothing says which
    number is which column. ``loss`` is the
    job's, or decided by the shapes; it is set together with ``outputs``.
    """

    source: str
    scale: Scale
    outputs: int | None
    names: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    label_base: int = 0
    headed: bool | None = None
    remarks: "tuple[Remark, ...]" = ()
    dtype: Dtype | None = None
    last: int = 0
    loss: Loss = "bce"
    pair: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    columns: Mapping[str, tuple[str, ...]] = {}
    header: tuple[str, ...] = ()
    by_position: tuple[str, ...] = ()
