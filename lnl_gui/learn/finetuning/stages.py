"""The linear probe and the stages of a recipe as trainers."""

from typing import Any

import numpy as np
from torch import Tensor, nn

from lnl_gui.learn.data.labelled_views import LabelledViews
from lnl_gui.learn.data.soft_labels import SoftLabels
from lnl_gui.learn.data.sources import ArraySource, LabelledSource
from lnl_gui.learn.data.views import Views
from lnl_gui.learn.finetuning.context import RunContext
from lnl_gui.learn.finetuning.phase import Phase
from lnl_gui.learn.finetuning.shared_decay import share_decay, shared_decay
from lnl_gui.learn.finetuning.stage_data import StageData, stage_data
from lnl_gui.learn.finetuning.stage_titles import stage_title
from lnl_gui.learn.models.adapters import AdaptedClassifier
from lnl_gui.learn.models.linear_probe import DECAYS, fit_probe, loss_of
from lnl_gui.learn.models.precision import Precision
from lnl_gui.learn.recipes.parameters import Stage
from lnl_gui.learn.training.epoch import Epoch, Pass
from lnl_gui.learn.training.learner import Learner
from lnl_gui.learn.training.optimisation import build_optimiser
from lnl_gui.learn.training.rollback import Floor
from lnl_gui.learn.training.strategy import Strategy
from lnl_gui.learn.training.supervised import Supervision, train_supervised_pass
from lnl_gui.util.messages import Message, message

PROBE_TITLE = "linear probe"


class ProbeTraining:
    """The robust linear probe as a training of one epoch; see `training.trainer.Trainer`."""

    name = PROBE_TITLE
    epochs = 1
    patience = 0

    def __init__(self, context: RunContext) -> None:
        self.context = context
        self.strategy = Strategy(Precision(context.precision.device), ranks=context.ranks)
        # None: the probe is fitted in one go, which a kill simply repeats.
        self.learners: list[Learner] = []
        self.head = context.classifier.head
        self.classifiers: list[nn.Module] = [self.head]

    def train_epoch(self, epoch: Epoch) -> dict[str, float]:
        """Fit the probe and put it into the classifier's head."""
        # By the first process; it takes seconds, and the head is all the others need.
        failure: BaseException | None = None
        if self.strategy.ranks.first:
            try:
                self._fit(epoch)
            # Raised once the others know of it, who wait for the probe.
            except BaseException as error:
                failure = error
        self.strategy.ranks.agree(failure)
        self.strategy.ranks.copy_first(self.head)
        return {}

    def _fit(self, epoch: Epoch) -> None:
        samples, embedding = self.context.samples, self.context.embedding
        labels = samples.labels[samples.training]
        validation = samples.validation
        decay = shared_decay(self.context.decay_file)
        probe = fit_probe(
            embedding[samples.training],
            labels,
            # In the robust loss too: cross-entropy spends itself on what is doubtful. Over 20
            # trainings on seven datasets it gained 4.7 points over given labels, this loss 5.4.
            soft=None if samples.soft is None else samples.soft.take(samples.training),
            number_of_classes=self.context.classes,
            # They choose the weight decay, so that their accuracy is a little optimistic; held-out
            # samples are not.
            validation=(embedding[validation], samples.labels[validation]),
            decays=DECAYS if decay is None else (decay,),
            seed=self.context.seed,
            progress=epoch.progress,
        )
        if decay is None:
            share_decay(self.context.decay_file, probe.decay * self.context.classes)
        probe.fill(self.head)
        logits = probe.logits(embedding[samples.training])
        # In the probe's own loss, as epochs report theirs; a pass sums over samples.
        loss = loss_of(logits, labels) * len(labels)
        right = int((logits.argmax(axis=1) == labels).sum())
        epoch.passes[PROBE_TITLE] = Pass(1, len(labels), loss, right)

    def state_dict(self) -> dict[str, Any]:
        """State of the head."""
        return {"head": self.head.state_dict()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore a state of `state_dict`."""
        self.head.load_state_dict(state["head"])


class StageTraining:
    """One stage of a recipe; see `training.trainer.Trainer`.

    Args:
        data: what it trains on.
        head: the last layer, which may learn at its own rate.
        classifier: what checkpoints keep; the stage's network shares its modules.
        number_of_classes: C.
        strategy: takes the steps.
        seed: of the order of the batches.
        compile: pass through `torch.compile`.
        names: of the training samples, for messages.
        soft: of the training samples, what they are taught instead of their labels.
    """

    def __init__(
        self,
        data: StageData,
        *,
        head: nn.Module,
        classifier: nn.Module,
        number_of_classes: int,
        strategy: Strategy,
        seed: int = 0,
        compile: bool = False,
        names: list[str] | None = None,
        soft: SoftLabels | None = None,
    ) -> None:
        stage, source = data.stage, data.training.source
        self.stage, self.seed, self.strategy = stage, seed, strategy
        self.name, self.epochs, self.patience = stage.name, stage.epochs, stage.patience
        optimiser = build_optimiser(
            stage.optimiser, data.network, head, head_rate_factor=stage.head_rate_factor
        )
        self.learner = Learner(
            data.network,
            optimiser,
            trained=data.trained,
            batch_norm=stage.train_batch_norm,
            whole=classifier,
            compile=compile,
        )
        self.learners = [self.learner]
        # The part over the stage's input: judging it needs no pass through what is frozen.
        self.classifiers = [data.network]
        labels = data.training.labels.astype(np.int64)
        # A stage's source already draws its own random view.
        views = Views(source, source, source)
        self.training = LabelledViews(views, labels, number_of_classes, names or [], soft)
        self.loss = stage.loss.build(
            number_of_samples=len(labels), number_of_classes=number_of_classes
        )

    def train_epoch(self, epoch: Epoch) -> dict[str, float]:
        """Train one pass over all samples."""
        stage = self.stage
        how = Supervision(
            self._losses,
            stage.batch_size,
            order_seed=self.seed,
            draw=epoch.number,
            schedule=stage.schedule,
            epochs=stage.epochs,
            clip_norm=stage.clip_norm,
            mixup_alpha=stage.mixup_alpha,
            window=stage.window,
        )
        source = self.training.views.plain
        train_supervised_pass(epoch, self.learner, self.strategy, self.training, source, how)
        return {}

    def _losses(self, logits: Tensor, labels: Tensor, rows: Tensor) -> Tensor:
        return self.loss(logits, labels, rows, reduction="none")

    def state_dict(self) -> dict[str, Any]:
        """The state of the loss, such as moving targets (N, C)."""
        return {"loss": self.loss.state_dict()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Restore a state of `state_dict`."""
        self.loss.load_state_dict(state["loss"])


def probe_phase(context: RunContext, *, guard: float) -> Phase:
    """Phase of the linear probe, guarded because validation labels are noisy.

    A gain within one standard error is no reason to leave the probe, which wrong labels mislead
    least.

    Args:
        context: samples and embedding of the run.
        guard: by how many standard errors what comes after must be better.
    """
    samples, embedding = context.samples, context.embedding
    validation, holdout = (
        LabelledSource(ArraySource(embedding[rows]), samples.labels[rows])
        for rows in (samples.validation, samples.holdout)
    )
    return Phase(
        ProbeTraining(context),
        validation,
        holdout,
        lambda head: context.classifier,
        notes=embedding_notes(context),
        guard=guard,
    )


def stage_phase(context: RunContext, stage: Stage) -> Phase:
    """Phase of one stage, on the cheapest input it allows.

    Raises:
        UserError: when nothing of the network is left to train, or an image is gone.
    """
    data = stage_data(context, stage)
    adapted = data.network if isinstance(data.network, AdaptedClassifier) else None

    def as_classifier(network: nn.Module) -> nn.Module:
        return context.classifier if adapted is None else adapted.merge_into(context.classifier)

    trainer = StageTraining(
        data,
        head=context.classifier.head if adapted is None else adapted.head,
        # What is frozen is the encoder as it was loaded: a checkpoint of a large one stays small.
        classifier=context.classifier if adapted is None else adapted.learnt(),
        number_of_classes=context.classes,
        strategy=Strategy(context.precision, micro_batch=stage.micro_batch, ranks=context.ranks),
        seed=context.seed,
        compile=context.compile,
        names=context.samples.names(data.rows),
        soft=None if context.samples.soft is None else context.samples.soft.take(data.rows),
    )
    sources = (data.training.source, data.validation.source, data.holdout.source)
    return Phase(
        trainer,
        data.validation,
        data.holdout,
        as_classifier,
        sources,
        data.notes,
        floor=Floor(stage_title(stage.name), continues=True),
    )


def embedding_notes(context: RunContext) -> tuple[Message, ...]:
    """Note for the user on a stored embedding that could not be used."""
    if context.stored_belongs:
        return ()
    return (
        message("The stored embedding is not this encoder's; it was computed again for training."),
    )
