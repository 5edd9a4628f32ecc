"""Threads that decode the files of a pass, by themselves or each by a process of its own.

Pillow and the compiled loops give up the interpreter's lock, but what lies between does not: two
threads decode half as many images again as one, and more hardly more. That is enough beside an
encoder on the processor. A GPU takes more, and has processes that decode for it.
"""

import os
import pickle  # noqa: TID251 - of a process of our own, over a pipe
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import IO, Any, cast

from lnl_gui.containers.location import ImageLocation
from lnl_gui.encoders.decoded_file import DecodedFile, Decoding
from lnl_gui.encoders.decoding_process import READY, VERB
from lnl_gui.pictures.errors import UnreadableImage
from lnl_gui.pictures.memory import DecodingMemory
from lnl_gui.pictures.reading import read_bytes
from lnl_gui.util.log import logger
from lnl_gui.util.messages import message
from lnl_gui.util.process.processes import no_console
from lnl_gui.util.process.program import program_command

# Handed over at once: a message to a process costs as much as an image, and threads that change
# places after each image take a twentieth of the processor's time beside a small encoder.
_AT_ONCE = 8
# Where memory ends a process is killed from outside: a file is tried again before it is blamed.
_TRIALS = 2
StoreThumbnail = Callable[[str, bytes], None]
"""Called with name and bytes."""
_Source = Path | bytes


class Decoders:
    """Threads that decode, each in this process or in one of its own.

    Args:
        decoding: of the pass.
        threads: how many.
        store_thumbnail: called from several threads at once; what it raises is raised where the
            file's turn comes.
        apart: each thread has a process that decodes for it; where none can be started, the
            threads decode themselves.
    """

    def __init__(
        self,
        decoding: Decoding,
        threads: int,
        *,
        store_thumbnail: StoreThumbnail,
        apart: bool = False,
    ) -> None:
        self._decoding = decoding
        self._store = store_thumbnail
        self._apart = apart
        self._memory = DecodingMemory()
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="decode")
        self._own = threading.local()
        self._lock = threading.Lock()
        self._processes: list[_Process] = []
        self._closing = False

    def in_order(self, files: Iterable[ImageLocation], *, ahead: int) -> Iterator[DecodedFile]:
        """Decoded files in their order, with about `ahead` at most decoded and not yet taken."""
        given = iter(files)
        waiting: deque[Future[list[DecodedFile]]] = deque()
        while some := list(islice(given, _AT_ONCE)):
            waiting.append(self._pool.submit(self._decode, some))
            if len(waiting) * _AT_ONCE > ahead:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()

    def close(self) -> None:
        """End threads and processes; what has not been taken is lost."""
        with self._lock:
            self._closing = True
            processes = list(self._processes)
        self._pool.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.kill()
        self._pool.shutdown(wait=True)
        for process in processes:
            process.close()

    def _decode(self, files: Sequence[ImageLocation]) -> list[DecodedFile]:
        decoded = self._decode_apart(files) if self._apart else self._decode_here(files)
        for file in decoded:
            if file.facts is not None:
                self._store(file.thumbnail_name, file.thumbnail)
        return decoded

    def _decode_here(self, files: Sequence[ImageLocation | bytes]) -> list[DecodedFile]:
        decoded = []
        for file in files:
            # Several large ones take seconds, for which nobody waits any more.
            if self._closing:
                raise CancelledError
            decoded.append(self._decoding.decode(file, self._memory))
        return decoded

    def _decode_apart(self, files: Sequence[ImageLocation]) -> list[DecodedFile]:
        # Containers and URLs are opened by this process alone, which keeps them open.
        sources = [_source(file) for file in files]
        asked = [source for source in sources if not isinstance(source, DecodedFile)]
        answers = iter(self._answers(asked))
        return [s if isinstance(s, DecodedFile) else next(answers) for s in sources]

    def _answers(self, sources: list[_Source]) -> list[DecodedFile]:
        try:
            try:
                return self._process().ask(sources)
            except _ProcessEnded:
                return [self._by_itself(source) for source in sources]
        except _NotStarted as error:
            if self._closing:
                raise CancelledError from error
            logger.warning("No process decodes images, threads do: %s", error)
            self._apart = False
            return self._decode_here(sources)

    def _by_itself(self, source: _Source) -> DecodedFile:
        """One file of several at which a process ended; whether it was at this one shows here."""
        for _ in range(_TRIALS):
            with suppress(_ProcessEnded):
                return self._process().ask([source])[0]
        return DecodedFile(reason=message("its decoder crashed"))

    def _process(self) -> "_Process":
        """The process of this thread, started where it has none that runs."""
        own = getattr(self._own, "process", None)
        if own is None or own.ended:
            with self._lock:
                # Nobody would end one that is started now.
                if self._closing:
                    raise CancelledError
                own = self._own.process = _Process()
                self._processes.append(own)
            own.begin(self._decoding)
        return cast("_Process", own)


def _source(file: ImageLocation) -> _Source | DecodedFile:
    if isinstance(file, Path):
        return file
    try:
        return read_bytes(file)
    except UnreadableImage as error:
        return DecodedFile(reason=error.reason)


class _ProcessEnded(Exception):
    """A process has ended while it was asked."""


class _NotStarted(Exception):
    """A process could not begin."""


class _Process:
    """One process that decodes, asked by one thread.

    Raises:
        _NotStarted: when the system starts none.
    """

    def __init__(self) -> None:
        self.ended = False
        try:
            self._running = subprocess.Popen(
                [*program_command(), VERB],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={**os.environ, "OMP_NUM_THREADS": "1"},
                creationflags=no_console(),
            )
        except OSError as error:
            raise _NotStarted(str(error)) from error
        self._input = cast("IO[bytes]", self._running.stdin)
        self._output = cast("IO[bytes]", self._running.stdout)

    def begin(self, decoding: Decoding) -> None:
        """Tell it how to decode, and wait until it can.

        Raises:
            _NotStarted: when it has ended instead.
        """
        try:
            self._send(decoding)
            if self._output.read(len(READY)) == READY:
                return
        except OSError:
            pass
        self.close()
        raise _NotStarted(str(self._running.returncode))

    def ask(self, files: Sequence[_Source]) -> list[DecodedFile]:
        """Have files decoded.

        Raises:
            _ProcessEnded: when it has ended meanwhile.
        """
        try:
            self._send(files)
            return cast("list[DecodedFile]", pickle.load(self._output))
        except (OSError, EOFError, pickle.UnpicklingError) as error:
            self.close()
            raise _ProcessEnded from error

    def _send(self, content: Any) -> None:
        pickle.dump(content, self._input, protocol=5)
        self._input.flush()

    def kill(self) -> None:
        """End it at once; whoever is asking is told."""
        self._running.kill()

    def close(self) -> None:
        """End it and let go of its pipes."""
        self.ended = True
        self._running.kill()
        self._running.wait()
        for pipe in (self._input, self._output):
            # What it was not told any more is still to be written.
            with suppress(OSError):
                pipe.close()
