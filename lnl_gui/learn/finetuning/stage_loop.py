"""The loop: one stage of training, in epochs, resumable at any batch."""

import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass, field
from time import monotonic, perf_counter
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from lnl_gui.encoders.loading.batch_halving import HALVINGS, is_out_of_memory
from lnl_gui.learn.data.sources import Batch, Source, batches, epoch_batches, plain_batches
from lnl_gui.learn.losses.registry import Loss, build_loss
from lnl_gui.learn.models.network import set_mode
from lnl_gui.learn.recipes.parameters import Stage
from lnl_gui.learn.training.checkpoint import cpu_copy, random_states, restore_random_states
from lnl_gui.learn.training.optimisation import build_optimiser, rate_at, set_rates
from lnl_gui.util.errors import UserError
from lnl_gui.util.progress import Progress, no_progress

logger = logging.getLogger(__name__)

CHECKPOINT_SECONDS = 60.0
EVALUATION_BATCH = 128


class NotANumber(Exception):
    """The loss is no longer a number; `str()` names the epoch, the batch and its samples."""


@dataclass(frozen=True)
class LabelledSource:
    """Network input and labels (N,) int64."""

    source: Source
    labels: np.ndarray


@dataclass(frozen=True)
class StageData:
    """What one stage trains on, what chooses its best epoch, and what is only reported."""

    training: LabelledSource
    validation: LabelledSource
    holdout: LabelledSource


@dataclass
class Totals:
    """Sums over the batches of the epoch so far."""

    loss: float = 0.0
    right: int = 0
    seen: int = 0
    seconds: float = 0.0
    waited: float = 0.0


@dataclass
class Position:
    """Where a stage stands: whole epochs done, batches of the next one done, and what came out."""

    epoch: int = 0
    batch: int = 0
    micro_batch: int = 0
    since_best: int = 0
    totals: Totals = field(default_factory=Totals)


@dataclass(frozen=True)
class Machine:
    """Where and how numbers are computed."""

    device: torch.device
    half: torch.dtype | None = None
    """Type for mixed precision, None for float32 throughout."""
    compile: bool = False

    def autocast(self) -> AbstractContextManager[Any]:
        """Mixed precision where it is on."""
        if self.half is None:
            return nullcontext()
        return torch.autocast(self.device.type, dtype=self.half)

    def tensor(self, values: np.ndarray) -> Tensor:
        """An array on the device, images and feature maps with channels last."""
        tensor = torch.from_numpy(np.ascontiguousarray(values))
        if self.device.type == "cuda":
            tensor = tensor.pin_memory().to(self.device, non_blocking=True)
        elif self.device.type != "cpu":
            tensor = tensor.to(self.device)
        if tensor.ndim == 4:
            return tensor.contiguous(memory_format=torch.channels_last)
        return tensor


def choose_machine(device: str, *, mixed_precision: bool, compile: bool) -> Machine:
    """bfloat16 on CUDA devices that have it, float16 on older ones, float32 elsewhere."""
    place = torch.device(device)
    if place.type != "cuda" or not mixed_precision:
        return Machine(place, compile=compile)
    native = torch.cuda.is_bf16_supported(including_emulation=False)
    return Machine(place, torch.bfloat16 if native else torch.float16, compile)


class StageTrainer:
    """Trains one stage; all that changes is in `state` and can be put back with `resume`.

    Args:
        network: from the stage's input to logits; shares its modules with the classifier.
        head: the last layer, which may learn at its own rate.
        trained: the modules that learn.
        samples: names of the training rows, for messages.
    """

    def __init__(
        self,
        stage: Stage,
        network: nn.Module,
        *,
        head: nn.Module,
        trained: Sequence[nn.Module],
        data: StageData,
        machine: Machine,
        number_of_classes: int,
        seed: int = 0,
        samples: Sequence[object] = (),
    ) -> None:
        self.stage = stage
        self.network = network
        self.trained = trained
        self.data = data
        self.machine = machine
        self.classes = number_of_classes
        self.seed = seed
        self.samples = samples
        self.position = Position(micro_batch=stage.micro_batch or stage.batch_size)
        self.optimiser = build_optimiser(
            stage.optimiser, network, head, head_rate_factor=stage.head_rate_factor
        )
        scales = machine.half is torch.float16
        self.scaler = torch.amp.GradScaler(machine.device.type, enabled=scales)
        self.loss: Loss = build_loss(
            stage.loss.name,
            number_of_samples=len(data.training.labels),
            number_of_classes=number_of_classes,
            **dict(stage.loss.constants),
        )
        self.labels = torch.from_numpy(data.training.labels.astype(np.int64))
        self._forward: Callable[[Tensor], Tensor] = (
            compiled(network) if machine.compile else network
        )

    @property
    def finished(self) -> bool:
        """Whether the last epoch is over, or patience ran out."""
        patience = self.stage.patience
        impatient = bool(patience) and self.position.since_best >= patience
        return self.position.epoch >= self.stage.epochs or impatient

    def state(self) -> dict[str, Any]:
        """Everything but the network's weights that `resume` needs."""
        return {
            "position": asdict(self.position),
            "optimiser": self.optimiser.state_dict(),
            "scaler": self.scaler.state_dict(),
            "loss": cpu_copy(self.loss.state_dict()),
            "random": random_states(),
        }

    def resume(self, state: dict[str, Any]) -> None:
        """Go on from `state`; the caller has put the network's weights back."""
        values = dict(state["position"])
        self.position = Position(**{**values, "totals": Totals(**values["totals"])})
        self.optimiser.load_state_dict(state["optimiser"])
        self.scaler.load_state_dict(state["scaler"])
        self.loss.load_state_dict(state["loss"])
        restore_random_states(state["random"])

    def train_epoch(
        self,
        *,
        checkpoint: Callable[[], None],
        progress: Progress = no_progress,
        checkpoint_seconds: float = CHECKPOINT_SECONDS,
    ) -> Totals:
        """Train the rest of the current epoch and return its sums.

        Args:
            checkpoint: called between batches now and then; saves `state()` and the weights.

        Raises:
            NotANumber: when the loss is not finite; the weights are those after the last step.
            UserError: when the device's memory is too small even for an eighth of the batch.
        """
        position, stage = self.position, self.stage
        count = len(self.labels)
        cut = epoch_batches(count, stage.batch_size, seed=self.seed, epoch=position.epoch)
        set_mode(self.network, self.trained, batch_norm=stage.train_batch_norm)
        started, saved = perf_counter(), monotonic()
        for batch in batches(self.data.training.source, cut[position.batch :], position.epoch):
            relative = rate_at(
                position.epoch * len(cut) + position.batch,
                steps_per_epoch=len(cut),
                epochs=stage.epochs,
                schedule=stage.schedule,
            )
            set_rates(self.optimiser, relative, stage.schedule.minimum_rate)
            self._count(batch, *self._step_halving(batch))
            position.batch += 1
            position.totals.seconds += perf_counter() - started
            started = perf_counter()
            progress(position.epoch * len(cut) + position.batch, stage.epochs * len(cut))
            if monotonic() - saved > checkpoint_seconds and position.batch < len(cut):
                checkpoint()
                saved = monotonic()
        return self._end_epoch()

    def _count(self, batch: Batch, loss: float, right: int) -> None:
        totals = self.position.totals
        totals.loss += loss * len(batch.rows)
        totals.right += right
        totals.seen += len(batch.rows)
        totals.waited += batch.waited

    def _end_epoch(self) -> Totals:
        totals = self.position.totals
        self.position.totals = Totals()
        self.position.batch = 0
        self.position.epoch += 1
        return totals

    def _step_halving(self, batch: Batch) -> tuple[float, int]:
        """One step; when memory runs out, in halves that add up to the same batch."""
        least = max(1, self.stage.batch_size >> HALVINGS)
        while True:
            try:
                return self._step(batch)
            except RuntimeError as error:
                if not is_out_of_memory(error):
                    raise
            self.optimiser.zero_grad(set_to_none=True)
            if self.machine.device.type == "cuda":
                torch.cuda.empty_cache()
            if self.position.micro_batch <= least:
                raise UserError(
                    f"The device's memory does not hold {least} images of this training.",
                    "Close other programs that use it, choose a smaller backbone, or use the CPU.",
                    code="out_of_memory",
                )
            self.position.micro_batch = max(least, self.position.micro_batch // 2)

    def _step(self, batch: Batch) -> tuple[float, int]:
        """Gradients over the batch in micro-batches, then one optimiser step."""
        targets, mixed_with, share = self._targets(batch.rows)
        inputs = self._window(batch.values)
        total, right, count = 0.0, 0, len(batch.rows)
        self.optimiser.zero_grad(set_to_none=True)
        for start in range(0, count, self.position.micro_batch):
            part = slice(start, start + self.position.micro_batch)
            values = self.machine.tensor(inputs[part])
            if mixed_with is not None:
                values = share * values + (1 - share) * self.machine.tensor(
                    inputs[mixed_with[part]]
                )
            with self.machine.autocast():
                logits = self._forward(values).float()
            rows = torch.from_numpy(batch.rows[part]).to(logits.device)
            wanted = targets[part].to(logits.device)
            losses = self.loss(logits, wanted, rows, reduction="none")
            loss = losses.sum() / count
            if not torch.isfinite(loss):
                raise NotANumber(self._where(batch.rows))
            self.scaler.scale(loss).backward()
            total += loss.item()
            given = wanted if wanted.ndim == 1 else wanted.argmax(dim=1)
            right += int((logits.argmax(dim=1) == given).sum())
        self._apply()
        return total, right

    def _apply(self) -> None:
        if self.stage.clip_norm:
            self.scaler.unscale_(self.optimiser)
            trained = [p for group in self.optimiser.param_groups for p in group["params"]]
            nn.utils.clip_grad_norm_(trained, self.stage.clip_norm)
        self.scaler.step(self.optimiser)
        self.scaler.update()

    def _window(self, values: np.ndarray) -> np.ndarray:
        """A random square window of feature maps (B, D, H, W), the same for the whole batch."""
        if values.ndim != 4 or self.stage.window >= 1:
            return values
        cut = []
        for length in values.shape[2:]:
            side = max(1, round(self.stage.window * length))
            first = int(torch.randint(0, length - side + 1, ()))
            cut.append(slice(first, first + side))
        return values[:, :, cut[0], cut[1]]

    def _targets(self, rows: np.ndarray) -> tuple[Tensor, np.ndarray | None, float]:
        """Labels, or with mixup soft labels, the partner of each row and its own share."""
        labels = self.labels[rows]
        alpha = self.stage.mixup_alpha
        if not alpha:
            return labels, None, 1.0
        share = float(torch.distributions.Beta(alpha, alpha).sample())
        share = max(share, 1 - share)
        partner = torch.randperm(len(rows))
        one_hot = nn.functional.one_hot(labels, self.classes).float()
        return share * one_hot + (1 - share) * one_hot[partner], partner.numpy(), share

    def _where(self, rows: np.ndarray) -> str:
        position = self.position
        named = [str(self.samples[row]) for row in rows[:3]] if len(self.samples) else []
        where = f"epoch {position.epoch + 1}, batch {position.batch + 1}"
        if named:
            where = f"{where} (samples {', '.join(named)}, ...)"
        return f"The loss is not a number in {where}."


def compiled(network: nn.Module) -> Callable[[Tensor], Tensor]:
    """The network through `torch.compile`, or as it is where that fails (no compiler, say)."""
    fast: Callable[[Tensor], Tensor] | None = torch.compile(network)

    def forward(values: Tensor) -> Tensor:
        nonlocal fast
        if fast is not None:
            try:
                return fast(values)
            except RuntimeError as error:
                if is_out_of_memory(error):
                    raise
                # An error of the network itself comes again below.
                logger.warning("torch.compile failed, going on without it: %s", error)
                fast = None
        return network(values)

    return forward


def predict_source(
    network: nn.Module,
    source: Source,
    machine: Machine,
    *,
    batch_size: int = EVALUATION_BATCH,
    progress: Progress = no_progress,
) -> np.ndarray:
    """Softmax probabilities (N, C) float32 of every row, in evaluation mode."""
    network.eval()
    parts = []
    cut = plain_batches(len(source), batch_size)
    for number, batch in enumerate(batches(source, cut, 0)):
        with torch.inference_mode(), machine.autocast():
            logits = network(machine.tensor(batch.values)).float()
        parts.append(torch.softmax(logits, dim=1).cpu().numpy())
        progress(number + 1, len(cut))
    return np.concatenate(parts) if parts else np.zeros((0, 0), np.float32)
