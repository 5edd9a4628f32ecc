"""Several processes that train one network: who does what, and what they tell each other.

Every process walks through the same batches in the same order and draws the same random numbers.
Of each batch it learns from its own share; the gradients are added up before the step. The batch,
its order, the augmentation of every sample and the rates are thus those of one process, and a
checkpoint knows nothing of how many there were.

Gradients are added up here and not by `DistributedDataParallel`, which wants to be called as the
network: parts of a batch, frozen features and heads alone pass through other doors.
"""

import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

import numpy as np
import torch
import torch.distributed as dist
from torch import Tensor, nn

from lnl_gui.learn.training.seeding import seed_present_devices
from lnl_gui.util.errors import Cancelled, UserError
from lnl_gui.util.log import logger
from lnl_gui.util.messages import NOTHING, Message, from_json, message, to_json
from lnl_gui.util.progress import Progress

T = TypeVar("T")

WAITING = timedelta(days=30)
"""For the first process, which may compute embeddings for hours; a process that dies is noticed at
once, because its connection closes."""
GRADIENTS_WAIT = timedelta(minutes=20)
"""For gradients on GPUs, where no closed connection is seen."""
PROCESS_ENDED = "process_ended"
LEAST_SHARE = 2
"""Samples: batch normalisation cannot learn from one."""
_WELL, _FAILED, _NOT_A_NUMBER, _CANCELLED = range(4)


class NotANumber(Exception):
    """A loss is infinite or no number; the weights are those after the step before."""


def shares(rows: int, count: int) -> list[slice]:
    """The part of a batch of `rows` samples that each of `count` processes learns from.

    All parts together are the batch; the last ones are empty where it is too short for all.
    """
    learning = max(1, min(count, rows // LEAST_SHARE))
    ends = [rows * (number + 1) // learning for number in range(learning)]
    parts = [slice(start, end) for start, end in zip([0, *ends], ends, strict=False)]
    return parts + [slice(rows, rows)] * (count - learning)


@dataclass(eq=False)
class Ranks:
    """One of several processes, or the only one.

    Attributes:
        number: of this process, from 0; the first one writes files and reports.
        count: how many there are.
    """

    number: int = 0
    count: int = 1
    _stopped: bool = False
    _raised: BaseException | None = field(default=None, repr=False)
    _gradients: Any = field(default=None, repr=False)

    @property
    def first(self) -> bool:
        """Whether this is the process that writes and reports."""
        return self.number == 0

    @property
    def several(self) -> bool:
        """Whether there are others."""
        return self.count > 1

    def share(self, rows: int) -> slice:
        """Which of so many rows of a batch are this process's."""
        return shares(rows, self.count)[self.number]

    def reporting(self, progress: Progress) -> Progress:
        """Progress for the loop: told by the first alone, and a stop is agreed at the next step."""
        if not self.several:
            return progress

        def report(done: int, total: int) -> None:
            if not self.first:
                return
            try:
                progress(done, total)
            except Cancelled:
                # Raised here it would leave the others waiting for gradients that never come.
                self._stopped = True

        return report

    def agree(self, failure: BaseException | None = None, value: float = 0.0) -> float:
        """Wait for all; returns the sum of their values.

        Args:
            failure: what went wrong in this process.
            value: of this process.

        Raises:
            Cancelled: when the first was asked to stop.
            NotANumber: when one of them met no number.
            UserError: in all processes, when one has failed: of what it failed of.
        """
        if not self.several:
            if failure is not None:
                raise failure
            return value
        state = _state_of(failure) or (_CANCELLED if self._stopped else _WELL)
        told = torch.zeros(self.count + 1, dtype=torch.float64)
        told[self.number], told[-1] = state, 0.0 if failure is not None else value
        self._sum(told)
        states = [int(one) for one in told[:-1].tolist()]
        if any(states):
            self._raised = self._failure(states, failure)
            raise self._raised
        return float(told[-1])

    def agreed_on(self, error: BaseException | None) -> bool:
        """Whether an error, or what it was raised from, was raised in all processes at once.

        After any other one this process is out of step with the others, and must end.
        """
        while error is not None:
            if error is self._raised:
                return True
            error = error.__cause__ or error.__context__
        return False

    def total(self, value: float) -> float:
        """The sum of the values of all processes."""
        return self.agree(None, value)

    def first_then_all(self, work: Callable[[], T]) -> T:
        """What `work` returns: done by the first, then by the others, which find it on disk.

        Raises:
            UserError, Cancelled: in all processes, when the first fails.
        """
        if not self.several:
            return work()
        result: T | None = None
        failure: BaseException | None = None
        if self.first:
            try:
                result = work()
            except BaseException as error:  # also Ctrl+C: the others wait
                failure = error
        self.agree(failure)
        return result if self.first and result is not None else work()

    def every(self, there: bool) -> bool:
        """Whether it is so in all processes."""
        return self.total(0.0 if there else 1.0) == 0

    def copy_first(self, *modules: nn.Module) -> None:
        """Give all processes the first one's weights and buffers."""
        if not self.several:
            return
        for module in modules:
            for tensor in module.state_dict().values():
                held = tensor.detach().cpu().contiguous()
                self._broadcast(held, 0)
                tensor.copy_(held)

    def gather(self, rows: Tensor, counts: Sequence[int]) -> Tensor:
        """The rows (n, ...) of all processes in order, on the CPU, of which each has its count.

        Args:
            rows: those of this process; (0, 0) where it has none.
            counts: rows of each process.
        """
        if not self.several:
            return rows
        shape = torch.tensor(rows.shape[1:] if len(rows) else (0,) * (rows.ndim - 1))
        self._call(lambda: dist.all_reduce(shape, dist.ReduceOp.MAX))
        wide = tuple(shape.tolist())
        padded = torch.zeros((max(counts), *wide), dtype=rows.dtype)
        padded[: len(rows)] = rows.cpu() if len(rows) else padded[:0]
        found = [torch.zeros_like(padded) for _ in counts]
        self._call(lambda: dist.all_gather(found, padded))
        return torch.cat([part[:count] for part, count in zip(found, counts, strict=True)])

    def say(self, values: object = None) -> Any:
        """JSON values from the first process to all; `values` of the others is ignored."""
        if not self.several:
            return values
        return self._say_from(0, values)

    def add_gradients(self, network: nn.Module, weight: float) -> None:
        """Add up the gradients of all processes, and average running batch statistics.

        Each process normalises a batch by its own share of it, as it does by the parts of a batch
        that does not fit in memory. The running statistics become the mean over the processes, so
        that all keep one network.

        Args:
            network: after this process's backward pass.
            weight: share of the batch that this process has seen, in [0, 1].
        """
        trained = [one for one in network.parameters() if one.requires_grad]
        known = torch.tensor([float(one.grad is not None) for one in trained])
        self._sum(known)
        # What no process has a gradient of gets none: a decay of weights would move it.
        taught = [one for one, count in zip(trained, known.tolist(), strict=True) if count]
        statistics = _running(network)
        parts = [torch.zeros_like(one) if one.grad is None else one.grad for one in taught]
        parts += [buffer * weight for buffer in statistics]
        if not parts:
            return
        flat = torch.cat([part.detach().reshape(-1).float() for part in parts])
        self._add(flat)
        at = 0
        for target in (*taught, *statistics):
            piece = flat[at : at + target.numel()].view_as(target).to(target.dtype)
            at += target.numel()
            if isinstance(target, nn.Parameter):
                target.grad = piece.clone(memory_format=torch.preserve_format)
            else:
                target.copy_(piece)

    @contextmanager
    def own_draws(self, step: int) -> Iterator[None]:
        """Draws of this process alone, such as dropout; the common ones are left where they were.

        Args:
            step: makes each step's draws its own.
        """
        devices = [torch.cuda.current_device()] if torch.cuda.is_available() else []
        words = np.random.SeedSequence((torch.initial_seed(), step, self.number)).generate_state(2)
        with torch.random.fork_rng(devices=devices):
            seed_present_devices(int(words[0]) << 16 ^ int(words[1]))
            yield

    def close(self) -> None:
        """Leave the others."""
        if self.several and dist.is_initialized():
            dist.destroy_process_group()

    def _failure(self, states: list[int], failure: BaseException | None) -> BaseException:
        if _CANCELLED in states and _FAILED not in states:
            # Told once: what comes after the stopped training is another one.
            self._stopped = False
            return Cancelled()
        if _FAILED not in states:
            return NotANumber()
        source = states.index(_FAILED)
        told = self._say_from(source, None if failure is None else _told(failure))
        if failure is not None:
            return failure
        return UserError(from_json(told["message"]), from_json(told["hint"]), code=told["code"])

    def _say_from(self, source: int, values: object) -> Any:
        mine = np.frombuffer(json.dumps(values).encode(), np.uint8).copy()
        length = torch.tensor([len(mine)])
        self._broadcast(length, source)
        text = torch.zeros(int(length), dtype=torch.uint8)
        if self.number == source:
            text.copy_(torch.from_numpy(mine))
        self._broadcast(text, source)
        return json.loads(text.numpy().tobytes())

    def _broadcast(self, values: Tensor, source: int) -> None:
        self._call(lambda: dist.broadcast(values, source))

    def _sum(self, values: Tensor) -> None:
        self._call(lambda: dist.all_reduce(values))

    def _add(self, flat: Tensor) -> None:
        if flat.device.type == "cuda" and self._gradients is not None:
            self._call(lambda: dist.all_reduce(flat, group=self._gradients))
            return
        # Gloo adds on the processor; so it works on every platform.
        held = flat.cpu()
        self._sum(held)
        flat.copy_(held)

    def _call(self, exchange: Callable[[], object]) -> None:
        try:
            exchange()
        except RuntimeError as error:
            # Of connections and devices; which process it was is known to whoever started them.
            logger.warning("no exchange with the other processes: %s", error)
            raise process_ended(message("Another process of this training has ended.")) from error


def process_ended(what: Message) -> UserError:
    """The error of a training of which a process has ended."""
    return UserError(
        what,
        message("Start it again; it goes on from its last checkpoint."),
        code=PROCESS_ENDED,
        retryable=True,
    )


ALONE = Ranks()
"""The only process."""


def join(number: int, count: int, store: Any = None) -> Ranks:
    """Meet the other processes; returns when all are there.

    Args:
        number: of this process, from 0.
        count: how many there are.
        store: where they meet; None takes what `torchrun` says in the environment.
    """
    # Gloo for all that is said, on every platform; NCCL for gradients on CUDA devices.
    dist.init_process_group("gloo", store=store, rank=number, world_size=count, timeout=WAITING)
    gradients = None
    here = int(os.environ.get("LOCAL_WORLD_SIZE", count))
    # NCCL refuses two processes on one device.
    if dist.is_nccl_available() and torch.cuda.is_available() and torch.cuda.device_count() >= here:
        gradients = dist.new_group(backend="nccl", timeout=GRADIENTS_WAIT)
    return Ranks(number, count, _gradients=gradients)


def _state_of(failure: BaseException | None) -> int:
    if failure is None:
        return _WELL
    if isinstance(failure, NotANumber):
        return _NOT_A_NUMBER
    return _CANCELLED if isinstance(failure, Cancelled | KeyboardInterrupt) else _FAILED


def _told(failure: BaseException) -> dict[str, Any]:
    if isinstance(failure, UserError):
        said, hint, code = failure.message, failure.hint, failure.code
    else:
        said = message("A process of this training failed: {error}.", error=repr(failure))
        hint, code = NOTHING, "process_failed"
    return {"message": to_json(said), "hint": to_json(hint), "code": code}


def _running(network: nn.Module) -> list[Tensor]:
    """Running means and variances that this step has moved."""
    found: list[Any] = []
    for module in network.modules():
        moved = isinstance(module, nn.modules.batchnorm._BatchNorm) and module.training
        if moved and module.track_running_stats:
            found += [module.running_mean, module.running_var]
    return [one for one in found if one is not None]
