"""What runs on a node: opens the job once, then works on one part after the other."""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import lnl_gui
from lnl_gui.containers.location import ImageLocation, url_of
from lnl_gui.containers.read import close_containers
from lnl_gui.pictures.errors import UnreadableImage
from lnl_gui.pictures.reading import read_bytes
from lnl_gui.pipeline.cluster.parts import (
    NodeJob,
    PartAnswer,
    PartTask,
    Work,
    locations_of,
    unseen_places,
)
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message


def other_version(node: str, wanted: str) -> UserError:
    """This node has another LNL than the machine that asks, which has `wanted`."""
    return UserError(
        message(
            "The node {node} has LNL {there}, this machine {here}.",
            node=node,
            there=lnl_gui.__version__,
            here=wanted,
        ),
        message("Install the same version everywhere."),
        code="other_version",
    )


class NodeWorker:
    """A process of a node.

    Args:
        job: what is done with the images.
        threads: processor threads it may use.
        node: by which name it is spoken of.
    """

    def __init__(self, job: NodeJob, threads: int, node: str) -> None:
        self._job, self._threads, self._node = job, threads, node
        self._work: Work = None

    def prepare(self) -> UserError | None:
        """Load what the job needs; why that cannot be done here."""
        if self._job.version != lnl_gui.__version__:
            return other_version(self._node, self._job.version)
        try:
            self._work = self._job.open(self._threads)
        except UserError as error:
            return self._named(error)
        return None

    def work(self, task: PartTask, portions: Iterable[list[bytes]] = ()) -> PartAnswer:
        """Do one part; `portions` hold the bytes of the images that were sent, in order."""
        try:
            locations = locations_of(task)
            if unseen := unseen_places(task, locations):
                return PartAnswer(task.start, unseen=unseen)
            with _with_sent(task, locations, portions) as readable:
                result, unreadable = self._work(readable)
            if unseen := _not_fetched(task, locations, unreadable):
                return PartAnswer(task.start, unseen=unseen)
            return PartAnswer(task.start, result, task.failed)
        except UserError as error:
            return PartAnswer(task.start, error=self._named(error))
        finally:
            close_containers()

    def _named(self, error: UserError) -> UserError:
        said = message("On the node {node}: {error}", node=self._node, error=error.message)
        return UserError(said, error.hint, code=error.code, retryable=error.retryable)


@contextmanager
def _with_sent(
    task: PartTask, locations: Sequence[ImageLocation], portions: Iterable[list[bytes]]
) -> Iterator[list[ImageLocation]]:
    """The images, of which those that were sent lie in a folder that goes afterwards."""
    found = list(locations)
    if not task.sent:
        yield found
        return
    with tempfile.TemporaryDirectory(prefix="lnl-part-") as folder:
        places = iter(task.sent)
        for portion in portions:
            for data in portion:
                at = next(places)
                found[at] = Path(folder, str(at))
                if at not in task.failed:
                    Path(folder, str(at)).write_bytes(data)
        yield found


def _not_fetched(
    task: PartTask, locations: Sequence[ImageLocation], unreadable: Iterable[int]
) -> tuple[int, ...]:
    """What lies at URLs that this node cannot read, for want of a key or of a way there."""
    asked = [at for at in unreadable if at not in task.sent and url_of(locations[at]) is not None]
    # Read again, not decoded: what comes and is damaged would be damaged when sent, too.
    return tuple(at for at in asked if not _comes(locations[at]))


def _comes(location: ImageLocation) -> bool:
    try:
        read_bytes(location)
    except UnreadableImage:
        return False
    return True
