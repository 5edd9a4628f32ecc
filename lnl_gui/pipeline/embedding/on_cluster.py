"""The embedding pass on the nodes of a cluster: the same parts, with the same bytes."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import lnl_gui
from lnl_gui.containers.location import ImageLocation
from lnl_gui.encoders.embedding import PART_SIZE, Part, embed_samples
from lnl_gui.encoders.encoder import Encoder
from lnl_gui.encoders.loading.load import load_encoder
from lnl_gui.pictures.rendering import Rendering
from lnl_gui.pipeline.cluster.parts import PartFiles
from lnl_gui.pipeline.cluster.pool import Pool
from lnl_gui.pipeline.cluster.ray_cluster import connected
from lnl_gui.store.jobs.parameters import EmbedParameters
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message
from lnl_gui.util.progress import JobContext, Progress


@dataclass(frozen=True)
class EmbeddedPart:
    """A part whose rows count from its own first one, and the thumbnails of its images by name."""

    part: Part
    thumbnails: dict[str, bytes]


@dataclass(frozen=True)
class EmbedOnNode:
    """The embedding as it travels to the nodes; `keys` are those of the head's encoders."""

    names: tuple[str, ...]
    keys: tuple[str, ...]
    device: str
    weights: str | None
    batch_size: int
    rendering: Rendering
    whole: int
    """Images of the pass, of all parts together."""
    version: str = lnl_gui.__version__

    def open(
        self, threads: int
    ) -> Callable[[Sequence[ImageLocation]], tuple[EmbeddedPart, list[int]]]:
        """Load the encoders of this node.

        Raises:
            UserError: when they cannot be had, or are others than the head's.
        """
        encoders = [
            load_encoder(
                name,
                device=self.device,
                weights=Path(self.weights) if self.weights else None,
                batch_size=self.batch_size,
                threads=threads,
            )
            for name in self.names
        ]
        for encoder, key in zip(encoders, self.keys, strict=True):
            if encoder.key != key:
                raise UserError(
                    message("The weights of {name} are others than here.", name=encoder.name),
                    message("Let all nodes read the same weights."),
                    code="other_weights",
                )

        def work(files: Sequence[ImageLocation]) -> tuple[EmbeddedPart, list[int]]:
            thumbnails: dict[str, bytes] = {}
            # One part, whatever its length.
            (part,) = embed_samples(
                files,
                encoders,
                store_thumbnail=thumbnails.__setitem__,
                part_size=PART_SIZE,
                workers=threads,
                rendering=self.rendering,
                whole=self.whole,
            )
            return EmbeddedPart(part, thumbnails), sorted(part.unreadable)

        return work


def embed_on_cluster(
    address: str,
    files: Sequence[ImageLocation],
    sizes: Sequence[int],
    encoders: Sequence[Encoder],
    parameters: EmbedParameters,
    *,
    starts: Iterable[int],
    rendering: Rendering,
    store_thumbnail: Callable[[str, bytes], None],
    context: JobContext,
    progress: Progress,
) -> Iterator[Part]:
    """Embed the parts that begin at `starts`, on the nodes of a cluster.

    Args:
        address: of the cluster.
        files: one a row.
        sizes: bytes of each, -1 where it is missing.
        encoders: as the head has them; each node loads its own.
        parameters: of the job.
        starts: first rows of parts.
        rendering: of the dataset.
        store_thumbnail: called with name and bytes of each thumbnail.
        context: for the log.
        progress: finished and all rows of this call.

    Yields:
        parts as `embed_samples` gives them, each once, in any order.

    Raises:
        UserError: without Ray, when no cluster answers, or for what a node cannot do.
    """
    job = EmbedOnNode(
        tuple(encoder.name for encoder in encoders),
        tuple(encoder.key for encoder in encoders),
        parameters.device,
        parameters.weights,
        parameters.batch_size,
        rendering,
        len(files),
    )
    parts = PartFiles(files, sizes, PART_SIZE)
    with connected(address, device=parameters.device, threads=context.threads) as cluster:
        pool = Pool(cluster, job, parts, say=context.log, progress=progress)
        for answer in pool.answers(starts):
            embedded: EmbeddedPart = answer.result
            for name, data in embedded.thumbnails.items():
                store_thumbnail(name, data)
            yield _moved(embedded.part, answer.start, answer.failed)


def _moved(part: Part, start: int, failed: dict[int, Message]) -> Part:
    """The part with rows that count from the dataset's first one."""
    unreadable = {start + row: reason for row, reason in (part.unreadable | failed).items()}
    return replace(part, start=start, stop=start + part.stop, unreadable=unreadable)
