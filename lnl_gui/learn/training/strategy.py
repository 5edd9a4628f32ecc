"""Optimiser steps under mixed precision and a memory limit; all gradients are computed here.

A method says which tensors go through which network and what the loss of the outputs is. Whether
the batch passes whole or in parts that add up, whether gradients are scaled, and what happens when
memory runs out is decided here, alike for every method.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any, TypeVar

import psutil
import torch
from torch import Tensor, nn

from lnl_gui.encoders.loading.batch_halving import HALVINGS, is_out_of_memory
from lnl_gui.learn.models.precision import Precision
from lnl_gui.learn.training.learner import Learner
from lnl_gui.learn.training.ranks import ALONE, NotANumber, Ranks
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message

Forward = Callable[[Tensor], Tensor]
"""Rows (b, ...) to outputs (b, ...)."""
SampleLosses = Callable[[Tensor, slice], Tensor]
"""Outputs (b, C) and the rows of the batch they belong to, to losses (b,)."""
BatchLoss = Callable[..., Tensor]
"""The outputs of all branches, whole, to a scalar."""

Result = TypeVar("Result")
HOST_SHARE = 0.5
"""Of the machine's memory, for what a step on the processor keeps for its way back; at its height
it takes a third more (a whole EfficientNet-Lite0, batch 128: 9.5 of 12.8 GiB)."""


@dataclass(frozen=True)
class Branch:
    """One pass of a batch through a network.

    Attributes:
        forward: takes rows of the batch.
        inputs: (B, ...) float32 on the host.
        partner: (B,) int64, the row each row is mixed with; None mixes nothing.
        share: of the row itself in the mixture.
        partners: (P, ...) what `partner` counts in; None: the inputs.
    """

    forward: Forward
    inputs: Tensor
    partner: Tensor | None = None
    share: float = 1.0
    partners: Tensor | None = None

    def __len__(self) -> int:
        return len(self.inputs)


class Strategy:
    """Precision, gradient scaling, and how many rows pass a network at once.

    Args:
        precision: None is float32 on the CPU.
        micro_batch: at most so many rows at once; gradients add up to the batch. 0 sets no limit.
        ranks: the processes that train together.
    """

    def __init__(
        self,
        precision: Precision | None = None,
        *,
        micro_batch: int = 0,
        ranks: Ranks = ALONE,
    ) -> None:
        self.precision, self.ranks = precision or Precision(), ranks
        self.rows_at_once = micro_batch
        # float16 has too small a range for gradients; bfloat16 and float32 need no scaling.
        scales = self.precision.half is torch.float16
        # Built even when it does nothing, so that steps and checkpoints know one path.
        self.scaler = torch.amp.GradScaler(self.precision.device.type, enabled=scales)
        self._largest = self._fitted = 0

    def step_by_sample(
        self,
        learner: Learner,
        branch: Branch,
        losses: SampleLosses,
        *,
        clip_norm: float = 0.0,
        whole: int | None = None,
    ) -> float:
        """Take one step on the mean of losses that do not depend on other samples.

        Args:
            learner: what learns.
            branch: the batch, or this process's share of it, which may be empty.
            losses: called for one part after the other.
            clip_norm: largest norm of the gradient; 0 does not clip.
            whole: rows of the batch, where the branch is a share; None: the branch is all.

        Returns:
            the mean loss of the whole batch.

        Raises:
            NotANumber: when it is not finite; nothing was learnt from the batch.
            UserError: code `out_of_memory` when an eighth of the batch does not fit.
        """

        rows = len(branch) if whole is None else whole

        def gradients() -> float:
            learner.optimiser.zero_grad(set_to_none=True)
            total = 0.0
            for part in self._parts(len(branch)):
                # Divided by the whole batch, not the part: parts of unequal size then add up to the
                # mean.
                loss = losses(self._outputs(branch, part), part).sum() / rows
                total += self._backward(loss)
            return total

        # Only gradients are tried again; the weights move once they are all there.
        value = self._together(
            learner, lambda: self._halving(len(branch), [learner], gradients), len(branch) / rows
        )
        self._descend([learner], clip_norm)
        return value

    def step(
        self,
        learners: Sequence[Learner],
        branches: Sequence[Branch],
        loss: BatchLoss,
        *,
        clip_norm: float = 0.0,
    ) -> float:
        """Take one step of one or more learners on any loss of the whole batch.

        A loss that compares samples (the smallest of a batch, a mean prediction, contrasts) does
        not add up over parts. Where the batch must be cut, the outputs are computed first without
        gradient, the loss is differentiated by them, and a second pass hands each part its share:
        the gradient is the whole batch's (Gao et al., RepL4NLP 2021), for a third more work.

        Args:
            learners: their networks have nothing in common.
            branches: what goes through the networks.
            loss: of the branches' outputs, in their order.
            clip_norm: largest norm of each learner's gradient; 0 does not clip.

        Returns:
            the loss.

        Raises:
            NotANumber: when it is not finite; nothing was learnt from the batch.
            UserError: code `out_of_memory` when an eighth of the batch does not fit.
        """
        # Of samples that are compared no process sees the others'.
        assert not self.ranks.several
        rows = max(map(len, branches))

        def gradients() -> float:
            for learner in learners:
                learner.optimiser.zero_grad(set_to_none=True)
            # The second pass is paid for only where memory asks for it.
            if self._limit(rows) < rows:
                return self._cached_gradients(learners, branches, loss)
            whole = [self._outputs(branch, slice(0, len(branch))) for branch in branches]
            return self._backward(loss(*whole))

        value = self._halving(rows, learners, gradients)
        self._descend(learners, clip_norm)
        return value

    def outputs(self, forward: Forward, inputs: Tensor) -> Tensor:
        """Outputs (B, ...) float32 on the device for inputs (B, ...) on the host; no gradient."""
        branch = Branch(forward, inputs)

        def compute() -> Tensor:
            with torch.no_grad():
                return torch.cat([self._outputs(branch, p) for p in self._parts(len(branch))])

        return self._halving(len(branch), [], compute)

    def state_dict(self) -> dict[str, Any]:
        """State of the gradient scaler, and the number of rows that fitted in memory."""
        return {
            "scaler": self.scaler.state_dict(),
            "rows_at_once": self.rows_at_once,
            "largest": self._largest,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore a state of `state_dict`."""
        self.scaler.load_state_dict(state["scaler"])
        self.rows_at_once, self._largest = state["rows_at_once"], state["largest"]

    def out_of_memory(self) -> UserError:
        """The error to raise when not even the smallest part of a batch fits in memory."""
        least = max(1, self._largest >> HALVINGS)
        return UserError(
            message(
                "The device's memory does not hold {least} images of this training.", least=least
            ),
            message("Close other programs that use it, choose a smaller backbone, or use the CPU."),
            code="out_of_memory",
        )

    def _outputs(self, branch: Branch, part: slice) -> Tensor:
        inputs = self.precision.place(branch.inputs[part])
        if branch.partner is not None:
            others = branch.inputs if branch.partners is None else branch.partners
            other = self.precision.place(others[branch.partner[part]])
            # Mixed on the device, part by part: the partner may lie in another part of the batch.
            inputs = branch.share * inputs + (1 - branch.share) * other
        with self.precision.autocast():
            outputs = branch.forward(inputs)
        # Losses are computed in float32 whatever the pass was computed in.
        return outputs.float()

    def _together(self, learner: Learner, gradients: Callable[[], float], weight: float) -> float:
        """The loss of all processes, whose gradients are added up; `weight` is this one's share."""
        if not self.ranks.several:
            return gradients()
        value, failure = 0.0, None
        try:
            with self.ranks.own_draws(learner.steps):
                value = gradients()
        except Exception as error:
            # Told, not raised: the others would wait for gradients that never come.
            failure = error
        value = self.ranks.agree(failure, value)
        self.ranks.add_gradients(learner.network, weight)
        return value

    def _backward(self, loss: Tensor) -> float:
        # Read before going backward: a loss that is not finite must leave no gradient behind.
        value = loss.item()
        if not torch.isfinite(loss):
            raise NotANumber
        self.scaler.scale(loss).backward()
        return value

    def _cached_gradients(
        self, learners: Sequence[Learner], branches: Sequence[Branch], loss: BatchLoss
    ) -> float:
        device = self.precision.device
        before = random_state(device)
        with torch.no_grad(), _statistics_kept([learner.network for learner in learners]):
            found = [
                torch.cat([self._outputs(branch, part) for part in self._parts(len(branch))])
                for branch in branches
            ]
        leaves = [outputs.requires_grad_() for outputs in found]
        value = self._backward(loss(*leaves))
        # The second pass must drop what the first dropped.
        restore_random_state(device, before)
        for branch, leaf in zip(branches, leaves, strict=True):
            for part in self._parts(len(branch)):
                outputs = self._outputs(branch, part)
                if leaf.grad is not None:
                    outputs.backward(leaf.grad[part])
        return value

    def _descend(self, learners: Sequence[Learner], clip_norm: float) -> None:
        for learner in learners:
            if clip_norm:
                # A norm of scaled gradients would be clipped at a bound that changes with the
                # scale.
                self.scaler.unscale_(learner.optimiser)
                groups = learner.optimiser.param_groups
                trained = [parameter for group in groups for parameter in group["params"]]
                nn.utils.clip_grad_norm_(trained, clip_norm)
            self.scaler.step(learner.optimiser)
            # Counted even where the scaler skips a step of infinite gradients: schedules go by
            # batches.
            learner.steps += 1
        # Once for all learners: they share one scale.
        self.scaler.update()

    def _limit(self, rows: int) -> int:
        # At least one: a process's share of a short batch may be empty.
        return max(1, min(rows, self.rows_at_once or rows))

    def _may_fill_host(self, limit: int, least: int) -> bool:
        # Known once so many rows have passed; the smallest part is tried whatever it takes.
        on_host = self.precision.device.type == "cpu" and torch.is_grad_enabled()
        return on_host and limit > max(self._fitted, least)

    def _parts(self, rows: int) -> Iterator[slice]:
        limit = self._limit(rows)
        return (slice(start, min(start + limit, rows)) for start in range(0, rows, limit))

    def _halving(
        self, rows: int, learners: Sequence[Learner], attempt: Callable[[], Result]
    ) -> Result:
        """The attempt's result; when memory runs out, of another with half the rows at once."""
        # Measured against the largest batch so far: a short last batch is no reason to give up
        # sooner.
        self._largest = max(self._largest, rows)
        least = max(1, self._largest >> HALVINGS)
        while True:
            limit = self._limit(rows)
            try:
                with host_memory_bounded() if self._may_fill_host(limit, least) else nullcontext():
                    result = attempt()
                self._fitted = max(self._fitted, limit if learners else 0)
                return result
            except RuntimeError as error:
                if not is_out_of_memory(error):
                    raise
            # Outside the handler, where no traceback holds on to the tensors any more.
            for learner in learners:
                learner.optimiser.zero_grad(set_to_none=True)
            self.precision.release()
            if limit <= least:
                raise self.out_of_memory()
            # Kept for all later steps; trying the whole batch again would fail each time.
            self.rows_at_once = max(least, limit // 2)


class _Kept:
    """Bytes of the blocks that are kept for backward, each counted once.

    Raises:
        torch.OutOfMemoryError: from `keep`, when they are more than `most`.
    """

    def __init__(self, most: float) -> None:
        self._most, self._total = most, 0
        self._blocks: dict[int, int] = {}

    def keep(self, tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        # One block may be kept for several operators, and by other tensors on it.
        if storage.data_ptr() not in self._blocks:
            self._blocks[storage.data_ptr()] = storage.nbytes()
            self._total += storage.nbytes()
        if self._total > self._most:
            raise torch.OutOfMemoryError(str(self._total))
        return tensor

    def give(self, tensor: Tensor) -> Tensor:
        # On its way back a part lets go of what it kept, and the next one takes the place.
        self._total -= self._blocks.pop(tensor.untyped_storage().data_ptr(), 0)
        return tensor


@contextmanager
def host_memory_bounded() -> Iterator[None]:
    """Running out of memory is an error on the processor too, not the end of the process.

    A system without memory left ends whoever takes most of it, or swaps for hours.

    Raises:
        torch.OutOfMemoryError: within, when what is kept for backward exceeds `HOST_SHARE`.
    """
    kept = _Kept(HOST_SHARE * psutil.virtual_memory().total)
    with torch.autograd.graph.saved_tensors_hooks(kept.keep, kept.give):
        yield


def random_state(device: torch.device) -> tuple[Tensor, Tensor | None]:
    """States of torch's generators, (S,) uint8 each: on the CPU, and on a GPU by CUDA or XPU."""
    # Dropout there draws from the device's own generator.
    if device.type not in ("cuda", "xpu"):
        return torch.get_rng_state(), None
    return torch.get_rng_state(), torch.get_device_module(device).get_rng_state(device)


def restore_random_state(device: torch.device, state: tuple[Tensor, Tensor | None]) -> None:
    """Restore the states of torch's generators that `random_state` returned.

    Args:
        device: the one the state was read for.
        state: (S,) uint8 of the CPU and, for CUDA and XPU, of the device; None otherwise.
    """
    torch.set_rng_state(state[0])
    if state[1] is not None:
        torch.get_device_module(device).set_rng_state(state[1], device)


@contextmanager
def _statistics_kept(networks: Sequence[nn.Module]) -> Iterator[None]:
    """Batch-norm layers normalise by the batch but leave their running statistics alone.

    The pass comes again with gradients, and a batch must not count twice.
    """
    modules = [module for network in networks for module in network.modules()]
    tracking = [
        module
        for module in modules
        if isinstance(module, nn.modules.batchnorm._BatchNorm)
        and module.track_running_stats
        and module.training
    ]
    for module in tracking:
        # In training mode this alone keeps batch statistics in use and the running ones untouched;
        # evaluation mode would normalise by other numbers than the second pass.
        module.track_running_stats = False
    try:
        yield
    finally:
        for module in tracking:
            module.track_running_stats = True
