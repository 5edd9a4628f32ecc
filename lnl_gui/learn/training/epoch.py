"""State of the current epoch: how far its passes have come, and values computed once.

An epoch that was killed is entered again from its beginning with such a state: values that were
computed once come back as they were, passes go on at their next batch. A method therefore needs no
code of its own to resume in the middle of an epoch.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

import numpy as np
import torch

from lnl_gui.learn.data.sources import loaded_ahead
from lnl_gui.learn.training.ranks import NotANumber
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import NOTHING, Message, joined, message
from lnl_gui.util.progress import Progress, no_progress

Item = TypeVar("Item")
Loaded = TypeVar("Loaded")

NAMED_SAMPLES = 3
"""Samples of a failed batch that its error names: enough to look at, short enough to read."""


@dataclass(frozen=True)
class Step:
    """Result of one optimiser step.

    Attributes:
        rows: samples in the batch.
        loss: the batch's mean loss.
        right: samples whose most probable class is their label; None where that was not asked.
    """

    rows: int
    loss: float
    right: int | None = None


@dataclass
class Pass:
    """Sums over the batches of one pass so far; `loss` is summed over samples."""

    batches: int = 0
    rows: int = 0
    loss: float = 0.0
    right: int | None = 0
    waited: float = 0.0

    def add(self, step: Step, waited: float) -> None:
        """Count one more batch, for which the network waited some seconds."""
        self.batches += 1
        self.rows += step.rows
        # By samples: the last batch is shorter, and a mean of batch means would count it too much.
        self.loss += step.loss * step.rows
        self.waited += waited
        if self.right is not None:
            self.right = None if step.right is None else self.right + step.right


def part_of(progress: Progress, number: int, count: int) -> Progress:
    """Progress of part `number` (from 0) of `count` equal ones, as progress of the whole."""

    def report(done: int, total: int) -> None:
        progress(number * total + done, count * total)

    return report


def nothing() -> None:
    """Do nothing after a batch."""


class Epoch:
    """The current epoch: its passes, cached values and random generators.

    Args:
        number: counted from 0.
        progress: batches done of all; may raise `Cancelled`.
        after_batch: called between batches, where a checkpoint may be written.
    """

    def __init__(
        self,
        number: int,
        *,
        progress: Progress = no_progress,
        after_batch: Callable[[], None] = nothing,
    ) -> None:
        self.number = number
        self.progress = progress
        self.passes: dict[str, Pass] = {}
        self._after_batch = after_batch
        self._values: dict[str, torch.Tensor] = {}
        self._generators: dict[str, np.random.Generator] = {}

    def once(self, name: str, compute: Callable[[], np.ndarray]) -> np.ndarray:
        """Array of any shape and dtype, computed the first time and restored after a resume.

        What depends on the weights as the epoch found them (a split of the samples, say) must go
        through here: in the middle of the epoch it could not be computed again.
        """
        if name not in self._values:
            # A tensor, because `torch.load` with weights_only refuses numpy arrays.
            self._values[name] = torch.from_numpy(np.ascontiguousarray(compute()))
        return self._values[name].numpy()

    def generator(self, name: str, *seeds: int) -> np.random.Generator:
        """A numpy generator from the seeds, or where it stood when the epoch was interrupted."""
        if name not in self._generators:
            self._generators[name] = np.random.default_rng(seeds)
        return self._generators[name]

    def run_pass(
        self,
        name: str,
        items: Sequence[Item],
        load: Callable[[Item], Loaded],
        step: Callable[[Loaded], Step],
        *,
        ahead: bool = False,
        progress: Progress | None = None,
        where: Message = NOTHING,
        named: Callable[[Item], Iterable[object]] | None = None,
    ) -> Pass:
        """Take one step for each item that is left of the pass.

        Args:
            name: of the pass; unique in the epoch.
            items: one a batch, the same after a resume.
            load: an item's input.
            step: learns from one loaded batch.
            ahead: load one batch ahead of the network, in a thread.
            progress: batches done of all; None reports the epoch's.
            where: of which epoch or network, for messages.
            named: the samples of an item, for messages.

        Raises:
            UserError: code `loss_not_finite`, naming the batch and some of its samples.
        """
        done = self.passes.setdefault(name, Pass())
        report = progress or self.progress
        place = where or message("epoch {epoch}", epoch=self.number + 1)
        # The order is a function of the seed, so that a count is all a resumed pass need know.
        left = items[done.batches :]
        for item, loaded, waited in loaded_ahead(left, load, ahead=ahead):
            try:
                taken = step(loaded)
            except NotANumber as error:
                samples = _listed(named(item)) if named else NOTHING
                raise _not_a_number(done.batches + 1, joined((place, samples), "")) from error
            # Counted before progress is reported, which may raise: the step has changed the
            # weights.
            done.add(taken, waited)
            report(done.batches, len(items))
            # After the last batch the loop saves the whole epoch anyway.
            if done.batches < len(items):
                self._after_batch()
        return done

    def total(self) -> Pass:
        """The sums over all passes."""
        every = list(self.passes.values())
        # A share of right samples over only some of the passes would be no accuracy.
        counted = all(one.right is not None for one in every)
        return Pass(
            batches=sum(one.batches for one in every),
            rows=sum(one.rows for one in every),
            loss=sum(one.loss for one in every),
            right=sum(one.right or 0 for one in every) if counted else None,
            waited=sum(one.waited for one in every),
        )

    def state_dict(self) -> dict[str, Any]:
        """State of the epoch, as tensors, numbers, texts and dictionaries."""
        return {
            "passes": {name: asdict(one) for name, one in self.passes.items()},
            "values": dict(self._values),
            "generators": {
                name: json.dumps(generator.bit_generator.state)
                for name, generator in self._generators.items()
            },
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore a state of `state_dict`."""
        self.passes = {name: Pass(**values) for name, values in state["passes"].items()}
        self._values = dict(state["values"])
        for name, text in state["generators"].items():
            generator = np.random.default_rng()
            generator.bit_generator.state = json.loads(text)
            self._generators[name] = generator


def _not_a_number(batch: int, where: Message) -> UserError:
    return UserError(
        message(
            "Training stopped at batch {batch} of {where}: the loss is not a number.",
            batch=batch,
            where=where,
        ),
        message("Lower the learning rate and start again; what was kept last is still good."),
        code="loss_not_finite",
    )


def _listed(samples: Iterable[object]) -> Message:
    names = [str(sample) for sample in samples]
    if not names:
        return NOTHING
    more = ", ..." if len(names) > NAMED_SAMPLES else ""
    return message(" (samples {names})", names=", ".join(names[:NAMED_SAMPLES]) + more)
