"""A tree of tallies on a cluster: its leaves are splits, and every other node merges some others.

No tally comes here but the last one, however many splits there are, and none stays on the workers
longer than until it is merged.
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
"""Nodes that one node merges: a thousand splits are four steps from the whole."""

URGENT: Final = 1 << 40
"""The priority of what lets memory go or tells how far the rest is: above any split's."""


@dataclass(slots=True)
class Node:
    """The parts of the leaves ``first`` to ``last``; ``below`` are kept until they are merged."""

    future: "Future[list[Part[Any]]]"
    first: int
    last: int
    below: "list[Node]" = field(default_factory=list)


class Tree:
    """Splits at work. ``failed`` is the first one that could not be read, or their number."""

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
        """What was read as it is read, then what it came to.

        Where a split fails, what stands before it comes first, and then its error is raised: of
        several errors it is the first one in the input.
        """
        yield from self._news()
        for node in self._before(self._root):
            for part in node.future.result():
                yield part._replace(bytes_read=0)
        if self.failed < len(self._leaves):
            self._leaves[self.failed].future.result()

    def _news(self) -> Iterator[Part[Any]]:
        """How much each leaf has read; until all have ended, or all before the first that failed.

        Numbers of bytes are tasks of their own, so that tallies may stay where they are.
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
            except Exception:  # the leaf has the same, and raises it once its turn has come
                self._fail(at)
            if self.failed < len(self._leaves) and min(waiting, default=at) >= self.failed:
                return

    def _release(self, future: "Future[list[Part[Any]]]") -> None:
        if future.status == "finished":
            self._merging[future.key].below.clear()

    def _fail(self, at: int) -> None:
        """Note that a leaf has failed; those behind it are not needed any more."""
        if at < self.failed:
            behind = self._leaves[at + 1 : self.failed]
            self.failed = at
            self._client.cancel([leaf.future for leaf in behind])

    def _before(self, node: Node) -> Iterator[Node]:
        """As few nodes as hold all leaves before the one that failed, in their order."""
        if node.last < self.failed:
            yield node
            return
        for below in node.below:
            if below.first < self.failed:
                yield from self._before(below)

    def cut_down(self) -> None:
        """Let the cluster forget all of it."""
        futures = [node.future for node in (*self._leaves, *self._merging.values())]
        with suppress(Exception):  # the cluster may be what has failed
            self._client.cancel(futures)


def _read(parts: list[Part[Any]]) -> int:
    return sum(part.bytes_read for part in parts)
