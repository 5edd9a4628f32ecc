"""What the files of a dataset hold now, beside what its samples held when they were embedded."""

from collections.abc import Sequence

import numpy as np

from lnl_gui.containers.location import ImageLocation
from lnl_gui.pipeline.datasets.matching import content
from lnl_gui.util.messages import Message, message
from lnl_gui.util.progress import JobContext, stage_progress


class ContentsNow:
    """Contents, sizes and times of the images that a dataset lists, each looked up once at most.

    Args:
        files: of the M images.
        context: of the job, for its progress.
        stats: (M, 2) int64, see `content.file_stats`, where they have been asked for a moment ago.
    """

    def __init__(
        self,
        files: Sequence[ImageLocation],
        context: JobContext,
        *,
        stats: np.ndarray | None = None,
    ) -> None:
        self._files, self._context = files, context
        self._stats = np.full((len(files), 2), -1, np.int64) if stats is None else stats
        self._asked = np.full(len(files), stats is not None)
        self._hashes: dict[int, bytes] = {}

    def stats(self, images: Sequence[int], stage: Message) -> np.ndarray:
        """Size and time of change, int64 (n, 2), see `content.file_stats`."""
        wanted = np.asarray(images, np.int64)
        unasked = wanted[~self._asked[wanted]]
        if len(unasked):
            files = [self._files[at] for at in unasked.tolist()]
            progress = stage_progress(self._context, stage)
            self._stats[unasked] = content.file_stats(files, progress=progress)
            self._asked[unasked] = True
        found: np.ndarray = self._stats[wanted]
        return found

    def hashes(self, images: Sequence[int], stage: Message) -> dict[int, bytes]:
        """By image its content hash, `content.UNKNOWN` where it cannot be read."""
        unread = [at for at in images if at not in self._hashes]
        found = content.content_hashes(
            [self._files[at] for at in unread], progress=stage_progress(self._context, stage)
        )
        self._hashes.update(zip(unread, found, strict=True))
        return {at: self._hashes[at] for at in images}

    def other_than(
        self, row_of: np.ndarray, hashes: np.ndarray, stats: np.ndarray, decided: np.ndarray
    ) -> tuple[dict[int, bytes], dict[int, np.ndarray]]:
        """Images that hold something else than the samples at their places did.

        A file of the same size and time is not read: tools that change an image change its time.
        Where several samples share both, as files of one size out of an archive do, nothing but
        the content tells them apart: those that people have decided on are read, and all of
        them once one is another, or one has gone.

        Args:
            row_of: (M,) the sample at each image's place, negative where there is none.
            hashes: (N,) content of each sample when it was embedded, empty where unknown.
            stats: (N, 2) of each sample's file then.
            decided: (N,) bool.

        Returns:
            by image what it holds now where that is another content; and by sample the stats of
            files whose content is the same.
        """
        images = np.flatnonzero(row_of >= 0)
        images = images[hashes[row_of[images]] != b""]
        if not len(images):
            return {}, {}
        rows = row_of[images]
        now = self.stats(images.tolist(), message("Looking for changed images"))
        doubtful = (now != stats[rows]).any(axis=1)
        shared = _shared(stats)
        gone = np.setdiff1d(np.arange(len(stats)), row_of)
        doubtful |= shared[rows] & (decided[rows] | bool(shared[gone].any()))
        others = self._others(images[doubtful], row_of, hashes)
        if shared[row_of[list(others)]].any():
            doubtful |= shared[rows]
            others = self._others(images[doubtful], row_of, hashes)
        same = {
            int(row): stat
            for at, row, stat in zip(images[doubtful], rows[doubtful], now[doubtful], strict=True)
            if int(at) not in others
        }
        return others, same

    def touched(
        self, row_of: np.ndarray, unknown: np.ndarray, stats: np.ndarray, held: np.ndarray
    ) -> dict[int, bytes]:
        """Images whose files were written since they were listed and that may be others now.

        Of a sample that was never embedded nothing but its file's size and time is known: whether
        it is the same picture is not known then.

        Args:
            row_of: (M,) the sample at each image's place, negative where there is none.
            unknown: (N,) bool, samples to look at, which were never embedded.
            stats: (N, 2) of each sample's file when it was last listed, -1 where not known.
            held: (N,) content of each sample, where an update has read it since; else empty.

        Returns:
            by image what it holds now, `content.UNKNOWN` where it cannot be read.
        """
        images = np.flatnonzero(row_of >= 0)
        rows = row_of[images]
        asked = unknown[rows] & (stats[rows, 0] >= 0)
        images, rows = images[asked], rows[asked]
        if not len(images):
            return {}
        now = self.stats(images.tolist(), message("Looking for changed images"))
        written = images[(now != stats[rows]).any(axis=1) & (now[:, 0] >= 0)]
        found = self.hashes(written.tolist(), message("Reading changed images"))
        return {at: now_held for at, now_held in found.items() if now_held != held[row_of[at]]}

    def _others(
        self, images: np.ndarray, row_of: np.ndarray, hashes: np.ndarray
    ) -> dict[int, bytes]:
        found = self.hashes(images.tolist(), message("Reading changed images"))
        return {at: held for at, held in found.items() if held != hashes[row_of[at]]}


def _shared(stats: np.ndarray) -> np.ndarray:
    """Whether another sample's file has the same size and time, bool (N,).

    Not of files that are unknown, nor of images inside a container, whose stamp tells of a change.
    """
    _, inverse, count = np.unique(stats, axis=0, return_inverse=True, return_counts=True)
    known = (stats[:, 0] != content.MEMBER_SIZE) & (stats[:, 0] >= 0)
    shared: np.ndarray = (count[inverse.reshape(-1)] > 1) & known
    return shared
