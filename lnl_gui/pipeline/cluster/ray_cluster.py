"""Ray: connecting to a cluster, and workers as its actors.

Plain actors, and not Ray Data: a part is read, computed and returned in one call, its rows must
come with their number, and the head alone writes. An actor a GPU or core group with a queue at the
head gives that, with progress, cancel and the choice of who reads what, and needs the core of Ray
only. Ray Data would bring blocks, their order and their repetition, of which none is used.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from typing import Any

from lnl_gui.pipeline.cluster.on_node import NodeWorker
from lnl_gui.pipeline.cluster.parts import NodeJob, PartAnswer, PartTask
from lnl_gui.pipeline.cluster.pool import Lost, NodeGroup
from lnl_gui.pipeline.cluster.ray_start import ToLogFile, connect, import_ray
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message

CORES = 4
"""Of one worker on a processor: decoding and computing overlap in it, and its memory is shared."""
_GPU_CORES = 8
"""Of one worker with a GPU at most, for decoding."""


@contextmanager
def connected(address: str, *, device: str, threads: int | None) -> Iterator["RayCluster"]:
    """A connection to a cluster for as long as it is needed.

    Args:
        address: as `lnl_gui.util.cluster.check_cluster` knows it.
        device: as the job asks for it; whether GPUs are used follows.
        threads: of a cluster of this machine alone; None takes all cores.

    Raises:
        UserError: without Ray, or when no cluster answers.
    """
    with redirect_stdout(ToLogFile()):
        ray = import_ray()
        connect(ray, address, threads)
        try:
            yield RayCluster(ray, device)
        finally:
            # What is left of a connection that broke is no reason to lose the result.
            with suppress(Exception):
                ray.shutdown()


class RayCluster:
    """A cluster's nodes and the actors on them; see `lnl_gui.pipeline.cluster.pool.Cluster`."""

    def __init__(self, ray: Any, device: str) -> None:
        self._ray, self._device = ray, device
        self._jobs: dict[int, Any] = {}

    def groups(self) -> list[NodeGroup]:
        """A worker a GPU where any node has one, and otherwise one for so many cores.

        Raises:
            UserError: when a GPU is asked for and no node has one.
        """
        nodes = [node for node in self._ray.nodes() if node["Alive"]]
        with_gpu = [group for node in nodes for group in _gpu_groups(node)]
        if self._device != "cpu" and with_gpu:
            return with_gpu
        if self._device.startswith("cuda"):
            raise UserError(
                message("No node of the cluster has a GPU."),
                message("Choose the device cpu or auto."),
                code="no_gpu",
            )
        return [group for node in nodes for group in _core_groups(node)]

    def start(self, group: NodeGroup, job: NodeJob) -> tuple[Any, Any]:
        """An actor on the group's node, and the reference to what it says once it is ready."""
        if id(job) not in self._jobs:
            # Once for all: a job may hold a model.
            self._jobs[id(job)] = self._ray.put(job)
        affinity = self._ray.util.scheduling_strategies.NodeAffinitySchedulingStrategy
        worker = (
            self._ray.remote(_Actor)
            .options(
                num_cpus=group.cpus,
                num_gpus=group.gpus,
                # The pool starts another one, and gives it what this one had.
                max_restarts=0,
                scheduling_strategy=affinity(group.node, soft=False),
            )
            .remote(self._jobs[id(job)], group.cpus, group.name)
        )
        return worker, worker.prepare.remote()

    def give(self, worker: Any, task: PartTask, portions: Iterable[list[bytes]]) -> Any:
        """Hand a task to an actor; what is sent with it lies in Ray's store, or on disk."""
        return worker.work.remote(task, [self._ray.put(portion) for portion in portions])

    def wait(self, references: list[Any], seconds: float) -> list[Any]:
        """Those that have come, or failed."""
        found, _ = self._ray.wait(references, num_returns=1, timeout=seconds, fetch_local=False)
        return list(found)

    def get(self, reference: Any) -> Any:
        """What has come.

        Raises:
            Lost: when its worker or node is gone.
        """
        errors = self._ray.exceptions
        try:
            return self._ray.get(reference)
        except errors.RayTaskError:
            # A bug, in our code there.
            raise
        except errors.RayError as error:
            lines = [line.strip() for line in str(error).splitlines() if line.strip()]
            # The last line of a traceback says what went wrong, the first of all else.
            said = lines[-1] if any("Traceback" in line for line in lines) else lines[0]
            raise Lost(said) from error

    def end(self, worker: Any) -> None:
        """End an actor at once."""
        with suppress(Exception):
            self._ray.kill(worker)


class _Actor:
    """A node's worker as Ray starts it."""

    def __init__(self, job: NodeJob, threads: int, node: str) -> None:
        self._worker = NodeWorker(job, threads, node)

    def prepare(self) -> UserError | None:
        """See `NodeWorker.prepare`."""
        return self._worker.prepare()

    def work(self, task: PartTask, portions: list[Any]) -> PartAnswer:
        """See `NodeWorker.work`; portions are fetched one by one."""
        ray = import_ray()
        return self._worker.work(task, (ray.get(portion) for portion in portions))


def _gpu_groups(node: dict[str, Any]) -> list[NodeGroup]:
    gpus = int(node["Resources"].get("GPU", 0))
    if not gpus:
        return []
    cores = max(1, min(_GPU_CORES, int(node["Resources"].get("CPU", 1)) // gpus))
    return [NodeGroup(node["NodeID"], number, cores, 1, _name(node)) for number in range(gpus)]


def _core_groups(node: dict[str, Any]) -> list[NodeGroup]:
    cores = int(node["Resources"].get("CPU", 0))
    starts = range(0, cores, CORES)
    return [
        NodeGroup(node["NodeID"], number, min(CORES, cores - start), 0, _name(node))
        for number, start in enumerate(starts)
    ]


def _name(node: dict[str, Any]) -> str:
    # Several nodes of a test share one machine.
    return f"{node['NodeManagerHostname']} ({node['NodeID'][:6]})"
