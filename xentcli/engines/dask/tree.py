"""Merge summaries on a cluster as a tree: its leaves are splits, other nodes merge nodes below.

Only the last summary comes here, however many splits there are, and the workers release each
summary once it is merged.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from xentcli.engines.work import Part, merged
from xentcli.job import Job

if TYPE_CHECKING:
    from distributed import Client, Future

WIDTH: Final = 8
"""Nodes that one node merges: a thousand splits take four levels."""

URGENT: Final = 1 << 40
"""The priority of tasks that free memory or report progress: above that of any split."""


@dataclass(slots=True)
class Node:
    """The parts of the leaves ``first`` to ``last``; ``below`` is kept until it is merged."""

    future: "Future[list[Part[Any]]]"
    first: int
    last: int
    below: "list[Node]" = field(default_factory=list)


class Tree:
    """Submitted splits. ``failed`` is the first one that failed, or the number of splits."""

    def __init__(self, client: "Client", job: Job, leaves: "list[Future[list[Part[Any]]]]") -> None:
        self._client = client
        self._leaves = [Node(future, at, at) for at, future in enumerate(leaves)]
        self._merging: dict[Any, Node] = {}
        self.failed = len(leaves)
        level = self._leaves
        while len(level) > 1:
            starts = range(0, len(level), WIDTH)
            level = [self._joined(job, level[start : start + WIDTH]) for start in starts]
        self._root = level[0]

    def _joined(self, job: Job, below: list[Node]) -> Node:
        if len(below) == 1:
            return below[0]
        futures = [node.future for node in below]
        merge = partial(merged, job)
        future = self._client.submit(merge, *futures, pure=False, priority=URGENT)
        node = Node(future, below[0].first, below[-1].last, below)
        self._merging[future.key] = node
        return node

    def parts(self) -> Iterator[Part[Any]]:
        """Yield progress, then the merged summary.

        If splits fail, the summaries of those before the first failed one come first, and then its
        error is raised.
        """
        yield from self._progress()
        for node in self._before(self._root):
            for part in node.future.result():
                yield part._replace(bytes_read=0)
        if self.failed < len(self._leaves):
            self._leaves[self.failed].future.result()

    def _progress(self) -> Iterator[Part[Any]]:
        """Yield the bytes read by each leaf, until those before a failed one end.

        Numbers of bytes are separate tasks, so that summaries stay on the workers.
        """
        from distributed import as_completed

        submit = partial(self._client.submit, _read, pure=False, priority=URGENT)
        reads = [submit(leaf.future) for leaf in self._leaves]
        place = {future.key: at for at, future in enumerate(reads)}
        waiting = set(place.values())
        merges = [node.future for node in self._merging.values()]
        for future in as_completed([*reads, *merges], loop=self._client.loop):
            at = place.get(future.key)
            if at is None:
                self._release(future)
                continue
            waiting.discard(at)
            try:
                yield Part(None, None, future.result())
            except Exception:  # the leaf has the same error, and raises it in its turn
                self._fail(at)
            if self.failed < len(self._leaves) and min(waiting, default=at) >= self.failed:
                return

    def _release(self, future: "Future[list[Part[Any]]]") -> None:
        if future.status == "finished":
            self._merging[future.key].below.clear()

    def _fail(self, at: int) -> None:
        """Record that a leaf has failed, and cancel the leaves after it."""
        if at < self.failed:
            behind = self._leaves[at + 1 : self.failed]
            self.failed = at
            self._client.cancel([leaf.future for leaf in behind])

    def _before(self, node: Node) -> Iterator[Node]:
        """The fewest nodes that cover all leaves before the failed one, in order."""
        if node.last < self.failed:
            yield node
            return
        for below in node.below:
            if below.first < self.failed:
                yield from self._before(below)

    def cancel(self) -> None:
        """Cancel all tasks of the tree."""
        futures = [node.future for node in (*self._leaves, *self._merging.values())]
        with suppress(Exception):  # the cluster itself may have failed
            self._client.cancel(futures)


def _read(parts: list[Part[Any]]) -> int:
    return sum(part.bytes_read for part in parts)
