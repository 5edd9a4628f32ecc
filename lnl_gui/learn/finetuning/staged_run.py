"""The probe and the stages of a recipe, one after the other, with a checkpoint after each epoch."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import torch

from lnl_gui.learn.evaluation.metrics import accuracy
from lnl_gui.learn.finetuning.run_samples import file_names
from lnl_gui.learn.finetuning.stage_data import (
    Prepared,
    RunContext,
    Samples,
    embed,
    image_source,
    prepare,
)
from lnl_gui.learn.finetuning.stage_loop import (
    NotANumber,
    StageTrainer,
    Totals,
    choose_machine,
    predict_source,
)
from lnl_gui.learn.models.linear_probe import fit_probe, loss_of
from lnl_gui.learn.recipes.parameters import Recipe, Stage, recipe_to_dict
from lnl_gui.learn.training import best_model
from lnl_gui.learn.training.best_model import BestModel
from lnl_gui.learn.training.checkpoint import (
    cpu_copy,
    fingerprint,
    load_checkpoint,
    save_checkpoint,
    seed_everything,
)
from lnl_gui.learn.training.report import EpochReport, OnEpoch
from lnl_gui.util.progress import Progress

PROBE_TITLE = "linear probe"
CHECKED_SAMPLES = 4
LEAST_LIKENESS = 0.98


@dataclass
class StagedRun:
    """A fine-tune under way: what was found so far, and where its files lie."""

    context: RunContext
    recipe: Recipe
    folder: Path
    classes: int
    checkpoint_seconds: float
    on_epoch: OnEpoch
    best: BestModel | None = None
    tried: int = 0
    reports: list[EpochReport] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    stopped: bool = False

    @property
    def samples(self) -> Samples:
        """All samples of the run."""
        return self.context.samples

    def train(self, embedding: np.ndarray | None) -> None:
        """The probe and all stages, from the checkpoint on if there is one."""
        self.folder.mkdir(parents=True, exist_ok=True)
        identity = run_identity(self.context, self.recipe)
        state = self._load(identity)
        needs = self.recipe.probe or any(stage.part == "head" for stage in self.recipe.stages)
        if needs and (state is None or state["stage"] < len(self.recipe.stages)):
            embedding, remarks = own_embedding(self.context, embedding)
            self.notes += [remark for remark in remarks if remark not in self.notes]
        if state is None:
            seed_everything(self.context.seed)
            self._probe(embedding)
        for number, stage in enumerate(self.recipe.stages):
            if self.stopped or (state is not None and number < state["stage"]):
                continue
            of_stage = state["trainer"] if state is not None and number == state["stage"] else None
            self._stage(number, stage, embedding, identity, of_stage)
        if self.recipe.stages and not self.stopped and self.best and self.best.title == PROBE_TITLE:
            self.notes.append(
                "Training further did not clearly beat the linear probe on the validation part, "
                "so the probe was kept."
            )

    def _stage(
        self,
        number: int,
        stage: Stage,
        embedding: np.ndarray | None,
        identity: str,
        state: dict[str, Any] | None,
    ) -> None:
        prepared = prepare(self.context, stage, embedding)
        self.notes += [note for note in prepared.notes if note not in self.notes]
        seed_everything(self.context.seed + number + 1)
        stage = prepared.stage
        trainer = self._trainer(stage, prepared)
        if state is not None:
            trainer.resume(state)
        progress = self.context.progress_of(stage.name)

        def checkpoint() -> None:
            self._save(identity, number, trainer)

        try:
            while not trainer.finished and not self.stopped:
                self._epoch(stage, prepared, trainer, checkpoint, progress)
        finally:
            prepared.close()

    def _trainer(self, stage: Stage, prepared: Prepared) -> StageTrainer:
        recipe = self.recipe
        return StageTrainer(
            stage,
            prepared.network,
            head=self.context.classifier.head,
            trained=prepared.trained,
            data=prepared.data,
            machine=choose_machine(
                str(self.context.device),
                mixed_precision=recipe.mixed_precision,
                compile=recipe.compile,
            ),
            number_of_classes=self.classes,
            seed=self.context.seed,
            samples=file_names(self.samples.files, prepared.rows),
        )

    def _epoch(
        self,
        stage: Stage,
        prepared: Prepared,
        trainer: StageTrainer,
        checkpoint: Callable[[], None],
        progress: Progress,
    ) -> None:
        try:
            totals = trainer.train_epoch(
                checkpoint=checkpoint,
                progress=progress,
                checkpoint_seconds=self.checkpoint_seconds,
            )
        except NotANumber as error:
            self.stopped = True
            self.notes.append(
                f"{error} Training stopped there and the best model before it was kept. "
                "Try a lower learning rate."
            )
            return
        started = perf_counter()
        data, network = prepared.data, prepared.network
        validation = predict_source(network, data.validation.source, trainer.machine)
        holdout = predict_source(network, data.holdout.source, trainer.machine)
        title = f"{stage.name}, epoch {trainer.position.epoch}"
        is_best = self._judge(title, validation, data.validation.labels, holdout)
        trainer.position.since_best = 0 if is_best else trainer.position.since_best + 1
        accuracies = (
            accuracy(validation, data.validation.labels),
            accuracy(holdout, data.holdout.labels),
        )
        seconds = totals.seconds + perf_counter() - started
        report = _report(stage, trainer, totals, accuracies, seconds, is_best)
        self.reports.append(report)
        checkpoint()
        best_model.forget_others(self.folder, self.best)
        self.on_epoch(report)

    def _judge(
        self, title: str, validation: np.ndarray, labels: np.ndarray, holdout: np.ndarray
    ) -> bool:
        """Whether the classifier as it is now is the best so far; if so its files are written."""
        candidate = best_model.judged(self.tried, title, validation, labels)
        if title == PROBE_TITLE and candidate.validation_accuracy is not None:
            # Validation labels are noisy: a gain within one standard error is no reason to leave
            # the probe, which wrong labels mislead least.
            share = candidate.validation_accuracy
            margin = (share * (1 - share) / len(labels)) ** 0.5
            candidate = replace(candidate, margin=margin)
        self.tried += 1
        if not candidate.better_than(self.best):
            return False
        self.best = best_model.keep(candidate, self.folder, self.context.classifier, holdout)
        return True

    def _probe(self, embedding: np.ndarray | None) -> None:
        if not self.recipe.probe or embedding is None:
            return
        started = perf_counter()
        samples = self.samples
        of_validation = samples.validation
        probe = fit_probe(
            embedding[samples.training],
            samples.labels[samples.training],
            number_of_classes=self.classes,
            validation=(embedding[of_validation], samples.labels[of_validation]),
            seed=self.context.seed,
            progress=self.context.progress_of(PROBE_TITLE),
        )
        probe.fill(self.context.classifier.head)
        parts = (samples.training, of_validation, samples.holdout)
        logits = [probe.logits(embedding[rows]) for rows in parts]
        learnt, validation, holdout = map(_softmax, logits)
        best = self._judge(PROBE_TITLE, validation, samples.labels[of_validation], holdout)
        seconds = perf_counter() - started
        report = EpochReport(
            stage=PROBE_TITLE,
            epoch=0,
            epochs=1,
            loss=loss_of(logits[0], samples.labels[samples.training]),
            validation_accuracy=accuracy(validation, samples.labels[of_validation]),
            seconds=seconds,
            training_accuracy=accuracy(learnt, samples.labels[samples.training]),
            holdout_accuracy=accuracy(holdout, samples.labels[samples.holdout]),
            images_per_second=len(samples.training) / max(seconds, 1e-9),
            best=best,
        )
        self.reports.append(report)
        self.on_epoch(report)

    def _save(self, identity: str, stage: int, trainer: StageTrainer) -> None:
        state = {
            "fingerprint": identity,
            "stage": stage,
            "trainer": trainer.state(),
            "weights": cpu_copy(self.context.classifier.state_dict()),
            "best": self.best.to_dict() if self.best else None,
            "tried": self.tried,
            "reports": [report.to_dict() for report in self.reports],
            "notes": list(self.notes),
        }
        save_checkpoint(self.folder, state)

    def _load(self, identity: str) -> dict[str, Any] | None:
        state = load_checkpoint(self.folder, identity)
        if state is None:
            return None
        best = BestModel(**state["best"]) if state["best"] else None
        if best is not None and not best_model.still_there(best, self.folder):
            return None
        self.best, self.tried = best, state["tried"]
        self.reports = [EpochReport(**values) for values in state["reports"]]
        self.notes = list(state["notes"])
        self.context.classifier.load_state_dict(state["weights"])
        return state


def run_identity(context: RunContext, recipe: Recipe) -> str:
    """What must be the same for a checkpoint to be taken up."""
    samples = context.samples
    values = {
        "recipe": recipe_to_dict(recipe),
        "backbone": context.backbone.name,
        "seed": context.seed,
        "files": [str(file) for file in samples.files],
    }
    rows = (samples.training, samples.validation, samples.holdout)
    return fingerprint(values, [samples.labels, *rows])


def own_embedding(
    context: RunContext, embedding: np.ndarray | None
) -> tuple[np.ndarray, tuple[str, ...]]:
    """The given embedding if it is this backbone's, else one computed here, and remarks."""
    if embedding is None:
        return embed(context), ()
    if _belongs(context, embedding):
        return embedding, ()
    note = "The stored embedding is not this encoder's; it was computed again for training."
    return embed(context), (note,)


def _belongs(context: RunContext, embedding: np.ndarray) -> bool:
    if embedding.shape[1] != context.backbone.dimension:
        return False
    rows = np.linspace(0, len(embedding) - 1, CHECKED_SAMPLES).astype(int)
    images = image_source(context, rows)
    values = torch.from_numpy(images.load(np.arange(len(rows)), 0)).to(context.device)
    images.close()
    context.classifier.eval()
    with torch.inference_mode():
        truth = context.classifier.backbone(values).float().cpu()
    stored = torch.from_numpy(np.asarray(embedding[rows], np.float32))
    return bool((torch.cosine_similarity(truth, stored) > LEAST_LIKENESS).all())


def _report(
    stage: Stage,
    trainer: StageTrainer,
    totals: Totals,
    accuracies: tuple[float | None, float | None],
    seconds: float,
    best: bool,
) -> EpochReport:
    validation, holdout = accuracies
    spent = max(totals.seconds, 1e-9)
    return EpochReport(
        stage=stage.name,
        epoch=trainer.position.epoch - 1,
        epochs=stage.epochs,
        loss=totals.loss / max(1, totals.seen),
        validation_accuracy=validation,
        seconds=seconds,
        training_accuracy=totals.right / max(1, totals.seen),
        holdout_accuracy=holdout,
        images_per_second=totals.seen / spent,
        waiting_fraction=min(1.0, totals.waited / spent),
        best=best,
    )


def _softmax(logits: np.ndarray) -> np.ndarray:
    return torch.softmax(torch.from_numpy(logits), dim=1).numpy()
