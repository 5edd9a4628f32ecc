"""Training by several processes: they are started, told what to train, and ended.

The process that runs the job is the first of them, so that progress, cancel and the project's lock
stay where they are. It starts the others itself, as this program once more, which also works from
the frozen application; or `torchrun` has started all of them, on one machine or on several that
share the project's folder.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

import torch
import torch.distributed as dist

from lnl_gui.detect.threads import at_most
from lnl_gui.learn.finetuning.finetune import finetune
from lnl_gui.learn.recipes.parameters import Recipe, one_process_only
from lnl_gui.learn.training.ranks import ALONE, PROCESS_ENDED, Ranks, join, process_ended
from lnl_gui.pipeline.training.chosen_recipe import chosen_recipe
from lnl_gui.pipeline.training.shared_training import read_shared
from lnl_gui.store.jobs.job_kinds import from_dict
from lnl_gui.store.jobs.parameters import FinetuneParameters
from lnl_gui.util.errors import Cancelled, UserError
from lnl_gui.util.messages import Message, message
from lnl_gui.util.process.cores import available_cores, wanted_processes
from lnl_gui.util.process.processes import no_console
from lnl_gui.util.process.program import program_command
from lnl_gui.util.progress import JobContext

HELPER_VERB = "training-process"
START_SECONDS = 300.0
"""For a process to start: importing torch from a slow disk takes a minute."""
END_SECONDS = 10.0
_HOST = "127.0.0.1"


def by_torchrun() -> bool:
    """Whether `torchrun` has started this process."""
    return "TORCHELASTIC_RUN_ID" in os.environ and "RANK" in os.environ


@contextmanager
def several_processes(recipe: Recipe, context: JobContext, *, device: str) -> Iterator[Ranks]:
    """The processes that train together, for as long as they are needed.

    Args:
        recipe: what is trained; some train in one process only, which is said in the log.
        context: of the job.
        device: as it was asked for.

    Raises:
        UserError: when one of them does not start.
    """
    if by_torchrun():
        yield from _joined(int(os.environ["WORLD_SIZE"]))
        return
    count = wanted_processes(torch.cuda.device_count() if device in ("auto", "cuda") else 1)
    if count > 1 and (why := one_process_only(recipe)) is not None:
        context.log(message("note: {why}", why=why))
        count = 1
    if count == 1:
        yield ALONE
        return
    with _started(count, device) as ranks:
        yield ranks


def _joined(count: int) -> Iterator[Ranks]:
    ranks = join(0, count) if count > 1 else ALONE
    try:
        yield ranks
        # Left out after an error: the others notice that the connection closes.
        ranks.say(None)
    finally:
        ranks.close()


@contextmanager
def _started(count: int, device: str) -> Iterator[Ranks]:
    # Port 0 takes one that is free. torch's wheels for Windows have no libuv.
    store = dist.TCPStore(  # type: ignore[attr-defined]  # public, says its documentation
        _HOST, 0, count, is_master=True, wait_for_workers=False, use_libuv=os.name != "nt"
    )
    helpers = [_Helper.start(number, count, store.port) for number in range(1, count)]
    try:
        _await(helpers, store)
        ranks = join(0, count, store)
        try:
            yield ranks
            ranks.say(None)
        except UserError as error:
            if error.code == PROCESS_ENDED and (known := _ended(helpers)) is not None:
                raise known from error
            raise
        finally:
            ranks.close()
        for helper in helpers:
            helper.end(END_SECONDS)
    finally:
        for helper in helpers:
            helper.end(0.0)


@dataclass(frozen=True)
class _Helper:
    """One of the other processes, and what it has printed."""

    number: int
    process: subprocess.Popen[bytes]
    printed: IO[bytes]

    @classmethod
    def start(cls, number: int, count: int, port: int) -> "_Helper":
        # A file, not a pipe: nobody reads along, and whoever fills a pipe stands still.
        printed = TemporaryFile()  # noqa: SIM115 - open as long as the process runs
        # Their threads share the cores with ours.
        threads = str(max(1, available_cores() // count))
        process = subprocess.Popen(
            [*program_command(), HELPER_VERB, str(number), str(count), str(port)],
            stdin=subprocess.DEVNULL,
            stdout=printed,
            stderr=printed,
            env={**os.environ, "OMP_NUM_THREADS": threads},
            creationflags=no_console(),
        )
        return cls(number, process, printed)

    def end(self, seconds: float) -> None:
        """Wait so long for its end, then end it."""
        if seconds:
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(seconds)
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if not self.printed.closed:
            self.printed.close()

    def died(self) -> Message | None:
        """Of what it has ended, if it has."""
        code = self.process.poll()
        if code is None:
            return None
        self.printed.seek(0)
        lines = self.printed.read().decode("utf-8", "replace").strip().splitlines()
        if code < 0:
            return message("ended by signal {number}", number=-code)
        return Message(lines[-1].rstrip(".")) if lines else message("exit code {code}", code=code)


def _await(helpers: Sequence[_Helper], store: Any) -> None:
    end = time.monotonic() + START_SECONDS
    for helper in helpers:
        # Looked at before they meet: a meeting would wait long for one that has died.
        while not store.check([_here(helper.number)]):
            if (reason := helper.died()) is not None:
                raise UserError(
                    message(
                        "Process {number} of the training did not start: {reason}.",
                        number=helper.number + 1,
                        reason=reason,
                    ),
                    message("Train with one process, or mend what it says."),
                    code="process_not_started",
                )
            if time.monotonic() > end:
                raise UserError(
                    message(
                        "Process {number} of the training is too slow.", number=helper.number + 1
                    ),
                    message("Train with one process."),
                    code="process_not_started",
                )
            time.sleep(0.05)


def _ended(helpers: Sequence[_Helper]) -> UserError | None:
    """Which process has ended, and of what; None where that cannot be told."""
    for helper in helpers:
        # Its connection closes a moment before it has ended.
        with suppress(subprocess.TimeoutExpired):
            helper.process.wait(END_SECONDS / len(helpers))
        if (reason := helper.died()) is not None:
            return process_ended(
                message(
                    "Process {number} of this training has ended: {reason}.",
                    number=helper.number + 1,
                    reason=reason,
                )
            )
    return None


def _here(number: int) -> str:
    return f"here-{number}"


def hand_out(
    ranks: Ranks, data: Path, parameters: dict[str, object], folders: Sequence[Path]
) -> None:
    """Tell the other processes to train on the sets in `data`.

    Args:
        ranks: all processes.
        data: see `shared_training.shared`.
        parameters: the JSON form of the fine-tune's.
        folders: of the training, and of its activations.
    """
    ranks.say({"data": str(data), "parameters": parameters, "folders": list(map(str, folders))})


def main(arguments: Sequence[str]) -> int:
    """Run one of the other processes until the first has no more for it.

    Args:
        arguments: its number, how many there are, and the port where they meet; of a process that
            `torchrun` has started anything.
    """
    import signal  # noqa: PLC0415 - this process alone

    # Ctrl+C goes to all that share a terminal; the first one says what becomes of it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if by_torchrun():
        ranks = join(int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"]))
    else:
        number, count, port = map(int, arguments)
        store = dist.TCPStore(_HOST, port, count, is_master=False)  # type: ignore[attr-defined]  # as above
        store.set(_here(number), "1")
        ranks = join(number, count, store)
    try:
        with at_most(cores_of_rank(ranks)):
            while (task := ranks.say()) is not None:
                try:
                    _train(ranks, task)
                except (UserError, Cancelled) as error:
                    # What went wrong is told by the first process; another task may come.
                    if not ranks.agreed_on(error):
                        raise
    except (UserError, Cancelled) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    finally:
        ranks.close()
    return 0


def _train(ranks: Ranks, task: dict[str, object]) -> None:
    parameters = from_dict(FinetuneParameters, task["parameters"])
    training, holdout = read_shared(Path(str(task["data"])))
    folder, cache = (Path(str(one)) for one in task["folders"])  # type: ignore[attr-defined]  # a list
    finetune(
        training,
        holdout,
        chosen_recipe(parameters),
        backbone_name=parameters.encoder,
        weights=Path(parameters.weights) if parameters.weights else None,
        folder=folder,
        cache_folder=cache,
        device=device_of_rank(parameters.device, ranks),
        workers=cores_of_rank(ranks),
        seed=parameters.seed,
        ranks=ranks,
    )


def cores_of_rank(ranks: Ranks) -> int:
    """Cores of this process, which shares those of its machine with the others there."""
    here = int(os.environ.get("LOCAL_WORLD_SIZE", ranks.count))
    return max(1, available_cores() // here)


def device_of_rank(device: str, ranks: Ranks) -> str:
    """The device of this process, of which each has its own GPU where there are enough."""
    gpus = torch.cuda.device_count() if device in ("auto", "cuda") else 0
    if not ranks.several or not gpus:
        return device
    number = int(os.environ.get("LOCAL_RANK", ranks.number)) % gpus
    torch.cuda.set_device(number)
    return f"cuda:{number}"
