"""One training of a run: a trainer, what it is judged on, and how its network becomes the model."""

from collections.abc import Callable
from dataclasses import dataclass

from torch import nn

from lnl_gui.learn.data.sources import ImageSource, LabelledSource, Source
from lnl_gui.learn.training.rollback import Floor
from lnl_gui.learn.training.trainer import Trainer
from lnl_gui.util.messages import Message


@dataclass(frozen=True)
class Phase:
    """A training ready to run.

    Attributes:
        trainer: freshly built.
        validation: what chooses the best epoch.
        holdout: what is only reported on.
        as_classifier: puts a trained network's weights into the run's classifier and returns it.
        sources: what is closed at the end.
        notes: what the user should know, in sentences.
        guard: by how many standard errors what comes after must be better to take its place.
        later: by how many standard errors a later epoch may be worse and still be taken.
        floor: below which an epoch is undone; None undoes none.
    """

    trainer: Trainer
    validation: LabelledSource
    holdout: LabelledSource
    as_classifier: Callable[[nn.Module], nn.Module]
    sources: tuple[Source, ...] = ()
    notes: tuple[Message, ...] = ()
    guard: float = 0.0
    later: float = 0.0
    floor: Floor | None = None

    def close(self) -> None:
        """End the threads that decode images."""
        for source in self.sources:
            if isinstance(source, ImageSource):
                source.close()
