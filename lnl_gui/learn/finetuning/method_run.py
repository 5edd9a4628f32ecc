"""A fine-tune by one of the methods: on images with the whole network, or a head on embeddings.

It has the same face as `staged_run.StagedRun`. After every epoch the better of the networks is
judged on the validation part; the best is kept with its predictions of the held-out samples.
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from lnl_gui.detect.detectors.confident_learning import confident_joint, noise_rate
from lnl_gui.detect.probes.out_of_fold import out_of_fold_probabilities
from lnl_gui.encoders.loading.batch_halving import is_out_of_memory
from lnl_gui.learn.data.labelled_views import LabelledViews
from lnl_gui.learn.data.sources import ArraySource, ImageSource, Source
from lnl_gui.learn.data.views import Views, embedding_views
from lnl_gui.learn.finetuning.stage_data import RunContext, Samples, image_source
from lnl_gui.learn.finetuning.staged_run import own_embedding, run_identity
from lnl_gui.learn.methods.noise_level import adapt
from lnl_gui.learn.methods.registry import (
    Parameters,
    build_trainer,
    default_parameters,
    describe_method,
)
from lnl_gui.learn.models.embedding_head import EmbeddingHead
from lnl_gui.learn.models.embedding_space import EmbeddingSpace, fit_space
from lnl_gui.learn.models.inference import predict_logits
from lnl_gui.learn.models.linear_probe import standardisation
from lnl_gui.learn.models.network import Classifier, Head
from lnl_gui.learn.recipes.parameters import ON_EMBEDDING, Recipe
from lnl_gui.learn.training import best_model
from lnl_gui.learn.training.best_model import BestModel
from lnl_gui.learn.training.checkpoint import load_checkpoint
from lnl_gui.learn.training.epochs import Trainer, Validation, fit
from lnl_gui.learn.training.report import EpochReport, OnEpoch
from lnl_gui.util.atomic import read_json, write_json
from lnl_gui.util.errors import UserError

BEST_FILE = "best.json"


@dataclass(frozen=True)
class Material:
    """What a method trains and is judged on, and how its networks become the classifier.

    Attributes:
        training: views and labels.
        validation: inputs of the validation part.
        holdout: inputs of the held-out part.
        build: makes a network.
        dimension: of its features.
        fill: puts a trained network's weights into the run's classifier.
    """

    training: LabelledViews
    validation: Source
    holdout: Source
    build: Callable[[], nn.Module]
    dimension: int
    fill: Callable[[nn.Module], None]


@dataclass
class MethodRun:
    """A fine-tune under way: what was found so far, and where its files lie."""

    context: RunContext
    recipe: Recipe
    folder: Path
    classes: int
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
        """All epochs, from the checkpoint on if there is one.

        Args:
            embedding: (N, D) features of all samples, or None.

        Raises:
            UserError: for constants the method does not have.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        describe_method(self.recipe.method)
        own, remarks = own_embedding(self.context, embedding)
        self.notes += [remark for remark in remarks if remark not in self.notes]
        constants = dict(self.recipe.constants)
        on_embedding = bool(constants.pop(ON_EMBEDDING, 0.0))
        material = self._of_embedding(own) if on_embedding else self._of_images(own)
        parameters = self._parameters(own, constants, on_embedding)
        trainer = build_trainer(
            material.build,
            material.training,
            parameters=parameters,
            dimension=material.dimension,
            device=str(self.context.device),
        )
        self._take_up()
        try:
            self._fit(trainer, material)
        except RuntimeError as error:
            if not is_out_of_memory(error):
                raise
            raise _no_memory(parameters.batch_size) from error
        except UserError as error:
            if error.code != "loss_not_finite" or self.best is None:
                raise
            self.stopped = True
            self.notes.append(f"{error.message} The best model before it was kept.")
        finally:
            _close(material)

    def _fit(self, trainer: Trainer, material: Material) -> None:
        labels = self.samples.labels[self.samples.validation]
        has_validation = len(labels) > 0

        def look(report: EpochReport) -> None:
            is_best = self._judge(trainer, material, report.epoch)
            self.reports.append(replace(report, best=is_best))
            self._write_best()
            best_model.forget_others(self.folder, self.best)
            self.on_epoch(self.reports[-1])

        fit(
            trainer,
            seed=self.context.seed,
            validation=Validation(material.validation, labels) if has_validation else None,
            folder=self.folder,
            fingerprint=run_identity(self.context, self.recipe),
            on_epoch=look,
            progress=self.context.progress_of(trainer.name),
        )

    def _judge(self, trainer: Trainer, material: Material, epoch: int) -> bool:
        """Whether one of the networks is the best so far; if so its files are written."""
        labels = self.samples.labels[self.samples.validation]
        title = f"{trainer.name}, epoch {epoch + 1}"
        is_best = False
        for network in trainer.classifiers:
            validation = _probabilities(network, material.validation, self.classes)
            candidate = best_model.judged(self.tried, title, validation, labels)
            self.tried += 1
            if not candidate.better_than(self.best):
                continue
            is_best = True
            material.fill(network)
            holdout = _probabilities(network, material.holdout, self.classes)
            self.best = best_model.keep(candidate, self.folder, self.context.classifier, holdout)
        return is_best

    def _write_best(self) -> None:
        """Kept beside the checkpoint, which knows nothing of candidates."""
        best = self.best.to_dict() if self.best else None
        values = {
            "fingerprint": run_identity(self.context, self.recipe),
            "best": best,
            "tried": self.tried,
            "reports": [report.to_dict() for report in self.reports],
        }
        write_json(self.folder / BEST_FILE, values)

    def _take_up(self) -> None:
        identity = run_identity(self.context, self.recipe)
        state = load_checkpoint(self.folder, identity)
        file = self.folder / BEST_FILE
        if state is None or not file.is_file():
            return
        values = read_json(file)
        best = BestModel(**values["best"]) if values["best"] else None
        if values["fingerprint"] != identity:
            return
        if best is None or not best_model.still_there(best, self.folder):
            return
        self.best, self.tried = best, values["tried"]
        # The last report may be of an epoch that is not in the checkpoint and comes again.
        finished = values["reports"][: state["epoch"]]
        self.reports = [EpochReport(**report) for report in finished]

    def _parameters(
        self, embedding: np.ndarray, constants: dict[str, float], on_embedding: bool
    ) -> Parameters:
        parameters = default_parameters(
            self.recipe.method,
            setting="embedding" if on_embedding else "backbone",
            encoder=self.context.backbone.name,
        )
        rows = self.samples.training

        def estimate() -> float:
            return estimated_noise_rate(
                embedding[rows], self.samples.labels[rows], self.classes, seed=self.context.seed
            )

        seeded = replace(parameters, seed=self.context.seed)
        adapted, rate = adapt(seeded, constants, estimate)
        if rate is not None:
            self.notes.append(f"About {100 * rate:.0f} % of the labels were taken to be wrong.")
        return adapted

    def _of_images(self, embedding: np.ndarray) -> Material:
        context, samples = self.context, self.samples
        names = ("none", "weak", "strong")
        plain, weak, strong = (image_source(context, samples.training, name) for name in names)
        mean, scale = standardisation(embedding[samples.training])
        pristine = copy.deepcopy(context.classifier.backbone)

        def build() -> Classifier:
            head = Head(context.backbone.dimension, self.classes)
            head.mean.copy_(mean)
            head.scale.copy_(scale)
            return Classifier(copy.deepcopy(pristine), head)

        def fill(network: nn.Module) -> None:
            context.classifier.load_state_dict(network.state_dict())

        return Material(
            LabelledViews(Views(plain, weak, strong), self._labels(), self.classes),
            image_source(context, samples.validation),
            image_source(context, samples.holdout),
            build,
            context.backbone.dimension,
            fill,
        )

    def _of_embedding(self, embedding: np.ndarray) -> Material:
        samples, head = self.samples, self.context.classifier.head
        space: EmbeddingSpace = fit_space(embedding[samples.training])
        features = space.apply(embedding)
        width = features.shape[1]

        def fill(network: nn.Module) -> None:
            layer = network.get_submodule("head")
            space.fill(head, layer.get_parameter("weight"), layer.get_parameter("bias"))

        views = embedding_views(features[samples.training], seed=self.context.seed)
        return Material(
            LabelledViews(views, self._labels(), self.classes),
            ArraySource(features[samples.validation]),
            ArraySource(features[samples.holdout]),
            lambda: EmbeddingHead(width, self.classes),
            width,
            fill,
        )

    def _labels(self) -> np.ndarray:
        return self.samples.labels[self.samples.training].astype(np.int64)


def estimated_noise_rate(
    embedding: np.ndarray, labels: np.ndarray, number_of_classes: int, *, seed: int = 0
) -> float:
    """The share of wrong labels by confident learning.

    Args:
        embedding: (N, D).
        labels: (N,) int given labels.
        number_of_classes: C.
        seed: of the folds.
    """
    probabilities = out_of_fold_probabilities(
        [embedding], labels, number_of_classes=number_of_classes, seed=seed
    )
    return noise_rate(confident_joint(labels, probabilities))


def _probabilities(network: nn.Module, source: Source, classes: int) -> np.ndarray:
    """(n, C) float32, also of no samples at all."""
    if len(source) == 0:
        return np.zeros((0, classes), np.float32)
    return torch.softmax(predict_logits(network, source), dim=1).numpy()


def _no_memory(batch_size: int) -> UserError:
    return UserError(
        f"The device's memory does not hold the training of a batch of {batch_size}.",
        "Choose a smaller batch, a smaller encoder, or the method's recipe on embeddings.",
        code="out_of_memory",
    )


def _close(material: Material) -> None:
    views = material.training.views
    sources: list[Any] = [views.plain, views.weak, views.strong]
    for source in [*sources, material.validation, material.holdout]:
        if isinstance(source, ImageSource):
            source.close()
