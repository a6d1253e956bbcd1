"""What all blocks of one table share."""

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
    their names where there are some, ``classes`` the names of the classes where labels are names,
    ``label_base`` the number of the first class, ``headed`` whether the table has a header (None:
    the question makes no sense for it) and ``remarks`` what its reader has to say. ``pair`` is how
    labels 0 and 1 of a binary loss were written, as far as they were met: nothing, ``1`` alone,
    ``0`` or ``-1`` and maybe ``1``, or two words. ``dtype`` is the float type of the scores' arrays
    where a convention goes by it and it is not float64. ``last`` is the length of the scores' last
    axis where it is not that of the classes, else 0. ``columns`` are the names of each role's
    columns, where they are columns of a file; ``ids`` and ``by`` are the names of the text columns.
    ``header`` are the names of all columns, picked or not, where some were picked by position, else
    nothing: parts go between processes. ``loss`` is the job's, or what the shapes decide; it is set
    with ``outputs`` once the shapes are known.
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
