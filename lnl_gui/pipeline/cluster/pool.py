"""Hands parts to workers on nodes, and to others where a node is lost.

Nothing of Ray is known here. A part is done when its answer is taken; whatever a lost worker had in
its hands goes back to the queue, so that a killed node costs its parts only and none is done twice.
"""

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from lnl_gui.pipeline.cluster.parts import NodeJob, PartAnswer, PartFiles, PartTask
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message, message_n
from lnl_gui.util.progress import Progress

TRIES = 3
"""How often a part may take its worker down, and a worker fail to start, before it is given up."""
LOOK_SECONDS = 2.0
"""Between two looks at which nodes there are."""
EMPTY_SECONDS = 60.0
"""How long a cluster without any node is waited for."""
# An answer ends the wait at once: this is how late a cancel is obeyed.
_WAIT = 0.2
_DEPTH = 2
"""Parts a worker has at once: it begins the next one while the answer to the last travels."""


@dataclass(frozen=True)
class NodeGroup:
    """A GPU or some cores of a node, for one worker."""

    node: str
    number: int
    cpus: int
    gpus: int
    name: str
    """Of the node, for people."""


class Lost(Exception):
    """A worker or its node is gone, with what it was doing."""


def no_node(reason: str = "") -> UserError:
    """The error of a cluster without a node that works."""
    return UserError(
        message("No node of the cluster works: {reason}", reason=reason or "-"),
        message("What was finished is kept; start again once the cluster is there."),
        code="cluster_empty",
        retryable=True,
    )


class Cluster(Protocol):
    """What the pool asks of a cluster; references and workers are the cluster's own."""

    def groups(self) -> list[NodeGroup]:
        """Those of the nodes that are alive."""

    def start(self, group: NodeGroup, job: NodeJob) -> tuple[Any, Any]:
        """A new worker, and the reference to what its preparation says."""

    def give(self, worker: Any, task: PartTask, portions: Iterable[list[bytes]]) -> Any:
        """Hand a task to a worker; the reference to its answer."""

    def wait(self, references: list[Any], seconds: float) -> list[Any]:
        """Those that have come, or failed, as soon as there is one."""

    def get(self, reference: Any) -> Any:
        """What has come.

        Raises:
            Lost: when it never will.
        """

    def end(self, worker: Any) -> None:
        """End a worker at once."""


@dataclass
class _Worker:
    group: NodeGroup
    handle: Any
    preparing: Any
    tasks: dict[Any, int] = field(default_factory=dict)
    """Rows at which its parts begin, by reference."""

    @property
    def is_ready(self) -> bool:
        return self.preparing is None


class Pool:
    """Works on the parts of a job.

    Args:
        cluster: whose nodes do it.
        job: what is done.
        files: the images.
        say: takes a line for the log.
        progress: finished rows and all of this call; called while nothing comes, too.
        clock: seconds that only grow.
    """

    def __init__(
        self,
        cluster: Cluster,
        job: NodeJob,
        files: PartFiles,
        *,
        say: Callable[[Message], object],
        progress: Progress,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._cluster, self._job, self._files = cluster, job, files
        self._say, self._progress, self._clock = say, progress, clock
        self._workers: dict[tuple[str, int], _Worker] = {}
        self._queue: deque[int] = deque()
        self._named: dict[int, tuple[int, ...]] = {}
        """Images of a part that its next worker is sent."""
        self._blind: set[str] = set()
        """Nodes that do not see the images."""
        self._losses: dict[int, int] = {}
        self._failures: dict[tuple[str, int], int] = {}
        self._last = ""
        self._looked = self._seen = -EMPTY_SECONDS

    def answers(self, starts: Iterable[int]) -> Iterator[PartAnswer]:
        """Do the parts that begin at these rows; answers come in any order, each once.

        Raises:
            UserError: what a node cannot do and a user can mend, a part that takes down all who
                work on it, or a cluster that stays empty.
            Cancelled: from `progress`.
        """
        self._queue.extend(starts)
        total = sum(self._files.rows(start) for start in self._queue)
        done = 0
        self._looked = -LOOK_SECONDS + self._clock()
        self._seen = self._clock()
        try:
            while done < total:
                self._progress(done, total)
                self._look()
                self._hand_out()
                for answer in self._taken():
                    done += self._files.rows(answer.start)
                    yield answer
            self._progress(done, total)
        finally:
            for worker in self._workers.values():
                self._cluster.end(worker.handle)

    def _look(self) -> None:
        """Workers on the nodes that there are now."""
        now = self._clock()
        if now - self._looked < LOOK_SECONDS:
            return
        self._looked = now
        groups = {(g.node, g.number): g for g in self._cluster.groups()}
        for place in [place for place in self._workers if place not in groups]:
            self._lose(place, self._workers[place].group.name)
        for place, group in groups.items():
            if place not in self._workers and self._failures.get(place, 0) < TRIES:
                handle, preparing = self._cluster.start(group, self._job)
                self._workers[place] = _Worker(group, handle, preparing)
        if self._workers:
            self._seen = now
        elif groups or now - self._seen > EMPTY_SECONDS:
            raise no_node(self._last)

    def _hand_out(self) -> None:
        ready = [worker for worker in self._workers.values() if worker.is_ready]
        # The last parts are not piled on one worker while another has nothing.
        for depth in range(1, _DEPTH + 1):
            for worker in ready:
                if self._queue and len(worker.tasks) < depth:
                    self._give(worker, self._queue.popleft())

    def _give(self, worker: _Worker, start: int) -> None:
        places = set(self._named.get(start, ()))
        if worker.group.node in self._blind:
            places |= set(self._files.local_places(start))
        task, portions = self._files.with_contents(start, sorted(places))
        worker.tasks[self._cluster.give(worker.handle, task, portions)] = start

    def _taken(self) -> Iterator[PartAnswer]:
        """Answers that have come; lost workers are noted."""
        owners: dict[Any, tuple[str, int]] = {}
        for place, worker in self._workers.items():
            owners |= dict.fromkeys(worker.tasks, place)
            if worker.preparing is not None:
                owners[worker.preparing] = place
        if not owners:
            time.sleep(_WAIT)
            return
        for reference in self._cluster.wait(list(owners), _WAIT):
            place = owners[reference]
            # Lost with an earlier one of the same worker.
            if place not in self._workers:
                continue
            try:
                found = self._cluster.get(reference)
            except Lost as loss:
                self._last = str(loss)
                self._lose(place, self._workers[place].group.name)
                continue
            worker = self._workers[place]
            if reference == worker.preparing:
                if found is not None:
                    raise found
                worker.preparing = None
                self._failures.pop(place, None)
                continue
            start = worker.tasks.pop(reference)
            if found.error is not None:
                raise found.error
            if found.unseen:
                self._send(worker, start, found.unseen)
            else:
                yield found

    def _send(self, worker: _Worker, start: int, unseen: tuple[int, ...]) -> None:
        """The part again, with what the node does not see."""
        if self._files.is_local(start + unseen[0]) and worker.group.node not in self._blind:
            self._blind.add(worker.group.node)
            self._say(
                message(
                    "The node {node} does not see {file} as it is here: images are sent to it. A"
                    " shared folder under the same path is faster.",
                    node=worker.group.name,
                    file=self._files.name(start + unseen[0]),
                )
            )
        self._named[start] = tuple(sorted({*self._named.get(start, ()), *unseen}))
        self._queue.appendleft(start)

    def _lose(self, place: tuple[str, int], name: str) -> None:
        worker = self._workers.pop(place)
        self._cluster.end(worker.handle)
        if worker.preparing is not None:
            self._failures[place] = self._failures.get(place, 0) + 1
        # From the last one on: each goes before those that are in the queue.
        for start in sorted(worker.tasks.values(), reverse=True):
            self._queue.appendleft(start)
        # A node that died is found out by a worker that cannot start there; nothing is lost by it.
        if worker.tasks:
            self._say(
                message_n(
                    "A worker on the node {node} is lost; its part of {rows} images is done again"
                    " elsewhere.",
                    "A worker on the node {node} is lost; its {count} parts of {rows} images are"
                    " done again elsewhere.",
                    len(worker.tasks),
                    node=name,
                    rows=self._files.rows(0),
                )
            )
        # It works on the first of them only.
        for start in list(worker.tasks.values())[:1]:
            self._losses[start] = self._losses.get(start, 0) + 1
            if self._losses[start] >= TRIES:
                raise UserError(
                    message(
                        "{tries} workers were lost at the images from {file} on: {reason}",
                        tries=TRIES,
                        file=self._files.name(start),
                        reason=self._last or "-",
                    ),
                    message(
                        "What was finished is kept; look at these images, or run without --cluster."
                    ),
                    code="cluster_part_lost",
                )
