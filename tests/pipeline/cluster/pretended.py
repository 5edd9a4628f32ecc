"""A cluster without Ray: nodes of this process that can be killed, and see other files."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from lnl_gui.containers.location import ImageLocation
from lnl_gui.pictures.errors import UnreadableImage
from lnl_gui.pictures.reading import read_bytes
from lnl_gui.pipeline.cluster.on_node import NodeWorker
from lnl_gui.pipeline.cluster.parts import NodeJob, PartAnswer, PartTask
from lnl_gui.pipeline.cluster.pool import Lost, NodeGroup


@dataclass(frozen=True)
class Sizes:
    """A job that tells the length of each image's bytes, -1 where they cannot be read."""

    version: str

    def open(
        self, threads: int
    ) -> Callable[[Sequence[ImageLocation]], tuple[list[int], list[int]]]:
        def size(file: ImageLocation) -> int:
            try:
                return len(read_bytes(file))
            except UnreadableImage:
                return -1

        def work(files: Sequence[ImageLocation]) -> tuple[list[int], list[int]]:
            sizes = [size(file) for file in files]
            return sizes, [at for at, value in enumerate(sizes) if value < 0]

        return work


@dataclass
class _Reference:
    """What a worker will say once it is asked for."""

    worker: "_Worker"
    make: Callable[[], Any]


@dataclass
class _Worker:
    group: NodeGroup
    worker: NodeWorker
    is_ended: bool = False


@dataclass
class PretendedCluster:
    """Nodes by name with their number of workers.

    Attributes:
        nodes: those that are alive.
        moved: by node, the beginnings of paths that are called otherwise there.
        kills: called with node and task before it is worked on; True kills the worker.
    """

    nodes: dict[str, int]
    moved: dict[str, tuple[str, str]] = field(default_factory=dict)
    kills: Callable[[str, PartTask], bool] = lambda _node, _task: False
    given: list[tuple[str, int, int]] = field(default_factory=list)
    """Node, first row and images that were sent, of every task that was handed out."""
    started: list[_Worker] = field(default_factory=list)

    def groups(self) -> list[NodeGroup]:
        return [
            NodeGroup(node, number, 1, 0, node)
            for node, count in self.nodes.items()
            for number in range(count)
        ]

    def start(self, group: NodeGroup, job: NodeJob) -> tuple[Any, Any]:
        worker = _Worker(group, NodeWorker(job, 1, group.name))
        self.started.append(worker)
        return worker, id_of(_Reference(worker, worker.worker.prepare))

    def give(self, worker: Any, task: PartTask, portions: Iterable[list[bytes]]) -> Any:
        self.given.append((worker.group.node, task.start, len(task.sent)))

        def work() -> PartAnswer:
            if self.kills(worker.group.node, task):
                worker.is_ended = True
                raise Lost("killed by the test")
            before, after = self.moved.get(worker.group.node, ("", ""))
            texts = tuple(text.replace(before, after) for text in task.locations)
            return worker.worker.work(replace(task, locations=texts), portions)

        return id_of(_Reference(worker, work))

    def wait(self, references: list[Any], seconds: float) -> list[Any]:
        # One worker after the other, as if each took as long.
        return [min(references)]

    def get(self, reference: Any) -> Any:
        found = _KNOWN.pop(reference)
        if found.worker.is_ended or found.worker.group.node not in self.nodes:
            raise Lost("it is gone")
        return found.make()

    def end(self, worker: Any) -> None:
        worker.is_ended = True


_KNOWN: dict[int, _Reference] = {}
_numbers = iter(range(1 << 60))


def id_of(reference: _Reference) -> int:
    """A number by which a reference is found, for references must be comparable."""
    number = next(_numbers)
    _KNOWN[number] = reference
    return number
